"""Corpus: the labelled posts, batch by batch, and which part each batch plays."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postcheck.errors import PostcheckError
from postcheck.places import shipped_folder

HOME = Path(shipped_folder("data"))
CODES = ("P1", "P2", "P3", "P4", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8")
WELCOME = frozenset({"P4", "B2"})  # signals that most accounts may carry; any other makes a post flagged
KINDS = ("plain", "implied", "form", "hard_negative", "everyday")
PARTS = ("train", "calibration", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post: its text, and for each signal it carries the exact words that show it."""

    id: str
    text: str
    signals: Mapping[str, tuple[str, ...]]
    kind: str
    batch: str
    pair: str | None = None

    @property
    def flagged(self) -> bool:
        """Whether it carries a signal that somebody might stumble over."""
        return not WELCOME.issuperset(self.signals)


class CorpusError(PostcheckError):
    """A file of the corpus that is not what it should be; the message names file and line."""


def rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file of JSON lines, each with its place. Raises CorpusError for any other line."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")  # not splitlines: U+2028 may stand inside a post
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path.name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            where = f"{path.name}:{number}"
            try:
                row = json.loads(line, object_pairs_hook=_once)
            except (ValueError, RecursionError) as error:
                raise CorpusError(f"{where}: not JSON: {error}") from None
            if not isinstance(row, dict):
                raise CorpusError(f"{where}: must be an object")
            yield where, row


def read(path: Path) -> Iterator[Post]:
    """The posts of one batch. Raises CorpusError for a line of the wrong shape."""
    return (_post(row, where, path.stem) for where, row in rows(path))


def load(folder: Path = HOME / "corpus") -> list[Post]:
    """Every post of every batch, in the order of the files' names."""
    return [post for path in sorted(folder.glob("*.jsonl")) for post in read(path)]


def dialects(path: Path = HOME / "dialects.jsonl") -> list[Post]:
    """The same posts in several dialects, for measuring only; the batch is the dialect."""
    return [
        Post(
            id=row["id"],
            text=row["text"],
            signals={code: tuple(spans) for code, spans in row["signals"].items()},
            kind="plain",
            batch=row["dialect"],
        )
        for _, row in rows(path)
    ]


def own(path: Path) -> Iterator[Post]:
    """Labelled posts of your own: JSON lines with "text" and "signals", or a CSV with columns of these names.

    In a CSV the signals are codes with blanks between. Raises CorpusError for a line of the wrong shape.
    """
    table = path.suffix.lower() == ".csv"
    for number, (where, row) in enumerate(_table(path) if table else rows(path), 1):
        text, signals = row.get("text"), row.get("signals")
        spans: Any = {code: [] for code in signals.split()} if table and isinstance(signals, str) else signals
        if not isinstance(text, str) or not text.strip() or not _are_spans(spans, text):
            raise CorpusError(
                f'{where}: needs a "text" and "signals", which are some of {" ".join(CODES)}',
                'such as {"text": "…", "signals": {"B5": ["exact words"]}}, or in a CSV: text,signals',
            )
        yield Post(
            id=f"{path.stem}-{number}",
            text=text,
            signals={code: tuple(own) for code, own in spans.items()},
            kind="plain",
            batch=path.stem,
        )


def _are_spans(spans: Any, text: str) -> bool:
    """Whether these are codes, each with a list of words of the text; a table has no words to give."""
    return isinstance(spans, dict) and all(
        code in CODES and isinstance(own, list) and all(isinstance(span, str) and span in text for span in own)
        for code, own in spans.items()
    )


def _table(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in (reader := csv.DictReader(stream)):
                yield f"{path.name}:{reader.line_num}", row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(f"{path.name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def splits(path: Path = HOME / "splits.toml") -> dict[str, str]:
    """The part that each batch plays: train, calibration or test. Whole batches, never single posts.

    Raises CorpusError where a batch has two parts, or the file cannot be read.
    """
    try:
        parts = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path.name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not all(isinstance(batches, list) for batches in parts.values()):
        raise CorpusError(f"{path.name}: each part must be a list of batches")
    found = [(batch, part) for part, batches in parts.items() for batch in batches]
    if len(found) > len(dict(found)):
        raise CorpusError(f"{path.name}: a batch stands in two parts")
    return dict(found)


_FIELDS = {"id": str, "text": str, "signals": dict, "kind": str, "batch": str}


def _post(row: dict[str, Any], where: str, batch: str) -> Post:
    if row.keys() - _FIELDS.keys() - {"pair"}:
        raise CorpusError(f"{where}: must be an object of {', '.join(_FIELDS)} and perhaps pair")
    for name, kind in (_FIELDS | {"pair": str} if "pair" in row else _FIELDS).items():
        if not isinstance(row.get(name), kind):
            raise CorpusError(f"{where}: {name} must be a {kind.__name__}")
    if row["batch"] != batch:
        raise CorpusError(f"{where}: a post of the batch {row['batch']} in the file of {batch}")
    signals = row["signals"]
    if not all(isinstance(spans, list) and spans for spans in signals.values()):
        raise CorpusError(f"{where}: each signal needs a list of spans")
    if not all(isinstance(span, str) and span for spans in signals.values() for span in spans):
        raise CorpusError(f"{where}: a span must be a text")
    return Post(**row | {"signals": {code: tuple(spans) for code, spans in signals.items()}})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > len(dict(pairs)):
        raise ValueError("a key stands twice in one object")
    return dict(pairs)

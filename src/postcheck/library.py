"""Library: packs by name: the shipped ones, read from a compiled copy, and your own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from zlib import crc32

from postcheck.errors import PackError, closest
from postcheck.packs import Citation, Judgement, Level, Pack, Rule, SignalKind
from postcheck.phrases import Index
from postcheck.table import Section, Table, Words, write

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

    from postcheck.loader import Examples

HOME = os.path.join(os.path.dirname(__file__), "policies")  # pathlib takes 4 ms to import
FORMAT = 3  # of the compiled copy; raise it when what `_frozen` writes changes

Sources = dict[str, bytes]  # what each file of a pack holds, by its path


def shipped() -> list[str]:
    """The names of the packs that come with postcheck."""
    return sorted(entry.name for entry in os.scandir(HOME) if entry.is_dir() and entry.name[0].isalpha())


def load(name: str, extra_lists: Iterable[str] = ()) -> Pack:
    """A pack that ships, by name, or one of your own, by the path of its file or folder.

    `extra_lists` are TOML files whose [lists.<name>] entries are added to lists that the pack has.
    Raises PackError for an unknown name, an unreadable file or anything the loader rejects.
    """
    sources, names = _sources(_place(name)), {path: _read(path) for path in extra_lists}
    compiled = os.path.join(HOME, f"{name}.table")
    if name in shipped() and not names and os.path.isfile(compiled):
        table = Table(compiled)
        if table.get("head")["stamp"] == _stamp(sources):
            return _thawed(table)
    from postcheck.loader import build

    return build(sources, names)


def open_table(path: str) -> Pack:
    """The pack in a compiled copy, fresh or not."""
    return _thawed(Table(path))


def load_examples(name: str) -> dict[str, Examples]:
    """Each rule's own examples, read from the pack's source."""
    from postcheck.loader import examples

    return examples(_sources(_place(name)))


def compile_shipped(into: str = HOME) -> None:
    """Write each shipped pack's compiled copy, so that a check need not read TOML."""
    from postcheck.loader import build

    for name in shipped():
        sources = _sources(_place(name))
        write(os.path.join(into, f"{name}.table"), _frozen(build(sources), _stamp(sources)))


def _place(name: str) -> str:
    if name in shipped():
        return os.path.join(HOME, name)
    if os.path.exists(name):
        return name
    raise PackError(f"no pack named {name!r}", closest(name, shipped()) + ", or give the path of a pack file")


def _sources(place: str) -> Sources:
    paths = [place]
    if os.path.isdir(place):
        paths = sorted(entry.path for entry in os.scandir(place) if entry.name.endswith(".toml"))
    if not paths:
        raise PackError(f"{place} holds no .toml file", "a pack is a TOML file, or a folder of them")
    return {path: _read(path) for path in paths}


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise PackError(f"cannot read {path}: {error.strerror}", "check the path and its permissions") from None


def _stamp(sources: Sources) -> int:
    """A quick sum over the sources: tells an edited pack from its compiled copy, and promises no more."""
    stamp = FORMAT
    for data in sources.values():
        stamp = crc32(data, stamp)
    return stamp


def _frozen(pack: Pack, stamp: int) -> dict[str, object]:
    """The pack as the rows of a table: a head that each check reads, and the rest by key."""
    from dataclasses import asdict

    head = {key: getattr(pack, key) for key in ("name", "title", "version", "summary", "sha256", "patterns")}
    head |= {"stamp": stamp, "rules": list(pack.rules), "citations": list(pack.citations)}
    head["signals"] = [asdict(kind) for kind in pack.signals.values()]
    head["judgements"] = [asdict(row) | {"level": row.level.value} for row in pack.judgements]
    rows: dict[str, object] = {"head": head, "vocabulary": sorted(pack.vocabulary)}
    rows |= {f"rule {key}": asdict(rule) for key, rule in pack.rules.items()}
    rows |= {f"citation {key}": asdict(citation) for key, citation in pack.citations.items()}
    for name in ("phrases", "anchors", "conditions", "entries"):
        rows |= {f"{name} {key}": value for key, value in getattr(pack.index, name).items()}
    return rows


def _thawed(table: Table) -> Pack:
    """The pack again; rules, citations and phrases stay in the table until they are asked for."""
    head = table.get("head")
    signals = (SignalKind(**_row(row)) for row in head["signals"])
    return Pack(
        **{key: head[key] for key in ("name", "title", "version", "summary", "sha256")},
        patterns=_row(head["patterns"]),
        signals={kind.code: kind for kind in signals},
        citations=Section(table, "citation", head["citations"], lambda row: Citation(**row)),
        rules=Section(table, "rule", head["rules"], lambda row: Rule(**_row(row))),
        judgements=tuple(Judgement(**_row(row) | {"level": Level(row["level"])}) for row in head["judgements"]),
        index=Index(**{name: Section(table, name) for name in ("phrases", "anchors", "conditions", "entries")}),
        vocabulary=Words(table, "vocabulary"),
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}

"""Library: packs by name: the shipped ones, read from a compiled copy, and your own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

from postcheck.errors import PackError, closest
from postcheck.packs import Citation, Examples, Judgement, Level, Pack, Rule, SignalKind
from postcheck.phrases import Index

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

HOME = Path(__file__).parent / "policies"
FORMAT = 2  # of the compiled copy; raise it when what `_frozen` writes changes

Sources = dict[str, bytes]  # what each file of a pack holds, by its path


def shipped() -> list[str]:
    """The names of the packs that come with postcheck."""
    return sorted(path.name for path in HOME.iterdir() if path.is_dir() and path.name[0].isalpha())


def load(name: str, extra_lists: Iterable[Path] = ()) -> Pack:
    """A pack that ships, by name, or one of your own, by the path of its file or folder.

    `extra_lists` are TOML files whose [lists.<name>] entries are added to the pack's lists.
    Raises PackError for an unknown name, an unreadable file or anything the loader rejects.
    """
    sources = _sources(_place(name)) | {str(path): _read(path) for path in extra_lists}
    compiled = HOME / f"{name}.json"
    if compiled.is_file():
        stored = json.loads(compiled.read_bytes())
        if stored["format"] == FORMAT and stored["stamp"] == _stamp(sources):
            return _thawed(stored)
    from postcheck.loader import build

    return build(sources)


def load_examples(name: str) -> dict[str, Examples]:
    """Each rule's own examples, read from the pack's source."""
    from postcheck.loader import examples

    return examples(_sources(_place(name)))


def compile_shipped() -> None:
    """Write each shipped pack's compiled copy beside it, so that a check need not read TOML."""
    from postcheck.loader import build

    for name in shipped():
        sources = _sources(_place(name))
        stored = {"format": FORMAT, "stamp": _stamp(sources), **_frozen(build(sources))}
        (HOME / f"{name}.json").write_text(json.dumps(stored, ensure_ascii=False) + "\n", encoding="utf-8")


def _place(name: str) -> Path:
    if name in shipped():
        return HOME / name
    path = Path(name)
    if path.exists():
        return path
    raise PackError(f"no pack named {name!r}", closest(name, shipped()) + ", or give the path of a pack file")


def _sources(place: Path) -> Sources:
    paths = sorted(place.glob("*.toml")) if place.is_dir() else [place]
    if not paths:
        raise PackError(f"{place} holds no .toml file", "a pack is a TOML file, or a folder of them")
    return {str(path): _read(path) for path in paths}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackError(f"cannot read {path}: {error.strerror}", "check the path and its permissions") from None


def _stamp(sources: Sources) -> int:
    """A quick sum over the sources: tells an edited pack from its compiled copy, and promises no more."""
    stamp = 0
    for data in sources.values():
        stamp = crc32(data, stamp)
    return stamp


def _frozen(pack: Pack) -> dict[str, Any]:
    """The pack as plain data for JSON."""
    from dataclasses import asdict

    plain = asdict(pack) | {"vocabulary": sorted(pack.vocabulary)}
    plain["judgements"] = [row | {"level": row["level"].value} for row in plain["judgements"]]
    return plain


def _thawed(stored: dict[str, Any]) -> Pack:
    def row(table: dict[str, Any]) -> dict[str, Any]:
        return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}

    return Pack(
        **{key: stored[key] for key in ("name", "title", "version", "summary", "sha256")},
        signals={code: SignalKind(**row(table)) for code, table in stored["signals"].items()},
        citations={key: Citation(**table) for key, table in stored["citations"].items()},
        rules={key: Rule(**row(table)) for key, table in stored["rules"].items()},
        judgements=tuple(Judgement(**(row(t) | {"level": Level(t["level"])})) for t in stored["judgements"]),
        index=Index(**stored["index"]),
        vocabulary=frozenset(stored["vocabulary"]),
    )

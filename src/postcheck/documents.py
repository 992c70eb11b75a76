"""Documents: what the TOML files of a pack say, each table with the file it stands in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from postcheck.errors import PackError, closest
from postcheck.schema import SECTIONS, Table


@dataclass(slots=True, kw_only=True)
class Tables:
    """Everything that a pack's files say, each table with the file it stands in."""

    pack: Table = field(default_factory=dict)
    signals: dict[str, tuple[str, Table]] = field(default_factory=dict)
    citations: dict[str, tuple[str, Table]] = field(default_factory=dict)
    lists: list[tuple[str, str, Table]] = field(default_factory=list)
    rules: list[tuple[str, Table]] = field(default_factory=list)
    judgements: list[tuple[str, Table]] = field(default_factory=list)


def gather(sources: Mapping[str, bytes]) -> Tables:
    """The tables of all files, by path. Raises PackError for what is no TOML or of the wrong shape."""
    tables = Tables()
    for path, data in sources.items():
        file = Path(path).name
        _add(tables, file, _document(file, data))
    return tables


def _document(file: str, data: bytes) -> Table:
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackError(f"{file}: not readable as TOML: {error}", "packs are TOML files in UTF-8") from None
    for section, content in document.items():
        if section not in SECTIONS:
            raise PackError(f"{file}: unknown section [{section}]", closest(section, sorted(SECTIONS)))
        rows = section in ("rule", "judgement")
        tables = content.values() if isinstance(content, dict) and section != "pack" else content
        if not isinstance(content, list if rows else dict) or (section != "pack" and not _all_tables(tables)):
            shape = f"[[{section}]]" if rows else f"[{section}]" if section == "pack" else f"[{section}.NAME]"
            raise PackError(f"{file}: {section} must be written as {shape}")
    return document


def _all_tables(values: Iterable[object]) -> bool:
    return all(isinstance(value, dict) for value in values)


def _add(tables: Tables, file: str, document: Table) -> None:
    tables.pack |= document.get("pack", {})
    for section, into in (("signals", tables.signals), ("citations", tables.citations)):
        for key, table in document.get(section, {}).items():
            if key in into:
                raise PackError(f"{file}: {section}.{key} is already defined in {into[key][0]}")
            into[key] = (file, table)
    tables.lists += [(file, key, table) for key, table in document.get("lists", {}).items()]
    tables.rules += [(file, table) for table in document.get("rule", [])]
    tables.judgements += [(file, table) for table in document.get("judgement", [])]


def add_names(tables: Tables, file: str, data: bytes) -> None:
    """Entries for lists that are already there: a mistyped name would otherwise never match."""
    document = _document(file, data)
    known = sorted({name for _, name, _ in tables.lists})
    if set(document) != {"lists"}:
        raise PackError(f"{file}: a file of names holds [lists.<name>] tables and nothing else")
    for name, table in document["lists"].items():
        if name not in known:
            raise PackError(f"{file}: the pack has no list {name!r}", closest(name, known))
        tables.lists.append((file, name, table))

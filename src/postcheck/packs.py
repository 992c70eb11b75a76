"""Packs: a policy as data, loaded strictly: signals, lists, rules, judgements and their sources."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

from postcheck.drafts import Account, Action, Context, Period
from postcheck.errors import PackError, closest
from postcheck.phrases import Index

HOME = Path(__file__).parent / "policies"
FORMAT = 1  # of the compiled copy; raise it when the shape below changes


class Level(Enum):
    """How a finding weighs, mildest first."""

    CLEAR = "clear"
    REVIEW = "review"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """0 for clear, 1 for review, 2 for stop."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a rule or a judgement comes from; status is V (primary text seen) or S (secondary)."""

    id: str
    title: str
    url: str
    says: str
    status: str
    checked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalKind:
    """What a signal code means; on the accounts in `not_on` it does not exist."""

    code: str
    name: str
    title: str
    not_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to see a signal: phrases, an RE2 pattern, or list entries near a cue.

    `requires` and `forbids` are phrases that must, or must not, stand within `within` words of
    the match; `exceptions` are phrases that silence a match they overlap.
    """

    id: str
    signal: str
    title: str
    confidence: float
    message: str
    advice: str
    citations: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    pattern: str = ""
    hints: tuple[str, ...] = ()
    entries: str = ""
    cues: tuple[str, ...] = ()
    order: str = "any"
    within: int = 6
    requires: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """How a rule proves itself: texts it must flag, must pass, and is known to miss."""

    flags: tuple[str, ...]
    passes: tuple[str, ...]
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a signal means for the contexts that fit; an empty field fits any. The first that fits counts."""

    signal: str
    level: Level
    message: str
    advice: str
    citations: tuple[str, ...]
    account: tuple[str, ...] = ()
    restricted: bool | None = None
    period: str = ""
    action: tuple[str, ...] = ()

    def fits(self, context: Context) -> bool:
        """Whether the judgement speaks of this context, which has no unknown left in it."""
        return (
            (not self.account or context.account in self.account)
            and (self.restricted is None or context.restricted is self.restricted)
            and (not self.period or context.period == self.period)
            and (not self.action or context.action in self.action)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A whole policy, ready to match and judge with. `sha256` is that of its source files."""

    name: str
    title: str
    version: str
    summary: str
    sha256: str
    signals: Mapping[str, SignalKind]
    citations: Mapping[str, Citation]
    rules: Mapping[str, Rule]
    judgements: tuple[Judgement, ...]
    index: Index = field(repr=False)
    vocabulary: frozenset[str] = field(repr=False)


# ── loading ──────────────────────────────────────────────────────────────────────────────


def shipped() -> list[str]:
    """The names of the packs that come with postcheck."""
    return sorted(path.name for path in HOME.iterdir() if path.is_dir() and path.name[0].isalpha())


def load(name: str, extra_lists: Iterable[Path] = ()) -> Pack:
    """A pack that ships, by name, or one of your own, by the path of its file or folder.

    `extra_lists` are TOML files whose [lists.<name>] entries are added to the pack's lists.
    Raises PackError for an unknown name, an unreadable file or anything the loader rejects.
    """
    extra = tuple(extra_lists)
    sources = _sources(_place(name)) | {str(path): _read(path) for path in extra}
    digest = _digest(sources)
    compiled = HOME / f"{name}.json"
    if not extra and name in shipped() and compiled.is_file():
        stored = json.loads(compiled.read_bytes())
        if stored["format"] == FORMAT and stored["sha256"] == digest:
            return _thawed(stored)
    return _build(sources, digest)


def load_examples(name: str) -> dict[str, Examples]:
    """Each rule's own examples, read from the pack's source."""
    rules = (table for _, table in _tables(_sources(_place(name))).rules)
    return {
        table["id"]: Examples(**{key: tuple(table.get(key, ())) for key in ("flags", "passes", "misses")})
        for table in rules
    }


def compile_shipped() -> list[Path]:
    """Write each shipped pack's compiled copy beside it, so that a check need not read TOML."""
    written = []
    for name in shipped():
        sources = _sources(_place(name))
        path = HOME / f"{name}.json"
        plain = _frozen(_build(sources, _digest(sources)))
        path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
        written.append(path)
    return written


def _place(name: str) -> Path:
    if name in shipped():
        return HOME / name
    path = Path(name)
    if path.exists():
        return path
    raise PackError(f"no pack named {name!r}", closest(name, shipped()) + ", or give the path of a pack file")


def _sources(place: Path) -> dict[str, bytes]:
    paths = sorted(place.glob("**/*.toml")) if place.is_dir() else [place]
    if not paths:
        raise PackError(f"{place} holds no .toml file", "a pack is a TOML file, or a folder of them")
    return {str(path): _read(path) for path in paths}


def _digest(sources: Mapping[str, bytes]) -> str:
    """The SHA-256 of all source files with their names, whatever folder they lie in."""
    named = sorted((Path(path).name.encode(), data) for path, data in sources.items())
    return sha256(b"\0".join(part for pair in named for part in pair)).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackError(f"cannot read {path}: {error.strerror}", "check the path and its permissions") from None


def _frozen(pack: Pack) -> dict[str, Any]:
    """The pack as plain data for JSON."""
    plain = asdict(pack) | {"format": FORMAT, "vocabulary": sorted(pack.vocabulary)}
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


# ── reading TOML strictly ────────────────────────────────────────────────────────────────

Table = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class _Tables:
    """Everything that a pack's files say, each table with the file it stands in."""

    pack: Table = field(default_factory=dict)
    signals: dict[str, tuple[str, Table]] = field(default_factory=dict)
    citations: dict[str, tuple[str, Table]] = field(default_factory=dict)
    lists: list[tuple[str, str, Table]] = field(default_factory=list)
    rules: list[tuple[str, Table]] = field(default_factory=list)
    judgements: list[tuple[str, Table]] = field(default_factory=list)


# key → kind; a trailing ! means that it must be there
_PACK = {"name": "str!", "title": "str!", "version": "str!", "summary": "str!"}
_SIGNAL = {"name": "str!", "title": "str!", "not_on": "strs"}
_CITATION = {"title": "str!", "url": "str!", "says": "str!", "status": "str!", "checked": "date"}
_LIST = {
    "description": "str",
    "as_of": "date",
    "source": "str",
    "entries": "strs",
    "includes": "strs",
    "exceptions": "strs",
}
_RULE = {
    "id": "str!",
    "signal": "str!",
    "title": "str!",
    "confidence": "number!",
    "message": "str!",
    "advice": "str!",
    "citations": "strs!",
    "phrases": "strs",
    "pattern": "str",
    "hints": "strs",
    "entries": "str",
    "cues": "strs",
    "order": "str",
    "within": "int",
    "requires": "strs",
    "forbids": "strs",
    "exceptions": "strs",
    "flags": "strs!",
    "passes": "strs!",
    "misses": "strs",
}
_JUDGEMENT = {
    "signal": "str!",
    "level": "str!",
    "message": "str!",
    "advice": "str!",
    "citations": "strs!",
    "account": "strs",
    "restricted": "bool",
    "period": "str",
    "action": "strs",
}
_SECTIONS = {"pack", "signals", "citations", "lists", "rule", "judgement"}


def _tables(sources: Mapping[str, bytes]) -> _Tables:
    import tomllib

    tables = _Tables()
    for file, data in sources.items():
        name = Path(file).name
        try:
            document = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PackError(f"{name}: not readable as TOML: {error}", "packs are TOML files in UTF-8") from None
        for section in document.keys() - _SECTIONS:
            raise PackError(f"{name}: unknown section [{section}]", closest(section, sorted(_SECTIONS)))
        _gather(tables, name, document)
    return tables


def _gather(tables: _Tables, file: str, document: Table) -> None:
    for section, kind in document.items():
        if not isinstance(kind, list if section in ("rule", "judgement") else dict):
            shape = f"[[{section}]]" if section in ("rule", "judgement") else f"[{section}]"
            raise PackError(f"{file}: {section} must be written as {shape}")
    tables.pack |= document.get("pack", {})
    for section, into in (("signals", tables.signals), ("citations", tables.citations)):
        for key, table in document.get(section, {}).items():
            if key in into:
                raise PackError(f"{file}: {section}.{key} is already defined in {into[key][0]}")
            into[key] = (file, table)
    tables.lists += [(file, key, table) for key, table in document.get("lists", {}).items()]
    tables.rules += [(file, table) for table in document.get("rule", [])]
    tables.judgements += [(file, table) for table in document.get("judgement", [])]


_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "strs": (list,),
    "int": (int,),
    "bool": (bool,),
    "number": (int, float),
    "date": (object,),
}


def _checked(table: object, keys: Mapping[str, str], where: str) -> Table:
    """The table itself, once every key is known, of its kind, and none is missing."""
    if not isinstance(table, dict):
        raise PackError(f"{where}: must be a table")
    for key, value in table.items():
        if key not in keys:
            raise PackError(f"{where}: unknown key {key!r}", closest(key, keys))
        kind = keys[key].rstrip("!")
        right = isinstance(value, _KINDS[kind]) and (kind == "bool" or not isinstance(value, bool))
        if not right or (kind == "strs" and not all(isinstance(item, str) and item.strip() for item in value)):
            raise PackError(f"{where}: {key} must be {_SAID[kind]}")
        if keys[key].endswith("!") and value in ("", []):
            raise PackError(f"{where}: {key} is empty")
    for key, kind in keys.items():
        if kind.endswith("!") and key not in table:
            raise PackError(f"{where}: {key} is missing")
    return table


_SAID = {
    "str": "a text",
    "strs": "a list of texts, none of them empty",
    "int": "a whole number",
    "bool": "true or false",
    "number": "a number",
    "date": "a date",
}


def _fields(table: Table, keys: Iterable[str]) -> Table:
    return {key: tuple(value) if isinstance(value := table[key], list) else value for key in keys if key in table}


def _build(sources: Mapping[str, bytes], digest: str) -> Pack:
    tables = _tables(sources)
    _checked(tables.pack, _PACK, "[pack]")
    signals = {
        code: SignalKind(code=code, **_fields(_checked(table, _SIGNAL, f"{file}: signals.{code}"), _SIGNAL))
        for code, (file, table) in tables.signals.items()
    }
    citations = {key: _citation(file, key, table) for key, (file, table) in tables.citations.items()}
    rules: dict[str, Rule] = {}
    for file, table in tables.rules:
        rule = _rule(file, table, signals, citations)
        if rule.id in rules:
            raise PackError(f"{file}: rule {rule.id}: the id is used twice")
        rules[rule.id] = rule
    judgements = tuple(_judgement(file, table, signals, citations) for file, table in tables.judgements)
    _whole(signals, judgements)
    index = _index(tables, rules)
    return Pack(
        **tables.pack,
        sha256=digest,
        signals=signals,
        citations=citations,
        rules=rules,
        judgements=judgements,
        index=index,
        vocabulary=frozenset(sys.intern(word) for word in index.vocabulary()),
    )


def _citation(file: str, key: str, table: Table) -> Citation:
    where = f"{file}: citations.{key}"
    fields = _fields(_checked(table, _CITATION, where), _CITATION)
    if fields["status"] not in ("V", "S"):
        raise PackError(f"{where}: status must be V (primary text seen) or S (secondary source seen)")
    checked = fields.pop("checked", None)
    return Citation(id=key, checked=str(checked) if checked else None, **fields)


def _rule(file: str, table: Table, signals: Mapping[str, Any], citations: Mapping[str, Any]) -> Rule:
    where = f"{file}: rule {table.get('id', '(no id)')}"
    _checked(table, _RULE, where)
    ways = [key for key in ("phrases", "pattern", "entries") if table.get(key)]
    if len(ways) != 1:
        raise PackError(
            f"{where}: needs exactly one of phrases, pattern or entries; has {' and '.join(ways) or 'none'}"
        )
    if ("entries" in table) != bool(table.get("cues")):
        raise PackError(f"{where}: entries and cues go together")
    if not 0 < table["confidence"] <= 1:
        raise PackError(f"{where}: confidence must lie over 0 and at most 1")
    if table.get("order", "any") not in ("any", "cue-first", "entry-first"):
        raise PackError(
            f"{where}: bad order {table['order']!r}",
            closest(table["order"], ["any", "cue-first", "entry-first"]),
        )
    _known(where, "signal", [table["signal"]], signals)
    _known(where, "citations", table["citations"], citations)
    if table.get("pattern"):
        _prove_pattern(where, table["pattern"])
    examples = {"flags", "passes", "misses"}
    return Rule(**_fields(table, [key for key in _RULE if key not in examples]))


def _prove_pattern(where: str, pattern: str) -> None:
    """RE2 has no backtracking, so what it accepts runs in linear time; it must also say something."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else error.args[0]
        raise PackError(
            f"{where}: pattern is not one that RE2 runs: {reason}",
            "RE2 has no look-around or back-references, and bounds repetition",
        ) from None
    if compiled.search("") or compiled.search("~"):
        raise PackError(f"{where}: pattern matches where there is nothing to match")


def _judgement(file: str, table: Table, signals: Mapping[str, Any], citations: Mapping[str, Any]) -> Judgement:
    where = f"{file}: judgement of {table.get('signal', '(no signal)')}"
    _checked(table, _JUDGEMENT, where)
    _known(where, "signal", [table["signal"]], signals)
    _known(where, "citations", table["citations"], citations)
    _known(where, "level", [table["level"]], [level.value for level in Level])
    _known(where, "account", table.get("account", []), list(Account))
    _known(where, "action", table.get("action", []), list(Action))
    _known(where, "period", [table["period"]] if "period" in table else [], list(Period))
    return Judgement(**_fields(table, _JUDGEMENT) | {"level": Level(table["level"])})


def _known(where: str, key: str, values: Iterable[str], choices: Iterable[str]) -> None:
    for value in values:
        if value not in choices:
            raise PackError(f"{where}: {key}: unknown {value!r}", closest(value, choices))


def contexts() -> Iterable[Context]:
    """Every context that a judgement can meet, with nothing left unknown."""
    for account, restricted, period, action in product(Account, (False, True), Period, Action):
        yield Context(account=account, restricted=restricted, period=period, action=action)


def _whole(signals: Iterable[str], judgements: Iterable[Judgement]) -> None:
    """Each cell of the table has a judgement, and each judgement decides some cell."""
    deciding = set()
    for code in signals:
        rows = [row for row in judgements if row.signal == code]
        for context in contexts():
            row = next((row for row in rows if row.fits(context)), None)
            if row is None:
                raise PackError(
                    f"no judgement of {code} for {context.account}, restricted {context.restricted}, "
                    f"{context.period}, {context.action}",
                    "add a [[judgement]] that fits it",
                )
            deciding.add(id(row))
    for row in judgements:
        if id(row) not in deciding:
            raise PackError(
                f"judgement of {row.signal} ({row.message!r}) decides nothing",
                "an earlier one fits everything that it does; put the narrower one first",
            )


# ── the index: every phrase and list entry of the pack ───────────────────────────────────


def _index(tables: _Tables, rules: Mapping[str, Rule]) -> Index:
    index = Index()
    members = _members(tables)
    for file, name, table in tables.lists:
        _checked(table, _LIST, f"{file}: lists.{name}")
        holders = [f"<{holder}>" for holder in members if name in members[holder]]
        for entry in table.get("entries", []):
            index.add_entry(holders, entry)
        for entry in table.get("exceptions", []):
            index.add_entry([f"!{holder}" for holder in holders], entry)
    for rule in rules.values():
        try:
            _add_rule(index, rule)
        except PackError as error:
            raise PackError(f"rule {rule.id}: {error.message}", error.hint) from None
    for name in index.lists() | {rule.entries for rule in rules.values() if rule.entries}:
        if name.strip("<>") not in members:
            raise PackError(f"list {name} is used but nowhere defined", closest(name.strip("<>"), sorted(members)))
    return index


def _members(tables: _Tables) -> dict[str, set[str]]:
    """For each list the lists whose entries it holds: itself and, all the way down, what it includes."""
    direct: dict[str, set[str]] = {}
    for _, name, table in tables.lists:
        direct.setdefault(name, set()).update(table.get("includes", []))
    members = {name: {name} for name in direct}
    for name, held in members.items():
        waiting = list(direct[name])
        while waiting:
            inner = waiting.pop()
            if inner not in direct:
                raise PackError(
                    f"lists.{name} includes {inner!r}, which is nowhere defined",
                    closest(inner, sorted(direct)),
                )
            if inner not in held:
                held.add(inner)
                waiting += direct[inner]
    return members


def _add_rule(index: Index, rule: Rule) -> None:
    """A rule's phrases stand under its id; its cues and conditions under the id with a mark."""
    for mark, notations in (
        ("", rule.phrases),
        ("~", rule.cues),
        ("+", rule.requires),
        ("-", rule.forbids),
        ("!", rule.exceptions),
    ):
        for notation in notations:
            index.add_phrase(mark + rule.id, notation)

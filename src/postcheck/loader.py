"""Loader: a pack from its TOML files, strictly; every mistake is named with file, rule and key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

from postcheck.documents import Tables, add_names, gather
from postcheck.drafts import Account, Action, Context, Period
from postcheck.errors import PackError, closest
from postcheck.notation import Builder
from postcheck.packs import Citation, Judgement, Level, Pack, Rule, SignalKind
from postcheck.schema import CITATION, CONDITIONS, JUDGEMENT, LIST, PACK, RULE, SIGNAL, Table, checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """How a rule proves itself: texts it must flag, must pass, and is known to miss."""

    flags: tuple[str, ...]
    passes: tuple[str, ...]
    misses: tuple[str, ...] = ()


def _fields(table: Table, keys: Iterable[str]) -> Table:
    return {key: tuple(value) if isinstance(value := table[key], list) else value for key in keys if key in table}


def build(sources: Mapping[str, bytes], names: Mapping[str, bytes] | None = None) -> Pack:
    """A pack from its files' contents, by path. Raises PackError for whatever is not as it must be.

    `names` are files of further entries for the lists that the pack has.
    """
    tables = gather(sources)
    for path, data in (names or {}).items():
        add_names(tables, Path(path).name, data)
    checked(tables.pack, PACK, "[pack]")
    signals = {
        code: SignalKind(code=code, **_fields(checked(table, SIGNAL, f"{file}: signals.{code}"), SIGNAL))
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
    words = _indexed(tables, rules)
    return Pack(
        **tables.pack,
        sha256=_digest({**sources, **(names or {})}),
        signals=signals,
        citations=citations,
        rules=rules,
        patterns={rule.id: rule.hints for rule in rules.values() if rule.pattern},
        judgements=judgements,
        index=words.index(text for _, table in tables.rules for text in (*table["flags"], *table["passes"])),
        vocabulary=words.vocabulary(),
    )


def examples(sources: Mapping[str, bytes]) -> dict[str, Examples]:
    """Each rule's own examples; `build` has checked that they are there."""
    return {
        table["id"]: Examples(**_fields(table, ("flags", "passes", "misses"))) for _, table in gather(sources).rules
    }


def _digest(sources: Mapping[str, bytes]) -> str:
    """The SHA-256 of all source files with their names, whatever folder they lie in."""
    named = sorted((Path(path).name.encode(), data) for path, data in sources.items())
    return sha256(b"\0".join(part for pair in named for part in pair)).hexdigest()


def _citation(file: str, key: str, table: Table) -> Citation:
    where = f"{file}: citations.{key}"
    fields = _fields(checked(table, CITATION, where), CITATION)
    if fields["status"] not in ("V", "S"):
        raise PackError(f"{where}: status must be V (primary text seen) or S (secondary source seen)")
    seen = fields.pop("checked", None)
    return Citation(id=key, checked=str(seen) if seen else None, **fields)


def _rule(file: str, table: Table, signals: Mapping[str, Any], citations: Mapping[str, Any]) -> Rule:
    where = f"{file}: rule {table.get('id', '(no id)')}"
    checked(table, RULE, where)
    ways = [key for key in ("phrases", "pattern", "entries") if table.get(key)]
    if len(ways) != 1:
        raise PackError(
            f"{where}: needs exactly one of phrases, pattern or entries; has {' and '.join(ways) or 'none'}"
        )
    if bool(table.get("pattern")) != bool(table.get("hints")):
        raise PackError(f"{where}: pattern and hints go together", "hints are strings one of which every match needs")
    if ("entries" in table) != bool(table.get("cues")):
        raise PackError(f"{where}: entries and cues go together")
    if ways == ["pattern"] and (deaf := [key for key in CONDITIONS if key in table]):
        raise PackError(f"{where}: a pattern takes no {' or '.join(deaf)}", "write it into the pattern, or use phrases")
    if table.get("within", 0) < 0:
        raise PackError(f"{where}: within must not be negative")
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
    return Rule(**_fields(table, [key for key in RULE if key not in examples]))


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
    checked(table, JUDGEMENT, where)
    _known(where, "signal", [table["signal"]], signals)
    _known(where, "citations", table["citations"], citations)
    _known(where, "level", [table["level"]], [level.value for level in Level])
    _known(where, "account", table.get("account", []), list(Account))
    _known(where, "action", table.get("action", []), list(Action))
    _known(where, "period", [table["period"]] if "period" in table else [], list(Period))
    return Judgement(**_fields(table, JUDGEMENT) | {"level": Level(table["level"])})


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


def _indexed(tables: Tables, rules: Mapping[str, Rule]) -> Builder:
    index = Builder()
    for file, name, table in tables.lists:
        checked(table, LIST, f"{file}: lists.{name}")
    members = _members(tables)
    for field_name, add in (("entries", index.add_entry), ("exceptions", index.add_exception)):
        for file, name, table in tables.lists:
            holders = [f"<{holder}>" for holder in members if name in members[holder]]
            for entry in table.get(field_name, []):
                with _placed(f"{file}: lists.{name}"):
                    add(holders, entry)
    for file, row in tables.rules:
        with _placed(f"{file}: rule {row['id']}"):
            _add_rule(index, rules[row["id"]], members)
    return index


@contextmanager
def _placed(where: str) -> Iterator[None]:
    """Errors inside say where they are."""
    try:
        yield
    except PackError as error:
        raise PackError(f"{where}: {error.message}", error.hint) from None


def _members(tables: Tables) -> dict[str, set[str]]:
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


def _add_rule(index: Builder, rule: Rule, lists: Iterable[str]) -> None:
    """A rule's phrases stand under its id; its cues and conditions under the id with a mark."""
    for notation in rule.phrases:
        index.add_phrase(rule.id, notation)
    for notation in rule.cues:
        index.add_phrase(f"~{rule.id}", notation)
    for mark, notations in (("+", rule.requires), ("-", rule.forbids), ("!", rule.exceptions)):
        for notation in notations:
            index.add_condition(mark + rule.id, notation)
    known = {f"<{name}>" for name in lists}
    for used in index.lists_used_by(rule.id) | ({rule.entries} if rule.entries else set()):
        if used not in known:
            raise PackError(f"list {used} is nowhere defined", closest(used, sorted(known)))

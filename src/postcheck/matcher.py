"""Matcher: a pack's rules on a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from postcheck.packs import Pack, Rule
from postcheck.phrases import Mentions, Place, find, mentions
from postcheck.signals import Origin, Signal, strongest
from postcheck.text import STOPS, Reading, Span, fold, readings

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

Places = Mapping[str, list[Place]]


def find_signals(text: str, pack: Pack) -> tuple[Signal, ...]:
    """Every signal that the pack's rules see in the text, in reading order."""
    return strongest(
        Signal(
            code=rule.signal,
            origin=Origin.RULE,
            rule=rule.id,
            score=rule.confidence,
            span=span,
            phrase=span.of(text),
        )
        for rule, span in find_matches(text, pack)
    )


def find_matches(text: str, pack: Pack) -> Iterator[tuple[Rule, Span]]:
    """Every rule that holds somewhere in the text, with the place; some may overlap."""
    for reading in readings(text, pack.vocabulary):
        for rule, place in _matches(reading, pack):
            yield rule, reading.span(*place)
    yield from _patterns(text, pack)


def _matches(reading: Reading, pack: Pack) -> Iterator[tuple[Rule, Place]]:
    """Phrase and list rules that hold in one reading."""
    named = mentions(pack.index, reading)
    places: dict[str, list[Place]] = {}
    for owner, place in find(pack.index, reading, named):
        places.setdefault(owner, []).append(place)
    for owner in places:
        rule = pack.rules.get(owner.lstrip("~"))
        if rule is None:
            continue
        hits = _near(rule, places[owner], named, reading) if rule.entries else places[owner]
        for place in hits:
            if _stands(rule, place, places):
                yield rule, place


def _near(rule: Rule, cues: list[Place], named: Mentions, reading: Reading) -> Iterator[Place]:
    """Each cue with the nearest list entry within reach in the same sentence."""
    entries = [(at, end) for at, ends in named.get(rule.entries, {}).items() for end in ends]
    for cue in cues:
        reached = [entry for entry in entries if _reaches(rule, entry, cue, reading)]
        if reached:
            entry = min(reached, key=lambda entry: (_distance(entry, cue), entry[0] - entry[1]))
            yield min(cue[0], entry[0]), max(cue[1], entry[1])


def _reaches(rule: Rule, entry: Place, cue: Place, reading: Reading) -> bool:
    first, last = (entry, cue) if entry < cue else (cue, entry)
    if rule.order != "any" and (first is cue) != (rule.order == "cue-first"):
        return False
    between = reading.words[first[1] : last[0]]
    return _distance(entry, cue) <= rule.within and STOPS.isdisjoint(between) and first[1] <= last[0]


def _distance(one: Place, other: Place) -> int:
    return max(one[0], other[0]) - min(one[1], other[1])


def _stands(rule: Rule, place: Place, places: Places) -> bool:
    """Whether the match keeps its conditions: neighbours it needs or forbids, exceptions it overlaps."""

    def neighbour(mark: str, reach: int) -> bool:
        return any(_distance(place, other) <= reach for other in places.get(mark + rule.id, ()))

    if rule.requires and not neighbour("+", rule.within):
        return False
    return not neighbour("-", rule.within) and not neighbour("!", -1)


def _patterns(text: str, pack: Pack) -> Iterator[tuple[Rule, Span]]:
    """RE2 rules, on the folded text; a rule with hints is tried only where one of them occurs."""
    folded = fold(text)
    for rule in pack.rules.values():
        if not rule.pattern or (rule.hints and not any(hint in folded.text for hint in rule.hints)):
            continue
        for match in _compiled(rule.pattern).finditer(folded.text):
            start, end = match.span()
            yield rule, Span(start=folded.starts[start], end=folded.ends[end - 1])  # type: ignore[index]


@cache
def _compiled(pattern: str) -> Any:
    import re2  # linear in the text whatever the pattern; only rules whose hint occurred come here

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)

"""Matcher: a pack's rules on a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from postcheck.folding import Span, fold
from postcheck.packs import Pack, Rule
from postcheck.phrases import Mentions, Place, find, find_condition, mentions
from postcheck.signals import Origin, Signal, strongest
from postcheck.text import STOPS, Reading, quotations, readings

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any


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
    quoted = quotations(text)
    for reading in readings(text, pack.vocabulary):
        for rule, place in _matches(reading, pack):
            span = reading.span(*place)
            if not (rule.own_words and any(span.meets(quotation) for quotation in quoted)):
                yield rule, span
    yield from _patterns(text, pack)


def _matches(reading: Reading, pack: Pack) -> Iterator[tuple[Rule, Place]]:
    """Phrase and list rules that hold in one reading."""
    named = mentions(pack.index, reading)
    places: dict[str, list[Place]] = {}
    for owner, place in find(pack.index, reading, named):
        places.setdefault(owner, []).append(place)
    for owner, found in places.items():
        rule = pack.rules[owner.lstrip("~")]
        for place in _near(rule, found, named, reading) if rule.entries else found:
            if _stands(rule, place, reading, named, pack):
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


def _stands(rule: Rule, place: Place, reading: Reading, named: Mentions, pack: Pack) -> bool:
    """Whether the match keeps its conditions: neighbours it needs or forbids, exceptions it overlaps."""

    def neighbour(mark: str, reach: int) -> bool:
        others = find_condition(pack.index, mark + rule.id, reading, named)
        return any(_distance(place, other) <= reach for other in others)

    if rule.requires and not neighbour("+", rule.within):
        return False
    return not (rule.forbids and neighbour("-", rule.within)) and not (rule.exceptions and neighbour("!", -1))


def _patterns(text: str, pack: Pack) -> Iterator[tuple[Rule, Span]]:
    """RE2 rules, on the folded text; each is tried only where one of its hints occurs."""
    folded = fold(text)
    for name, hints in pack.patterns.items():
        if not any(hint in folded.text for hint in hints):
            continue
        rule = pack.rules[name]
        for match in _compiled(rule.pattern).finditer(folded.text):
            start, end = match.span()
            yield rule, Span(start=folded.starts[start], end=folded.ends[end - 1])


@cache
def _compiled(pattern: str) -> Any:
    import re2  # linear in the text whatever the pattern; only rules whose hint occurred come here

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)

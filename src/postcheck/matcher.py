"""Matcher: a pack's rules on a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain

from postcheck.folding import Cover, Span, fold
from postcheck.packs import Pack, Rule
from postcheck.phrases import Place, find, find_condition, mentions
from postcheck.signals import Origin, Signal, strongest
from postcheck.text import STOPS, Reading, quotations, readings

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

LONGEST_ENTRY = 12  # words of a list entry; longer ones are found, but not beside a cue


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
    for rule, span in chain(_phrases(text, pack), _patterns(text, pack)):
        if not (rule.own_words and quoted.meets(span.start, span.end)):
            yield rule, span


def _phrases(text: str, pack: Pack) -> Iterator[tuple[Rule, Span]]:
    """Phrase and list rules, on each reading of the text."""
    for reading in readings(text, pack.vocabulary):
        for rule, place in _Search(reading, pack).matches():
            yield rule, reading.span(*place)


class _Search:
    """One reading under one pack: what is found once is kept for every rule that asks."""

    def __init__(self, reading: Reading, pack: Pack) -> None:
        self._reading, self._pack = reading, pack
        self._named = mentions(pack.index, reading)
        self._conditions: dict[str, Cover] = {}

    def matches(self) -> Iterator[tuple[Rule, Place]]:
        """Phrase and list rules that hold, with the words that show it."""
        for owner, place in find(self._pack.index, self._reading, self._named):
            rule = self._pack.rules[owner.lstrip("~")]
            for whole in self._with_entries(rule, place) if rule.entries else [place]:
                if self._stands(rule, whole):
                    yield rule, whole
                    break

    def _with_entries(self, rule: Rule, cue: Place) -> list[Place]:
        """The cue with each list entry within reach in the same sentence, the nearest first."""
        named = self._named.get(rule.entries, {})
        reach = range(cue[0] - rule.within - LONGEST_ENTRY, cue[1] + rule.within + 1)
        entries = [(at, end) for at in reach for end in named.get(at, ()) if self._reaches(rule, (at, end), cue)]
        entries.sort(key=lambda entry: (_distance(entry, cue), entry[0] - entry[1]))
        return [(min(cue[0], entry[0]), max(cue[1], entry[1])) for entry in entries]

    def _reaches(self, rule: Rule, entry: Place, cue: Place) -> bool:
        first, last = (entry, cue) if entry < cue else (cue, entry)
        if rule.order != "any" and (first is cue) != (rule.order == "cue-first"):
            return False
        between = self._reading.words[first[1] : last[0]]
        return _distance(entry, cue) <= rule.within and STOPS.isdisjoint(between) and first[1] <= last[0]

    def _stands(self, rule: Rule, place: Place) -> bool:
        """Whether the match keeps its conditions: neighbours it needs or forbids, exceptions it overlaps."""
        if rule.requires and not self._neighbour("+", rule, place, rule.within):
            return False
        if rule.forbids and self._neighbour("-", rule, place, rule.within):
            return False
        return not (rule.exceptions and self._neighbour("!", rule, place, -1))

    def _neighbour(self, mark: str, rule: Rule, place: Place, reach: int) -> bool:
        owner = mark + rule.id
        if owner not in self._conditions:
            cover = self._conditions[owner] = Cover()
            for found in find_condition(self._pack.index, owner, self._reading, self._named):
                cover.add(*found)
        return self._conditions[owner].meets(place[0] - reach - 1, place[1] + reach + 1)


def _distance(one: Place, other: Place) -> int:
    return max(one[0], other[0]) - min(one[1], other[1])


def _patterns(text: str, pack: Pack) -> Iterator[tuple[Rule, Span]]:
    """RE2 rules, on the folded text; each is tried only where one of its hints occurs."""
    folded = fold(text)
    for name, hints in pack.patterns.items():
        if not any(hint in folded.text for hint in hints):
            continue
        rule = pack.rules[name]
        for match in _compiled(rule.pattern).finditer(folded.text):
            start, end = match.span()
            if start < end:
                yield rule, Span(start=folded.starts[start], end=folded.ends[end - 1])


@cache
def _compiled(pattern: str) -> Any:
    import re2  # linear in the text whatever the pattern; only rules whose hint occurred come here

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)

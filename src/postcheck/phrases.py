"""Phrases: an index of a pack's phrases and list entries, and what of them a reading holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from postcheck.text import STOPS, Reading

Step = str | list[str] | int  # a word or <list>, several words, or a gap of at most so many words
Steps = list[Step]
Place = tuple[int, int]  # first word, one past the last
ANY_CAPITAL = "^*"
Mentions = dict[str, dict[int, list[int]]]  # list → first word → ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Phrases and list entries, arranged by their first word so that a reading is walked once.

    Plain lists and dicts, so that JSON carries it: `phrases[n]` is (owner, steps), `entries` maps
    a first word to (all words, the lists they stand in).
    """

    phrases: list[tuple[str, Steps]] = field(default_factory=list)
    by_word: dict[str, list[int]] = field(default_factory=dict)
    by_list: dict[str, list[int]] = field(default_factory=dict)
    entries: dict[str, list[tuple[list[str], list[str]]]] = field(default_factory=dict)


def mentions(index: Index, reading: Reading) -> Mentions:
    """Where each list has an entry in the reading, save where the list's own exceptions stand."""
    found: Mentions = {}
    for at, word in enumerate(reading.words):
        for literal, names in index.entries.get(word, ()):
            end = at + len(literal)
            if _reads(literal, reading, at, end):
                for name in names:
                    found.setdefault(name, {}).setdefault(at, []).append(end)
    for name in [name for name in found if name.startswith("!")]:
        _drop(found, "<" + name[2:], [(at, end) for at, ends in found[name].items() for end in ends])
    return found


def _drop(found: Mentions, name: str, barred: list[Place]) -> None:
    kept: dict[int, list[int]] = {}
    for at, ends in found.get(name, {}).items():
        free = [end for end in ends if not any(at < stop and start < end for start, stop in barred)]
        if free:
            kept[at] = free
    found[name] = kept


def find(index: Index, reading: Reading, found: Mentions) -> Iterator[tuple[str, Place]]:
    """Every phrase in the reading, as (owner, place)."""
    named = index.by_word.get(ANY_CAPITAL, [])
    for at, word in enumerate(reading.words):
        for number in (*index.by_word.get(word, ()), *(named if reading.capitals[at] else ())):
            owner, steps = index.phrases[number]
            end = _match(steps, 0, at, reading, found)
            if end:
                yield owner, (at, end)
    for name, places in found.items():
        for number in index.by_list.get(name, ()):
            owner, steps = index.phrases[number]
            for at in places:
                end = _match(steps, 0, at, reading, found)
                if end:
                    yield owner, (at, end)


def _match(steps: Steps, step: int, at: int, reading: Reading, found: Mapping[str, Mapping[int, list[int]]]) -> int:
    """One past the last word that `steps[step:]` cover from word `at`, or 0."""
    if step == len(steps):
        return at
    wanted = steps[step]
    if isinstance(wanted, int):
        return _leap(wanted, steps, step, at, reading, found)
    if at >= len(reading.words):
        return 0
    if isinstance(wanted, str) and wanted.startswith("<"):
        ends = found.get(wanted, {}).get(at, ())
        return next((end for place in ends if (end := _match(steps, step + 1, place, reading, found))), 0)
    word, options = reading.words[at], wanted if isinstance(wanted, list) else [wanted]
    if word in options or (reading.capitals[at] and ("^" + word in options or wanted == ANY_CAPITAL)):
        return _match(steps, step + 1, at + 1, reading, found)
    return 0


def _leap(
    most: int,
    steps: Steps,
    step: int,
    at: int,
    reading: Reading,
    found: Mapping[str, Mapping[int, list[int]]],
) -> int:
    for place in range(at, min(at + most, len(reading.words)) + 1):
        end = _match(steps, step + 1, place, reading, found)
        if end or (place < len(reading.words) and reading.words[place] in STOPS):
            return end
    return 0


def _reads(literal: list[str], reading: Reading, at: int, end: int) -> bool:
    """Whether the words at `at` are these, with capitals where the entry asks for them."""
    if end > len(reading.words):
        return False
    return all(
        wanted == word or (wanted[0] == "^" and wanted[1:] == word and capital)
        for wanted, word, capital in zip(literal, reading.words[at:end], reading.capitals[at:end], strict=True)
    )

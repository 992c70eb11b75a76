"""Phrases: an index of a pack's phrases and list entries, and what of them a reading holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from postcheck.text import STOPS, Reading

Step = str | list[str] | int  # a word or <list>, several words, or a gap of at most so many words
Steps = list[Step]
Place = tuple[int, int]  # first word, one past the last
ANY_CAPITAL, ANY_HANDLE = "^*", "@*"
Mentions = dict[str, dict[int, list[int]]]  # list → first word → ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Phrases and list entries, arranged so that few are tried at each word.

    `phrases[n]` is (owner, steps). `anchors` gives, for the rarest word, pair of words or list
    that a phrase cannot do without, (n, fewest words before it, most words before it).
    `conditions` gives by owner the phrases that are looked for only once a rule has matched.
    `entries` gives (words, lists) by the first word alone ("tories") or the first two ("lib dem").
    """

    phrases: Mapping[str, tuple[str, Steps]]
    anchors: Mapping[str, list[tuple[int, int, int]]]
    conditions: Mapping[str, list[Steps]]
    entries: Mapping[str, list[tuple[list[str], list[str]]]]


def mentions(index: Index, reading: Reading) -> Mentions:
    """Where each list has an entry in the reading, save where the list's own exceptions stand."""
    found: Mentions = {}
    for at, both in enumerate(_pairs(reading)):
        for literal, names in (row for key in both for row in index.entries.get(key, ())):
            end = at + len(literal)
            if _reads(literal, reading, at, end):
                for name in names:
                    found.setdefault(name, {}).setdefault(at, []).append(end)
    for name in [name for name in found if name.startswith("!")]:
        _drop(found, name[1:], [(at, end) for at, ends in found[name].items() for end in ends])
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
    for number, start in sorted(set(_candidates(index, reading, found))):
        owner, steps = index.phrases[str(number)]
        end = _match(steps, 0, start, reading, found)
        if end:
            yield owner, (start, end)


def find_condition(index: Index, owner: str, reading: Reading, found: Mentions) -> Iterator[Place]:
    """Every place in the reading where one of the owner's conditions stands."""
    for steps in index.conditions.get(owner, ()):
        for start in range(len(reading.words)):
            end = _match(steps, 0, start, reading, found)
            if end:
                yield start, end


def _candidates(index: Index, reading: Reading, found: Mentions) -> Iterator[tuple[int, int]]:
    """The phrases whose anchor stands in the reading, each with the words where it may begin."""
    keys = [(key, at) for at, both in enumerate(_pairs(reading)) for key in both]
    keys += [(name, at) for name, places in found.items() for at in places]
    for key, at in keys:
        for number, fewest, most in index.anchors.get(key, ()):
            for start in range(max(0, at - most), at - fewest + 1):
                yield number, start


def _pairs(reading: Reading) -> Iterator[tuple[str, str]]:
    """Each word, and the word with the one behind it."""
    words = reading.words
    for at, word in enumerate(words):
        yield word, f"{word} {words[at + 1]}" if at + 1 < len(words) else ""


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
    if wanted == ANY_HANDLE:
        return _match(steps, step + 1, at + 1, reading, found) if reading.words[at].startswith("@") else 0
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

"""Phrases: the small notation that packs are written in, and an index that finds them in a reading.

vote labour       these words side by side, whatever their case
^reform           only where the author wrote it with a capital
back|support      one of several words
vote~             the word and its endings: vote, votes, voted, voting
(so) proud of     a word that may be missing
kick ... out      up to three words between, inside one sentence
vote <party>      any entry of a list
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from postcheck.errors import PackError
from postcheck.text import STOPS, Reading, words

GAP = 3  # words that `...` may leap over
MOST_VARIANTS = 16

Step = str | list[str] | int  # a word or <list>, several words, or a gap
Steps = list[Step]
Place = tuple[int, int]  # first word, one past the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Phrases and list entries, arranged by their first word so that a reading is walked once.

    Plain lists and dicts, so that JSON carries it: `phrases[n]` is (owner, steps).
    """

    phrases: list[tuple[str, Steps]] = field(default_factory=list)
    by_word: dict[str, list[int]] = field(default_factory=dict)
    by_list: dict[str, list[int]] = field(default_factory=dict)
    entries: dict[str, list[tuple[list[str], list[str]]]] = field(default_factory=dict)

    def add_phrase(self, owner: str, notation: str) -> None:
        """Index a phrase under the rule (or condition) that owns it."""
        for steps in parse(notation):
            number = len(self.phrases)
            self.phrases.append((owner, steps))
            first = steps[0]
            if isinstance(first, str) and first.startswith("<"):
                self.by_list.setdefault(first, []).append(number)
            else:
                for word in dict.fromkeys(w.removeprefix("^") for w in _options(first)):
                    self.by_word.setdefault(word, []).append(number)

    def add_entry(self, names: Iterable[str], entry: str) -> None:
        """Index one list entry; it counts for each list in `names`."""
        literal = _literals(entry)
        if not literal:
            raise PackError(f"list entry {entry!r} holds no word")
        self.entries.setdefault(literal[0].removeprefix("^"), []).append((literal, sorted(names)))

    def lists(self) -> set[str]:
        """The lists that phrases refer to."""
        used = {step for _, steps in self.phrases for step in steps if isinstance(step, str)}
        return {step for step in used if step.startswith("<")}

    def vocabulary(self) -> set[str]:
        """Every plain word of phrases and entries."""
        found = {word for literal, _ in self._entries() for word in literal}
        found |= {word for _, steps in self.phrases for step in steps for word in _options(step)}
        return {bare for word in found if (bare := word.removeprefix("^")).isalpha()}

    def _entries(self) -> Iterator[tuple[list[str], list[str]]]:
        for rows in self.entries.values():
            yield from rows


# ── reading the notation ─────────────────────────────────────────────────────────────────

_SLOT = re.compile(r"\([^()\s]+\)|\S+")
_LIST = re.compile(r"<[a-z][a-z0-9_]*>")


def parse(notation: str) -> list[Steps]:
    """The step sequences that a phrase stands for, one for each choice of optional words."""
    slots = [_slot(raw, notation) for raw in _SLOT.findall(notation)]
    if sum(optional for optional, _ in slots) > 4:
        raise PackError(f"phrase {notation!r} has more than four optional words", "split it into two phrases")
    choices = [([steps, []] if optional else [steps]) for optional, steps in slots]
    variants = [[step for part in chosen for step in part] for chosen in product(*choices)]
    for steps in variants:
        if not steps or isinstance(steps[0], int) or isinstance(steps[-1], int):
            raise PackError(f"phrase {notation!r} must begin and end with a word that is always there")
    return variants


def _slot(raw: str, notation: str) -> tuple[bool, Steps]:
    if raw == "...":
        return False, [GAP]
    optional = raw.startswith("(") and raw.endswith(")")
    inner = raw[1:-1] if optional else raw
    if _LIST.fullmatch(inner):
        return optional, [inner]
    if any(mark in inner for mark in "()<>"):
        raise PackError(f"phrase {notation!r}: cannot read {raw!r}", "lists are <name>, optional words are (word)")
    if "|" not in inner and "~" not in inner:
        return optional, list(_literals(inner))
    alternatives = [word for part in inner.split("|") for word in _inflected(part, notation)]
    return optional, [alternatives]


def _inflected(part: str, notation: str) -> list[str]:
    literal = _literals(part.removesuffix("~"))
    if len(literal) != 1:
        raise PackError(f"phrase {notation!r}: {part!r} must be one word", "put longer choices in phrases of their own")
    return list(dict.fromkeys([literal[0], *_endings(literal[0])])) if part.endswith("~") else literal


def _literals(text: str) -> list[str]:
    """The words of a fixed phrase; a capital mark stays on its word."""
    found: list[str] = []
    for raw in text.split():
        split = words(raw.removeprefix("^"))
        found += ["^" + split[0], *split[1:]] if raw.startswith("^") and split else split
    return found


def _endings(word: str) -> Iterator[str]:
    stem = word[:-1] if word.endswith("e") else word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        yield from (word[:-1] + "ies", word[:-1] + "ied", word + "ing")
    elif word.endswith(("s", "sh", "ch", "x", "z")):
        yield from (word + "es", word + "ed", word + "ing")
    else:
        yield from (word + "s", stem + "ed", stem + "ing")
    if re.fullmatch(r"[a-z]?[^aeiou\W][aeiou][^aeiouwxy\W]", word):
        yield from (word + word[-1] + "ed", word + word[-1] + "ing")


def _options(step: Step) -> list[str]:
    if isinstance(step, int) or (isinstance(step, str) and step.startswith("<")):
        return []
    return [step] if isinstance(step, str) else step


# ── finding them ─────────────────────────────────────────────────────────────────────────

Mentions = dict[str, dict[int, list[int]]]  # list → first word → ends


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
    for at, word in enumerate(reading.words):
        for number in index.by_word.get(word, ()):
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
    if word in options or (reading.capitals[at] and "^" + word in options):
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

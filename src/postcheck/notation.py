"""Notation: how packs write phrases, and how these reach the index.

vote labour       these words side by side, whatever their case
^reform           only where the author wrote it with a capital
^* and @*         any word written with a capital, such as a name; any handle
back|support      one of several words
vote~             the word and its endings: vote, votes, voted, voting
(so) proud of     what may be missing: a word, choices, or several words
{a lot|loads} of  one of several choices, of any number of words
kick ... out      up to three words between, inside one sentence
vote <party>      any entry of a list
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import prod

from postcheck.errors import PackError
from postcheck.phrases import ANY_CAPITAL, ANY_HANDLE, Index, Step, Steps
from postcheck.text import ENDINGS, words

GAP = 3  # words that `...` may leap over
MOST_WAYS = 64
_SLOT = re.compile(r"\([^()]*\)|\{[^{}]*\}|\S+")
_LIST = re.compile(r"<[a-z][a-z0-9_]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """An index while it is being filled."""

    phrases: dict[str, tuple[str, Steps]] = field(default_factory=dict)
    conditions: dict[str, list[Steps]] = field(default_factory=dict)
    entries: dict[str, list[tuple[list[str], list[str]]]] = field(default_factory=dict)
    _lists_of: dict[str, set[str]] = field(default_factory=dict)

    def add_phrase(self, owner: str, notation: str) -> None:
        """Index a phrase under the rule (or cue) that owns it."""
        for steps in parse(notation):
            self.phrases[str(len(self.phrases))] = (owner, steps)

    def add_condition(self, owner: str, notation: str) -> None:
        """Index a phrase that is looked for only once its rule has matched."""
        self.conditions.setdefault(owner, []).extend(parse(notation))

    def add_entry(self, lists: Iterable[str], entry: str) -> None:
        """Index one list entry; it counts for each of the lists."""
        literal = _literals(entry)
        if not literal:
            raise PackError(f"list entry {entry!r} holds no word")
        self.entries.setdefault(" ".join(map(_bare, literal[:2])), []).append((literal, sorted(lists)))
        self._lists_of.setdefault(" ".join(map(_bare, literal)), set()).update(lists)

    def add_exception(self, lists: Collection[str], entry: str) -> None:
        """Silence what the entry overlaps, in these lists and wherever else their entry is listed.

        "labour ward" is no party in any list that has "labour".
        """
        spoken = list(map(_bare, _literals(entry)))
        parts = (" ".join(spoken[one:other]) for one in range(len(spoken)) for other in range(one + 1, len(spoken) + 1))
        shared = (self._lists_of.get(part, set()) for part in parts)
        silenced = set(lists).union(*(others for others in shared if not others.isdisjoint(lists)))
        self.entries.setdefault(" ".join(spoken[:2]), []).append((spoken, sorted(f"!{name}" for name in silenced)))

    def index(self, sample: Iterable[str] = ()) -> Index:
        """The finished index, with each phrase anchored where it is rarest in a sample of texts."""
        met = _met(sample)
        longest: dict[str, int] = {}  # the most words of each list's entries
        for key, rows in self.entries.items():
            for literal, lists in rows:
                for name in lists:
                    met[name] += met[key]
                    longest[name] = max(len(literal), longest.get(name, 1))
        anchors: dict[str, list[tuple[int, int, int]]] = {}
        for number, (_, steps) in self.phrases.items():
            ways = [(keys, _reach(steps[:at], longest)) for keys, at in _ways_in(steps)]
            keys, (fewest, most) = min(ways, key=lambda way: _cost(way[0], way[1], met))
            for key in keys:
                anchors.setdefault(key, []).append((int(number), fewest, most))
        return Index(phrases=self.phrases, anchors=anchors, conditions=self.conditions, entries=self.entries)

    def lists_used_by(self, rule: str) -> set[str]:
        """The lists that a rule's phrases, cues and conditions refer to."""
        steps = [step for owner, own in self.phrases.values() if owner.lstrip("~") == rule for step in own]
        for mark in "+-!":
            steps += [step for own in self.conditions.get(mark + rule, ()) for step in own]
        return {step for step in steps if isinstance(step, str) and step.startswith("<")}

    def vocabulary(self) -> frozenset[str]:
        """Every plain word of phrases and entries."""
        found = {word for rows in self.entries.values() for literal, _ in rows for word in literal}
        found |= {word for step in self._steps() for word in _options(step)}
        return frozenset(bare for word in found if (bare := _bare(word)).isalpha())

    def _steps(self) -> Iterator[Step]:
        yield from (step for _, steps in self.phrases.values() for step in steps)
        yield from (step for phrases in self.conditions.values() for steps in phrases for step in steps)


def _ways_in(steps: Steps) -> Iterator[tuple[list[str], int]]:
    """The keys that one step (or two side by side) may be looked up by, with the step's number."""
    for at, step in enumerate(steps):
        words = list(dict.fromkeys(map(_bare, _options(step))))
        if isinstance(step, str) and step.startswith("<"):
            yield [step], at
        if words:
            yield words, at
        following = list(dict.fromkeys(map(_bare, _options(steps[at + 1])))) if at + 1 < len(steps) else []
        if words and following:
            yield [f"{one} {other}" for one in words for other in following], at


def _met(sample: Iterable[str]) -> Counter[str]:
    """How often each word, and each pair of words, is met in the texts."""
    met: Counter[str] = Counter()
    for text in sample:
        spoken = words(text)
        met.update(spoken)
        met.update(f"{one} {other}" for one, other in pairwise(spoken))
    return met


def _cost(keys: list[str], reach: tuple[int, int], met: Mapping[str, int]) -> float:
    """How many places would be tried for a phrase that is looked up by these keys."""
    return (sum(met[key] for key in keys) + 0.1) * (1 + reach[1] - reach[0])


def _reach(steps: Steps, longest: Mapping[str, int]) -> tuple[int, int]:
    """The fewest and the most words that the steps may cover."""
    fewest = sum(not isinstance(step, int) for step in steps)
    most = sum(step if isinstance(step, int) else longest.get(str(step), 1) for step in steps)
    return fewest, most


def _bare(word: str) -> str:
    return word.removeprefix("^")


def parse(notation: str) -> list[Steps]:
    """The step sequences that a phrase stands for, one for each way through its groups."""
    slots = [_slot(raw, notation) for raw in _SLOT.findall(notation)]
    if prod(len(ways) for ways in slots) > MOST_WAYS:
        raise PackError(f"phrase {notation!r} can be read in more than {MOST_WAYS} ways", "split it into two phrases")
    variants = [[step for steps in way for step in steps] for way in product(*slots)]
    for steps in variants:
        if not steps or isinstance(steps[0], int) or isinstance(steps[-1], int):
            raise PackError(f"phrase {notation!r} must begin and end with a word that is always there")
        if not any(True for _ in _ways_in(steps)):
            raise PackError(f"phrase {notation!r} needs at least one word or list")
    return variants


def _slot(raw: str, notation: str) -> list[Steps]:
    """The ways to read one slot: one for a word, several for a group, with none of it where it may be missing."""
    if raw.startswith("(") and raw.endswith(")"):
        return [*_group(raw[1:-1], notation), []]
    if raw.startswith("{") and raw.endswith("}"):
        return _group(raw[1:-1], notation)
    return [_word(raw, notation)]


def _group(inner: str, notation: str) -> list[Steps]:
    if " " not in inner and "'" not in inner:
        return [_word(inner, notation)]  # single words make one step, longer choices a way each
    choices = [choice.split() for choice in inner.split("|")]
    if not all(choices):
        raise PackError(f"phrase {notation!r}: one of its choices is empty")
    return [[step for raw in choice for step in _word(raw, notation)] for choice in choices]


def _word(raw: str, notation: str) -> Steps:
    if raw == "...":
        return [GAP]
    if raw in (ANY_CAPITAL, ANY_HANDLE) or _LIST.fullmatch(raw):
        return [raw]
    if not raw or any(mark in raw for mark in "(){}<>"):
        hint = "lists are <name>, what may be missing is in ( ), choices of several words in { }"
        raise PackError(f"phrase {notation!r}: cannot read {raw!r}", hint)
    if "|" not in raw and "~" not in raw:
        literal = _literals(raw)
        if not literal:
            raise PackError(f"phrase {notation!r}: {raw!r} holds no word")
        return list(literal)
    return [[word for part in raw.split("|") for word in _inflected(part, notation)]]


def _inflected(part: str, notation: str) -> list[str]:
    literal = _literals(part.removesuffix("~"))
    if len(literal) != 1:
        raise PackError(f"phrase {notation!r}: {part!r} must be one word", "put choices of several words in { }")
    if not part.endswith("~"):
        return literal
    mark = "^" if literal[0].startswith("^") else ""
    return list(dict.fromkeys([literal[0], *(mark + form for form in _endings(_bare(literal[0])))]))


def _literals(text: str) -> list[str]:
    """The words of a fixed phrase; a capital mark stays on its word."""
    found: list[str] = []
    for raw in text.split():
        split = [raw] if raw in ENDINGS else words(raw.removeprefix("^"))
        found += ["^" + split[0], *split[1:]] if raw.startswith("^") and split else split
    return found


def _endings(word: str) -> Iterator[str]:
    stem = word[:-1] if word.endswith("e") else word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        yield from (word[:-1] + "ies", word[:-1] + "ied", word + "ing")
    elif word.endswith(("s", "sh", "ch", "x", "z")):
        yield from (word + "es", word + "ed", word + "ing")
    else:
        yield from (word + "s", stem + "ed", (word if word.endswith(("ee", "oe", "ye")) else stem) + "ing")
    if re.fullmatch(r"[a-z]?[^aeiou\W][aeiou][^aeiouwxy\W]", word):
        yield from (word + word[-1] + "ed", word + word[-1] + "ing")


def _options(step: Step) -> list[str]:
    """The words that a step may be; none for a gap, a list, or any name or handle."""
    if isinstance(step, list):
        return step
    wild = isinstance(step, int) or step.startswith("<") or step in (ANY_CAPITAL, ANY_HANDLE)
    return [] if wild else [str(step)]

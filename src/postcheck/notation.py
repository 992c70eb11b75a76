"""Notation: how packs write phrases, and how these reach the index.

vote labour       these words side by side, whatever their case
^reform           only where the author wrote it with a capital
^*                any word written with a capital, such as a name
back|support      one of several words
vote~             the word and its endings: vote, votes, voted, voting
(so) proud of     a word that may be missing
kick ... out      up to three words between, inside one sentence
vote <party>      any entry of a list
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from postcheck.errors import PackError
from postcheck.phrases import ANY_CAPITAL, Index, Step, Steps
from postcheck.text import ENDINGS, words

GAP = 3  # words that `...` may leap over
_SLOT = re.compile(r"\([^()\s]+\)|\S+")
_LIST = re.compile(r"<[a-z][a-z0-9_]*>")


def add_phrase(index: Index, owner: str, notation: str) -> None:
    """Index a phrase under the rule (or condition) that owns it."""
    for steps in parse(notation):
        number = len(index.phrases)
        index.phrases.append((owner, steps))
        first = steps[0]
        if isinstance(first, str) and first.startswith("<"):
            index.by_list.setdefault(first, []).append(number)
        else:
            for word in dict.fromkeys(map(_first_word, _options(first))):
                index.by_word.setdefault(word, []).append(number)


def _first_word(option: str) -> str:
    return option if option == ANY_CAPITAL else option.removeprefix("^")


def add_entry(index: Index, lists: Iterable[str], entry: str) -> None:
    """Index one entry; it counts for each of the lists."""
    literal = _literals(entry)
    if not literal:
        raise PackError(f"list entry {entry!r} holds no word")
    index.entries.setdefault(literal[0].removeprefix("^"), []).append((literal, sorted(lists)))


def lists_used(index: Index) -> set[str]:
    """The lists that phrases refer to."""
    used = {step for _, steps in index.phrases for step in steps if isinstance(step, str)}
    return {step for step in used if step.startswith("<")}


def vocabulary(index: Index) -> set[str]:
    """Every plain word of phrases and entries."""
    found = {word for rows in index.entries.values() for literal, _ in rows for word in literal}
    found |= {word for _, steps in index.phrases for step in steps for word in _options(step)}
    return {bare for word in found if (bare := word.removeprefix("^")).isalpha()}


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
    if raw.strip("()") == ANY_CAPITAL:
        return raw != ANY_CAPITAL, [ANY_CAPITAL]
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
        yield from (word + "s", stem + "ed", stem + "ing")
    if re.fullmatch(r"[a-z]?[^aeiou\W][aeiou][^aeiouwxy\W]", word):
        yield from (word + word[-1] + "ed", word + word[-1] + "ing")


def _options(step: Step) -> list[str]:
    if isinstance(step, int) or (isinstance(step, str) and step.startswith("<")):
        return []
    return [step] if isinstance(step, str) else step

"""Disguises: hashtags, masks, leet, repeats and letters set apart, undone into words that are known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice, product

from postcheck.folding import Cover, Folded

Piece = tuple[str, int, int]  # a word and its place in the folded text

# cheap test for anything that may hide a word; most texts stop here
DISGUISED = re.compile(
    r"#\w|[^\W\d_][*@$!|\d_+.-]+[^\W_]|\d[^\W\d_]|[@$!|][^\W\d_]|([^\W\d_])\1\1"
    r"|(?:^|\W)[^\W\d_] [^\W\d_] [^\W\d_](?:\W|$)"
)
_LETTERS_APART = r"(?<![^\W_])[^\W\d_](?:[ .\-_*·/|]{1,3}[^\W\d_](?![^\W_])){2,}"
_HASHTAG = r"#\w+"
_CHUNK = r"[^\s#'\"(),:;?]+"
_CAMEL = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+"
_REPEATS = r"(.)\1{2,}"
_LEET = dict(zip("4@3€1!|05$7+896*", ["a", "a", "e", "e", "il", "il", "il", *"ossttbgg", "a-z"], strict=True))


def undo(text: str, folded: Folded, pieces: list[Piece], vocabulary: Collection[str]) -> list[Piece]:
    """The pieces again, with each disguised stretch replaced by the words it hides."""
    revealed = sorted(_revealed(text, folded, vocabulary), key=lambda piece: piece[1])
    if not revealed:
        return pieces
    hidden = Cover()
    for _, start, end in revealed:
        hidden.add(start, end)
    kept = [piece for piece in pieces if not hidden.meets(piece[1], piece[2])]
    return sorted(kept + revealed, key=lambda piece: piece[1])


def _revealed(text: str, folded: Folded, vocabulary: Collection[str]) -> Iterator[Piece]:
    taken = Cover()
    for pattern, reveal in ((_LETTERS_APART, _apart), (_HASHTAG, _hashtag), (_CHUNK, _chunk)):
        for match in re.finditer(pattern, folded.text):
            if taken.meets(*match.span()):
                continue
            hidden = reveal(match, text, folded, vocabulary)
            if hidden:
                taken.add(*match.span())
                yield from hidden


def _apart(match: re.Match[str], _text: str, _folded: Folded, vocabulary: Collection[str]) -> list[Piece]:
    """`v o t e  g r e e n` and `v.o.t.e`: letters set apart."""
    places = [place for place in range(*match.span()) if match.string[place].isalpha()]
    parts = _split("".join(match.string[place] for place in places), vocabulary)
    return _laid(parts, places)


def _hashtag(match: re.Match[str], text: str, folded: Folded, vocabulary: Collection[str]) -> list[Piece]:
    """`#voteGreenOnThursday` by its capitals, `#votegreen` by the vocabulary."""
    first = match.start() + 1
    written = [text[folded.starts[place]] for place in range(first, match.end())]
    camel = [part.lower() for part in re.findall(_CAMEL, "".join(written))]
    glued = match.group()[1:].replace("_", "")
    if "".join(camel) != glued or sum(part.isalpha() for part in camel) < 2:
        camel = _split(glued, vocabulary)
    laid = _laid(camel, [place for place in range(first, match.end()) if match.string[place] != "_"])
    return [(word, start - (start == first), end) for word, start, end in laid]


def _chunk(match: re.Match[str], _text: str, _folded: Folded, vocabulary: Collection[str]) -> list[Piece]:
    """`T0ry`, `t*ries`, `votttte`: a word with letters swapped, masked or repeated."""
    start, raw = match.start(), match.group().rstrip(".!")
    if raw.startswith(("http", "www.", "@")) or len(raw) > 24 or not any(map(str.isalpha, raw)):
        return []
    word = _unmasked(raw, vocabulary)
    return [(word, start, start + len(raw))] if word and word != raw else []


def _unmasked(raw: str, vocabulary: Collection[str]) -> str:
    """The known word that `raw` stands for, with its letters as they are or repeated too often."""
    for candidate in dict.fromkeys((raw, re.sub(_REPEATS, r"\1\1", raw), re.sub(_REPEATS, r"\1", raw))):
        found = _starred(candidate, vocabulary) if "*" in candidate else _unleet(candidate, vocabulary)
        if found:
            return found
    return ""


def _unleet(raw: str, vocabulary: Collection[str]) -> str:
    """The known word that digits and signs spell; at most 16 ways to read them are tried."""
    ways = product(*(_LEET.get(char, char) for char in raw))
    spelt = ("".join(way) for way in islice(ways, 16))
    return next((word for word in spelt if len(word) > 2 and word in vocabulary), "")


def _starred(raw: str, vocabulary: Collection[str]) -> str:
    """The known word behind the asterisks, where at least half of its letters show."""
    if 2 * raw.count("*") > len(raw):
        return ""  # `b***` could be anything
    shape = re.compile("".join(f"[{_LEET[char]}]" if char in _LEET else re.escape(char) for char in raw))
    return min((word for word in vocabulary if len(word) == len(raw) > 2 and shape.fullmatch(word)), default="")


def _split(glued: str, vocabulary: Collection[str]) -> list[str]:
    """The fewest known words that spell `glued`, or nothing if they don't."""
    reached: list[tuple[int, int] | None] = [(0, 0)] + [None] * len(glued)  # words so far, start of the last
    for end in range(1, len(glued) + 1):
        for start in range(max(0, end - 18), end):
            before, so_far = reached[start], reached[end]
            if before and (not so_far or before[0] + 1 < so_far[0]) and _known(glued[start:end], vocabulary):
                reached[end] = (before[0] + 1, start)
    parts: list[str] = []
    end = len(glued)
    while end and (last := reached[end]):
        parts.append(glued[last[1] : end])
        end = last[1]
    return parts[::-1]


def _known(word: str, vocabulary: Collection[str]) -> bool:
    return word.isdigit() or word in "ai" or (len(word) > 1 and word in vocabulary)


def _laid(parts: list[str], places: list[int]) -> list[Piece]:
    """Each part with the place of its first letter and the end of its last."""
    if sum(map(len, parts)) != len(places):
        return []
    laid, at = [], 0
    for part in parts:
        laid.append((part, places[at], places[at + len(part) - 1] + 1))
        at += len(part)
    return laid

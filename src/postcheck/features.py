"""Features: what the fast model sees of a text: words, pairs of words, known names, pieces of words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from postcheck.phrases import Index, mentions
from postcheck.text import Reading

WORDS, PIECES = 0, 1  # blocks, each of which is brought to unit length by itself
SHORTEST, LONGEST = 4, 5  # letters of a piece
EDGE = "^"

Unit = tuple[int, int, int, str]  # first word, one past the last, block, key


def units(reading: Reading, index: Index) -> Iterator[Unit]:
    """What stands where: words, pairs, the pieces of words, and names that the index lists with their neighbours.

    A unit of the block WORDS is one feature, named by its key; one of the block PIECES stands
    for the `pieces` of the word that is its key.
    """
    words = [_plain(word) for word in reading.words]
    count = len(words)
    for at, word in enumerate(words):
        if at > 1 and word == words[at - 1] == words[at - 2]:
            continue  # what is said over and over weighs as if said twice
        yield max(0, at - 1), at + 1, WORDS, f"{words[at - 1] if at else EDGE} {word}"
        yield at, at + 1, WORDS, word
        if word[0] != "<":
            yield at, at + 1, PIECES, word
    for name, places in mentions(index, reading).items():
        if name[0] == "<":
            for at, ends in places.items():
                end = max(ends)
                yield at, end, WORDS, name
                yield max(0, at - 1), end, WORDS, f"{words[at - 1] if at else EDGE} {name}"
                yield at, min(end + 1, count), WORDS, f"{name} {words[end] if end < count else EDGE}"


@lru_cache(maxsize=1 << 14)
def pieces(word: str) -> tuple[str, ...]:
    """The runs of four and five letters in a word, its ends marked."""
    marked = f"<{word}>"
    runs = range(SHORTEST, LONGEST + 1)
    return tuple(f"~{marked[at : at + size]}" for size in runs for at in range(len(marked) - size + 1))


def _plain(word: str) -> str:
    """The word; links that say so read as one word, and so does the handle that stands for somebody unnamed."""
    if word.startswith(("http", "www.")):
        return "<link>"
    return "<somebody>" if word == "@user" else word

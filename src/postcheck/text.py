"""Text: readings of a draft as words, each word tied to its place in the text as given."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from postcheck.disguises import DISGUISED, Piece, undo
from postcheck.folding import Cover, Folded, Span, fold

STOPS = frozenset({".", "!", "?"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as words; word i came from text[starts[i]:ends[i]] and `capitals[i]` says how it began."""

    words: list[str]
    starts: list[int]
    ends: list[int]
    capitals: list[bool]

    def span(self, first: int, last: int) -> Span:
        """The stretch of the text from word `first` up to, not including, word `last`."""
        return Span(start=self.starts[first], end=max(self.ends[first:last]))


_TOKEN = re.compile(
    r"(?P<url>https?://\S+|www\.\S+"
    r"|(?<![a-z0-9.@-])(?:[a-z0-9-]+\.)+(?:com|org|net|uk|io|me|gov|ie)\b(?:/\S*)?)"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<tag>[#@]\w+)"
    r"|(?P<mask>[^\W_]+\*+(?:[^\W_]+\*+)*[^\W_]+|[^\W_]{1,2}\*{2,}|\*{3,})"
    r"|(?P<word>[^\W_]+(?:'[^\W_]+)*)"
    r"|(?P<stop>(?:[.!?]+(?=[\s\"')\]]|$)|[.!?]{2,}|\n\s*\n)['\"]*)"
    r"|(?P<sign>[£$€%&]|[^\x00-\x7f])"
)
_URL_TAIL = ".,;:!?)]}'\"…"
ENDINGS = frozenset({"'s", "'re", "'ll", "'ve", "'m", "'d"})  # words of their own: council + 's


def _pieces(folded: str) -> Iterator[Piece]:
    """The words of a folded text with their places in it."""
    for match in _TOKEN.finditer(folded):
        kind, word, start = match.lastgroup, match.group(), match.start()
        if kind == "word" and "'" in word:
            yield from _contraction(word, start)
        elif kind == "url":
            link = word.rstrip(_URL_TAIL)
            yield link, start, start + len(link)
            if not STOPS.isdisjoint(word[len(link) :]):
                yield _stop(word[len(link) :]), start + len(link), match.end()
        elif kind == "stop":
            yield _stop(word), start, match.end()
        elif word == "&":
            yield "and", start, match.end()
        elif kind != "sign" or not word.isspace():
            yield word, start, match.end()


def _contraction(word: str, start: int) -> Iterator[Piece]:
    """`don't` is one word (dont), `we'll` and `council's` are two, `t'council` is the + council."""
    head, _, tail = word.rpartition("'")
    if "'" + tail in ENDINGS and head:
        yield head.replace("'", ""), start, start + len(head)
        yield "'" + tail, start + len(head), start + len(word)
    elif head == "t":
        yield "the", start, start + 1
        yield tail, start + 2, start + len(word)
    else:
        yield word.replace("'", ""), start, start + len(word)


def _stop(marks: str) -> str:
    return "?" if "?" in marks else "!" if "!" in marks else "."


def _reading(text: str, folded: Folded, pieces: list[Piece]) -> Reading:
    starts = [folded.starts[start] for _, start, _ in pieces]
    return Reading(
        words=[word for word, _, _ in pieces],
        starts=starts,
        ends=[folded.ends[end - 1] for _, _, end in pieces],
        capitals=[text[start : start + 2].removeprefix("#")[:1].isupper() for start in starts],
    )


def words(text: str) -> list[str]:
    """The words of a text as the first reading has them, for anything that must match it."""
    return [word for word, _, _ in _pieces(fold(text).text)]


def readings(text: str, vocabulary: Collection[str] = frozenset()) -> list[Reading]:
    """Read a text as it stands and, where it differs, with disguises undone.

    `vocabulary` is the set of words that a disguise may hide: an undone word is taken only if
    it is one of them, so that `3rd`, `A4` or `b*ll` mean nothing new.
    """
    folded = fold(text)
    pieces = list(_pieces(folded.text))
    found = [_reading(text, folded, pieces)]
    if DISGUISED.search(folded.text) and vocabulary:
        undone = list(undo(text, folded, pieces, vocabulary))
        if undone != pieces:
            found.append(_reading(text, folded, undone))
    return found


_QUOTED = re.compile(r'"[^"\n]*"|“[^“”]*”')  # straight or curly; an odd mark out is none


def quotations(text: str) -> Cover:
    """Where somebody else's words stand between double quotation marks."""
    quoted = Cover()
    for match in _QUOTED.finditer(text):
        if len(match.group().split()) > 1:  # one word in quotes is often the author's own, in irony
            quoted.add(*match.span())
    return quoted

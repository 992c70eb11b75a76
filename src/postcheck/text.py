"""Text: readings of a draft as words, each word tied to its place in the text as given."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from unicodedata import category, normalize

STOPS = frozenset({".", "!", "?"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open stretch of a text, in Unicode code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words that the span covers."""
        return text[self.start : self.end]

    def meets(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A text in plain lower-case letters; character i came from text[starts[i]:ends[i]]."""

    text: str
    starts: Collection[int]
    ends: Collection[int]


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


# ── folding: one character at a time ─────────────────────────────────────────────────────

# look-alikes that NFKC leaves alone (source: Unicode confusables, the Latin-like letters)
_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕԁԛԝһӏвкмнтгпʏАВЕКМНОРСТУХІЈЅԌҮαεοριτυνκχηΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
        "ıɑɡᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢøłđħ‘’ʼ′´`“”„″–—‐‑‒−…",
        "aeopcyxijsdqwhlbkmhtrnyABEKMHOPCTYXIJSGYaeopituvkxnABEZHIKMNOPTYX"
        "iagabcdefghijklmnoprstuvwzoldh''''''\"\"\"\"------.",
        strict=True,
    )
)
_SQUARED = ((0x1F150, 0x1F169), (0x1F170, 0x1F189))  # 🅥 🅥: letters that NFKC leaves alone


@cache
def _plain(char: str) -> str:
    """What one character reads as: nothing for invisible ones, plain lower case for letters."""
    if char in _LOOKALIKES:
        return _LOOKALIKES[char].lower()
    kind = category(char)
    if kind in ("Cf", "Mn", "Me"):
        return ""
    if kind == "Cs":
        return "\ufffd"
    for first, last in _SQUARED:
        if first <= ord(char) <= last:
            return chr(ord("a") + ord(char) - first)
    parts = normalize("NFD", normalize("NFKC", char).lower())
    return "".join(_LOOKALIKES.get(part, part).lower() for part in parts if category(part) != "Mn")


def fold(text: str) -> Folded:
    """Put a text into plain lower-case letters, keeping where each one came from. Never raises."""
    if text.isascii():
        return Folded(text=text.lower(), starts=range(len(text)), ends=range(1, len(text) + 1))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, char in enumerate(text):
        plain = _plain(char)
        if not plain and ends:
            # an accent or an emoji's variation mark belongs to what it stands on
            ends[-1] = place + 1 if category(char) != "Cf" else ends[-1]
        for letter in plain:
            letters.append(letter)
            starts.append(place)
            ends.append(place + 1)
    return Folded(text="".join(letters), starts=starts, ends=ends)


# ── reading: words out of folded text ────────────────────────────────────────────────────

_TOKEN = re.compile(
    r"(?P<url>https?://\S+|www\.\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|uk|io|me|gov|ie)\b(?:/\S*)?)"
    r"|(?P<tag>[#@]\w+)"
    r"|(?P<mask>[^\W_](?:[^\W_]*\*+)+[^\W_]+|[^\W_]{1,2}\*{2,}|\*{3,})"
    r"|(?P<word>[^\W_]+(?:'[^\W_]+)*)"
    r"|(?P<stop>(?:[.!?]+(?=[\s\"')\]]|$)|[.!?]{2,}|\n\s*\n)['\"]*)"
    r"|(?P<sign>[£$€%&]|[^\x00-\x7f])"
)
_URL_TAIL = ".,;:!?)]}'\"…"
ENDINGS = frozenset({"'s", "'re", "'ll", "'ve", "'m", "'d"})  # words of their own: council + 's

Piece = tuple[str, int, int]


def _pieces(folded: str) -> Iterator[Piece]:
    """The words of a folded text with their places in it."""
    for match in _TOKEN.finditer(folded):
        kind, word, start = match.lastgroup, match.group(), match.start()
        if kind == "word" and "'" in word:
            yield from _contraction(word, start)
        elif kind == "url":
            word = word.rstrip(_URL_TAIL)
            yield word, start, start + len(word)
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
    starts = [folded.starts[start] for _, start, _ in pieces]  # type: ignore[index]
    return Reading(
        words=[word for word, _, _ in pieces],
        starts=starts,
        ends=[folded.ends[end - 1] for _, _, end in pieces],  # type: ignore[index]
        capitals=[text[start].isupper() for start in starts],
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
    if _DISGUISED.search(folded.text) and vocabulary:
        undone = list(_undo(text, folded, pieces, vocabulary))
        if undone != pieces:
            found.append(_reading(text, folded, undone))
    return found


# straight or curly double quotes round at least two words; an odd mark out is none
_QUOTED = re.compile(r'"[^"\n]*\s[^"\n]*"|“[^“”]*\s[^“”]*”')


def quotations(text: str) -> list[Span]:
    """Where somebody else's words stand between double quotation marks."""
    return [Span(start=match.start(), end=match.end()) for match in _QUOTED.finditer(text)]


# ── disguises: hashtags, masks, leet, repeats, spaced letters ────────────────────────────

# cheap test for anything that may hide a word; most texts stop here
_DISGUISED = re.compile(
    r"#\w|[^\W\d_][*@$!|\d_+.-]+[^\W_]|\d[^\W\d_]|[@$!|][^\W\d_]|([^\W\d_])\1\1"
    r"|(?:^|\W)[^\W\d_] [^\W\d_] [^\W\d_](?:\W|$)"
)
_LETTERS_APART = r"(?<![^\W_])[^\W\d_](?:[ .\-_*·/|]{1,3}[^\W\d_](?![^\W_])){2,}"
_HASHTAG = r"#\w+"
_CHUNK = r"[^\s#'\"(),:;?]*[^\W\d_][^\s#'\"(),:;?]*"
_CAMEL = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+"
_REPEATS = r"(.)\1{2,}"
_LEET = dict(zip("4@3€1!|05$7+896*", ["a", "a", "e", "e", "il", "il", "il", *"ossttbgg", "a-z"], strict=True))


def _undo(text: str, folded: Folded, pieces: list[Piece], vocabulary: Collection[str]) -> list[Piece]:
    """The pieces again, with each disguised stretch replaced by the words it hides."""
    revealed = sorted(_revealed(text, folded, vocabulary), key=lambda piece: piece[1])
    if not revealed:
        return pieces
    kept = [piece for piece in pieces if not any(start < piece[2] and piece[1] < end for _, start, end in revealed)]
    return sorted(kept + revealed, key=lambda piece: piece[1])


def _revealed(text: str, folded: Folded, vocabulary: Collection[str]) -> Iterator[Piece]:
    taken: list[tuple[int, int]] = []
    for pattern, reveal in ((_LETTERS_APART, _apart), (_HASHTAG, _hashtag), (_CHUNK, _chunk)):
        for match in re.finditer(pattern, folded.text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            hidden = reveal(match, text, folded, vocabulary)
            if hidden:
                taken.append(match.span())
                yield from hidden


def _apart(match: re.Match[str], _text: str, _folded: Folded, vocabulary: Collection[str]) -> list[Piece]:
    """`v o t e  g r e e n` and `v.o.t.e`: letters set apart."""
    places = [place for place in range(*match.span()) if match.string[place].isalpha()]
    parts = _split("".join(match.string[place] for place in places), vocabulary)
    return _laid(parts, places)


def _hashtag(match: re.Match[str], text: str, folded: Folded, vocabulary: Collection[str]) -> list[Piece]:
    """`#voteGreenOnThursday` by its capitals, `#votegreen` by the vocabulary."""
    first = match.start() + 1
    written = [text[folded.starts[place]] for place in range(first, match.end())]  # type: ignore[index]
    camel = [part.lower() for part in re.findall(_CAMEL, "".join(written))]
    glued = match.group()[1:].replace("_", "")
    if "".join(camel) != glued or sum(part.isalpha() for part in camel) < 2:
        camel = _split(glued, vocabulary)
    laid = _laid(camel, [place for place in range(first, match.end()) if match.string[place] != "_"])
    return [(word, start - (start == first), end) for word, start, end in laid]


def _chunk(match: re.Match[str], _text: str, _folded: Folded, vocabulary: Collection[str]) -> list[Piece]:
    """`T0ry`, `t*ries`, `votttte`: a word with letters swapped, masked or repeated."""
    start, raw = match.start(), match.group().rstrip(".!")
    if raw.startswith(("http", "www.", "@")) or len(raw) > 24:
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
    best: list[list[str] | None] = [[]] + [None] * len(glued)
    for end in range(1, len(glued) + 1):
        for start in range(max(0, end - 18), end):
            before, word = best[start], glued[start:end]
            if before is None or not ((word in vocabulary and (len(word) > 1 or word in "ai")) or word.isdigit()):
                continue
            so_far = best[end]
            if so_far is None or len(before) + 1 < len(so_far):
                best[end] = [*before, word]
    return best[-1] or []


def _laid(parts: list[str], places: list[int]) -> list[Piece]:
    """Each part with the place of its first letter and the end of its last."""
    if sum(map(len, parts)) != len(places):
        return []
    laid, at = [], 0
    for part in parts:
        laid.append((part, places[at], places[at + len(part) - 1] + 1))
        at += len(part)
    return laid

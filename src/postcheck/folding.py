"""Folding: a text in plain lower-case letters, each with its place in the text as given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import category, normalize


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


class Cover:
    """Places of a text that are taken, so that asking costs the length of what is asked, not of the text."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def add(self, start: int, end: int) -> None:
        """Take the places from `start` up to `end`."""
        self._taken.update(range(start, end))

    def meets(self, start: int, end: int) -> bool:
        """Whether any of these places is taken."""
        return not self._taken.isdisjoint(range(start, end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A text in plain lower-case letters; character i came from text[starts[i]:ends[i]]."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


# look-alikes that NFKC leaves alone (source: Unicode confusables, the Latin-like letters)
_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕԁԛԝһӏвкмнтгпʏАВЕКМНОРСТУХІЈЅԌҮαεοριτυνκχηΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
        "ıɑɡᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢøłđħ‘’ʼ′´`“”„″–—‐‑‒−",
        "aeopcyxijsdqwhlbkmhtrnyABEKMHOPCTYXIJSGYaeopituvkxnABEZHIKMNOPTYX"
        "iagabcdefghijklmnoprstuvwzoldh''''''\"\"\"\"------",
        strict=True,
    )
)
_SQUARED = ((0x1F150, 0x1F169), (0x1F170, 0x1F189))  # 🅥 🅥: letters that NFKC leaves alone


@cache
def _plain(char: str) -> str:
    """What one character reads as: nothing for invisible ones, plain lower case for letters."""
    if char == "…":
        return "..."
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
        return Folded(text=text.lower().replace("`", "'"), starts=range(len(text)), ends=range(1, len(text) + 1))
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

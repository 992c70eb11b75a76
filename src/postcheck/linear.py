"""Linear: the fast model: weights in a memory-mapped file, added up in plain Python.

A file of weights is the line MAGIC, a line of JSON, blanks up to a multiple of eight bytes, and
then three arrays in the byte order of the machine that the JSON names, one entry a feature:
keys (uint64, ascending), inverse document frequencies (float32), and weights (int16, one a code).
A weight counts `scale` times its number.
"""

from __future__ import annotations

import json
import math
import mmap
import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from zlib import adler32, crc32

from postcheck.errors import ModelError
from postcheck.features import PIECES, Unit, pieces, units
from postcheck.folding import Span
from postcheck.looks import Piece
from postcheck.phrases import Index
from postcheck.text import Reading, readings

MAGIC = b"postcheck linear 1\n"
WINDOW, STEP = 24, 12  # words of a stretch that is weighed by itself, and how far the next one begins behind

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

Row = tuple[float, tuple[float, ...]]  # squared length, and value for each code


def key(feature: str) -> int:
    """The number under which a feature is filed: two quick sums, so that a stranger hits one by the rarest chance."""
    data = feature.encode("utf-8", "replace")
    return crc32(data) << 32 | adler32(data)


class Linear:
    """A file of weights. Raises ModelError where it is none."""

    def __init__(self, path: str) -> None:
        try:
            with open(path, "rb") as stream:
                data = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise ModelError(f"cannot read the model file {path}: {error}") from None
        head, body = _header(bytes(data[:4096]), path)
        if head["order"] != sys.byteorder:
            raise ModelError(f"{path} was written for a {head['order']}-endian machine", "train it again here")
        count, wide = head["features"], len(head["codes"])
        if len(data) != body + count * (8 + 4 + 2 * wide):
            raise ModelError(f"{path} is not of the length that it says")
        self.codes, self.bias, self._scale = tuple(head["codes"]), tuple(head["bias"]), head["scale"]
        self._keys = data[body : body + 8 * count].cast("Q")
        self._idf = data[body + 8 * count : body + 12 * count].cast("f")
        self._weights = data[body + 12 * count :].cast("h")
        self.row = lru_cache(maxsize=1 << 16)(self._row)  # the same words come again and again

    def look(self, text: str, index: Index) -> Look:
        """Weigh a text, whole and in stretches; names are those of the index."""
        return Look(self, readings(text)[0], index)

    def _row(self, block: int, key_: str) -> Row | None:
        """What a unit adds, before its block is brought to unit length."""
        if block != PIECES:
            return self._feature(key_)
        counts: dict[str, int] = {}
        for piece in pieces(key_):
            counts[piece] = counts.get(piece, 0) + 1
        square, total = 0.0, [0.0] * len(self.codes)
        for piece, times in counts.items():
            row = self._feature(piece)
            if row:
                square += times * times * row[0]
                total = [value + times * own for value, own in zip(total, row[1], strict=True)]
        return (square, tuple(total)) if square else None

    def _feature(self, feature: str) -> Row | None:
        wanted = key(feature)
        at = bisect_left(self._keys, wanted)
        if at == len(self._keys) or self._keys[at] != wanted:
            return None
        idf, wide = self._idf[at], len(self.codes)
        factor = idf * self._scale
        return idf * idf, tuple([factor * weight for weight in self._weights[wide * at : wide * (at + 1)].tolist()])


class Look:
    """What the fast model makes of one text: for each code the stretch that weighs most."""

    def __init__(self, model: Linear, reading: Reading, index: Index) -> None:
        self.codes = model.codes
        self._model, self._reading = model, reading
        self._units: list[list[tuple[Unit, Row]]] = [[] for _ in reading.words]
        for unit in units(reading, index):
            row = model.row(unit[2], unit[3])
            if row:
                self._units[unit[0]].append((unit, row))
        stretches = _stretches(len(reading.words))
        weighed = [self.weigh(*stretch) for stretch in stretches]
        self.logits: Mapping[str, float] = {}
        self._best: dict[str, tuple[int, int]] = {}
        for number, code in enumerate(self.codes):
            best = max(range(len(stretches)), key=lambda at: weighed[at][number])
            self.logits[code], self._best[code] = weighed[best][number], stretches[best]

    def pieces(self, code: str) -> tuple[float, list[Piece]]:
        """The bias, and what each word of the heaviest stretch adds to it; together they are the logit."""
        first, last = self._best[code]
        number = self.codes.index(code)
        inside, lengths = self._inside(first, last)
        values = [0.0] * (last - first)
        for (start, end, block, _), (_, row) in inside:
            share = row[number] / lengths[block] / (end - start)
            for at in range(start, end):
                values[at - first] += share
        words = (Span(start=self._reading.starts[at], end=self._reading.ends[at]) for at in range(first, last))
        return self._model.bias[number], list(zip(words, values, strict=True))

    def weigh(self, first: int, last: int) -> list[float]:
        """The logits of a stretch of words, in the order of the codes."""
        inside, lengths = self._inside(first, last)
        total = list(self._model.bias)
        for block in (0, 1):
            rows = [row for unit, (_, row) in inside if unit[2] == block]
            if rows:
                total = [
                    value + sum(own) / lengths[block] for value, own in zip(total, zip(*rows, strict=True), strict=True)
                ]
        return total

    def _inside(self, first: int, last: int) -> tuple[list[tuple[Unit, Row]], list[float]]:
        """The units that lie wholly in the stretch, and each block's length."""
        inside = [pair for own in self._units[first:last] for pair in own if pair[0][1] <= last]
        squares = [sum(row[0] for unit, row in inside if unit[2] == block) for block in (0, 1)]
        return inside, [math.sqrt(square) or 1.0 for square in squares]


def _stretches(count: int) -> list[tuple[int, int]]:
    """The whole text, and if it is long, every stretch of it: so that many words cannot outvote a few."""
    if count <= WINDOW:
        return [(0, count)]
    return [(0, count), *((at, min(at + WINDOW, count)) for at in range(0, count - WINDOW + STEP, STEP))]


def write(
    path: str,
    codes: Sequence[str],
    bias: Sequence[float],
    scale: float,
    features: Mapping[str, tuple[float, Sequence[int]]],
) -> None:
    """Write weights as `Linear` reads them; `features` gives for each the idf and a number a code."""
    from array import array

    rows = sorted((key(name), idf, weights) for name, (idf, weights) in features.items())
    if len({row[0] for row in rows}) < len(rows):
        raise ModelError("two features share a key", "leave one of them out")
    head = {"codes": list(codes), "bias": list(bias), "scale": scale, "features": len(rows), "order": sys.byteorder}
    start = MAGIC + json.dumps(head).encode() + b"\n"
    with open(path, "wb") as stream:
        stream.write(start + b" " * (-len(start) % 8))
        stream.write(array("Q", [row[0] for row in rows]).tobytes())
        stream.write(array("f", [row[1] for row in rows]).tobytes())
        stream.write(array("h", [weight for row in rows for weight in row[2]]).tobytes())


def _header(start: bytes, path: str) -> tuple[dict[str, Any], int]:
    """What a file of weights says of itself, and where its arrays begin."""
    try:
        magic, line = start.split(b"\n", 2)[:2]
        head = json.loads(line)
        if magic + b"\n" != MAGIC or not {"codes", "bias", "scale", "features", "order"} <= head.keys():
            raise ValueError("another kind of file")
    except (ValueError, AttributeError) as error:
        raise ModelError(f"{path} holds no weights: {error}") from None
    length = len(magic) + len(line) + 2
    return head, length + -length % 8

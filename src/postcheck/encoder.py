"""Encoder: the deep model: a small transformer, run by onnxruntime.

The graph takes `ids` and `mask` (int64, posts x tokens) and gives `seen` and `felt` (float32,
posts x tokens x codes). With `seen` s and `felt` f the logit of a code is log(sum(exp(2 s))) / 2
+ sum(f) + bias: the word that shows it most counts most, and the whole adds its tone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from postcheck.errors import ModelError
from postcheck.folding import Folded, Span, fold
from postcheck.looks import Piece

LONGEST, STEP = 62, 31  # tokens of a stretch, and how far the next one begins behind


class Encoder:
    """A graph and its tokenizer, as the bytes of their files. Raises ModelError where they cannot be used."""

    def __init__(self, graph: bytes, tokenizer: bytes, codes: Sequence[str], bias: Sequence[float]) -> None:
        onnxruntime.disable_telemetry_events()  # which some builds for Windows send; drafts would not be among them
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what goes wrong is raised; nothing else need be printed
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
        except Exception as error:  # both libraries raise plain Exceptions
            raise ModelError(f"the deep model cannot be opened: {type(error).__name__}") from None
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.codes, self._bias = tuple(codes), np.asarray(bias, dtype=np.float64)

    def look(self, text: str) -> Look:
        """Read a text, in stretches if it is long."""
        folded = fold(text)
        encoding = self._tokenizer.encode(folded.text, add_special_tokens=False)
        first, last = (self._tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
        stretches = _stretches(len(encoding.ids))
        parts = []
        for start, end in stretches:
            ids = np.array([[first, *encoding.ids[start:end], last]], dtype=np.int64)
            seen, felt = self._session.run(["seen", "felt"], {"ids": ids, "mask": np.ones_like(ids)})
            floor, shares = _shares(seen[0].astype(np.float64), felt[0].astype(np.float64))
            parts.append((self._bias + floor, shares))
        return Look(self.codes, stretches, parts, encoding, folded)


class Look:
    """What the deep model makes of one text: for each code the stretch that weighs most."""

    def __init__(
        self,
        codes: Sequence[str],
        stretches: Sequence[tuple[int, int]],
        parts: Sequence[tuple[np.ndarray, np.ndarray]],
        encoding: Encoding,
        folded: Folded,
    ) -> None:
        self._codes, self._stretches, self._parts = codes, stretches, parts
        self._encoding, self._folded = encoding, folded
        weighed = np.stack([bias + shares.sum(axis=0) for bias, shares in parts])
        self._best = weighed.argmax(axis=0)
        self.logits: Mapping[str, float] = dict(zip(codes, weighed.max(axis=0).tolist(), strict=True))

    def pieces(self, code: str) -> tuple[float, list[Piece]]:
        """The bias, and what each word of the heaviest stretch adds to it; together they are the logit.

        What the marks before and behind the words add counts as bias.
        """
        number = self._codes.index(code)
        best = int(self._best[number])
        start, end = self._stretches[best]
        floor, shares = self._parts[best]
        values = shares[:, number].tolist()
        bias = float(floor[number]) + values[0] + values[-1]
        tokens = zip(self._encoding.word_ids[start:end], self._encoding.offsets[start:end], values[1:-1], strict=True)
        return bias, [self._word(list(own)) for _, own in groupby(tokens, key=lambda token: token[0])]

    def _word(self, tokens: Sequence[tuple[int | None, tuple[int, int], float]]) -> Piece:
        first, last = tokens[0][1][0], tokens[-1][1][1]
        span = Span(start=self._folded.starts[first], end=self._folded.ends[last - 1])
        return span, sum(value for _, _, value in tokens)


def _shares(seen: np.ndarray, felt: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A floor for each code, and what each token adds to it: its tone, and its share of the soft maximum."""
    floor, highest = seen.mean(axis=0), 2 * seen.max(axis=0)
    powers = np.exp(2 * seen - highest)
    total = powers.sum(axis=0)
    soft_maximum = (np.log(total) + highest) / 2
    return floor, powers / total * (soft_maximum - floor) + felt


def _stretches(count: int) -> list[tuple[int, int]]:
    if count <= LONGEST:
        return [(0, count)]
    return [(at, min(at + LONGEST, count)) for at in range(0, count - LONGEST + STEP, STEP)]

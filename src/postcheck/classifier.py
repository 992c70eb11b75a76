"""Classifier: the models' opinion of a text: how likely each signal is, and which words say so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from postcheck import cards
from postcheck.cards import Card
from postcheck.errors import ModelError, closest
from postcheck.folding import Span
from postcheck.linear import Linear
from postcheck.looks import logistic, run_that_stands_out
from postcheck.phrases import Index
from postcheck.signals import Origin, Signal

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from postcheck.encoder import Encoder
    from postcheck.looks import Look, Piece

MODES = ("auto", "fast", "deep", "none")
INSTALL = "install it with: pip install 'postcheck[deep]', or use --model fast"


class Opinion:
    """How likely one signal is by the models, from 0 to 1, and the probability from which it is reported."""

    def __init__(self, code: str, probability: float, threshold: float, look: Look) -> None:
        self.code, self.probability, self.threshold, self.look = code, probability, threshold, look

    @property
    def stands(self) -> bool:
        """Whether it is likely enough to report."""
        return self.probability >= self.threshold

    def pieces(self) -> tuple[float, list[Piece]]:
        """The bias and what each word adds, in log-odds before calibration."""
        return self.look.pieces(self.code)


class Classifier:
    """One or both models. The fast one decides where it is sure; the deep one gives the second opinion."""

    def __init__(self, fast: tuple[Card, Linear] | None, deep: tuple[Card, Encoder] | None) -> None:
        self._fast, self._deep = fast, deep
        self._cards = tuple(pair[0] for pair in (fast, deep) if pair)

    @property
    def cards(self) -> Sequence[Card]:
        """The cards of the models that are asked."""
        return self._cards

    @staticmethod
    def signals(opinions: Iterable[Opinion], text: str) -> Iterator[Signal]:
        """The opinions that stand as signals, each with the words that stand out."""
        for opinion in opinions:
            if opinion.stands:
                span = _trimmed(run_that_stands_out(opinion.pieces()[1]), text)
                score = round(opinion.probability, 4)
                yield Signal(code=opinion.code, origin=Origin.MODEL, score=score, span=span, phrase=span.of(text))

    def opinions(self, text: str, index: Index) -> list[Opinion]:
        """The opinion on every code, the likeliest first."""
        return sorted(self._opinions(text, index), key=lambda opinion: -opinion.probability / opinion.threshold)

    def _opinions(self, text: str, index: Index) -> list[Opinion]:
        if not self._fast:
            assert self._deep
            card, encoder = self._deep
            return _judged(card.calibration, card.thresholds, encoder.look(text))
        card, linear = self._fast
        look = linear.look(text, index)
        first = _judged(card.calibration, card.thresholds, look)
        if not self._deep:
            return first
        card, encoder = self._deep
        together = card.facts["with_fast"]
        low, high = together["doubt"]
        if not any(low < opinion.probability < high for opinion in first):
            return first
        return _judged(together["calibration"], together["thresholds"], look, encoder.look(text))


def _judged(calibration: Mapping[str, Sequence[float]], thresholds: Mapping[str, float], *looks: Look) -> list[Opinion]:
    """The opinion on each code; the last look, the most thorough, gives the words."""
    found = []
    for code, (*weights, offset) in calibration.items():
        logit = sum(weight * look.logits[code] for weight, look in zip(weights, looks, strict=True)) + offset
        found.append(Opinion(code, logistic(logit), thresholds[code], looks[-1]))
    return found


_MARKS = " \n\t.,;:!?…-–—\"'()[]“”‘’"


def _trimmed(span: Span, text: str) -> Span:
    """The span without the marks around its words, if it has words."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip(_MARKS))
    end = start + len(words.strip(_MARKS))
    return Span(start=start, end=end) if start < end else span


@cache
def load(mode: str) -> Classifier:
    """The models for a mode, or for a folder of your own fast model.

    Raises ModelError for an unknown mode, a model whose files are missing or changed, or the deep
    model where the libraries that run it are not installed.
    """
    if mode not in MODES:
        if not os.path.isdir(mode):
            raise ModelError(f"--model: unknown value {mode!r}", closest(mode, MODES) + ", or the folder of a model")
        return Classifier(_fast(mode), None)
    fast = None if mode == "deep" else _fast(cards.shipped("fast"))
    deep = None if mode == "fast" else _deep(cards.shipped("deep"), needed=mode == "deep")
    return Classifier(fast, deep)


def _fast(folder: str) -> tuple[Card, Linear]:
    card = cards.read(folder)
    return card, Linear(card.path("weights"))


def _deep(folder: str, *, needed: bool) -> tuple[Card, Encoder] | None:
    from importlib.util import find_spec

    if not all(map(find_spec, ("onnxruntime", "tokenizers", "numpy"))):
        if needed:
            raise ModelError("the deep model needs libraries that are not installed", INSTALL)
        return None
    card = cards.read(folder)
    from postcheck.encoder import Encoder

    return card, Encoder(card.path("graph"), card.path("tokenizer"), card.codes, card.facts["bias"])

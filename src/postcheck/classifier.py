"""Classifier: the models' opinion of a text: how likely each signal is, and which words say so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    """One or both models. The fast one decides where it is sure; the deep one gives the second opinion.

    `encoder` opens the deep model, once it is needed: that takes longer than all the rest.
    """

    def __init__(
        self, fast: tuple[Card, Linear] | None, deep: tuple[Card, Callable[[], Encoder]] | None = None
    ) -> None:
        self._fast, self._deep = fast, deep
        self._own: Mapping[str, float] = {}

    def reporting_from(self, thresholds: Mapping[str, float]) -> Classifier:
        """The same models with your own thresholds for some codes, in place of their cards'."""
        found = Classifier(self._fast, self._deep)
        found._own = thresholds
        return found

    @property
    def cards(self) -> Sequence[Card]:
        """The cards of the models that are asked."""
        return [pair[0] for pair in (self._fast, self._deep) if pair]

    @staticmethod
    def signals(opinions: Iterable[Opinion], text: str) -> Iterator[Signal]:
        """The opinions that stand as signals, each with the words that stand out; without words there is none."""
        for opinion in opinions:
            if opinion.stands and (pieces := opinion.pieces()[1]):
                span = _trimmed(run_that_stands_out(pieces), text)
                score = round(opinion.probability, 4)
                yield Signal(code=opinion.code, origin=Origin.MODEL, score=score, span=span, phrase=span.of(text))

    def opinions(self, text: str, index: Index) -> list[Opinion]:
        """The opinion on every code, the likeliest first, for the threshold it has."""
        opinions = self._opinions(text, index)
        for opinion in opinions:
            opinion.threshold = self._own.get(opinion.code, opinion.threshold)
        return sorted(opinions, key=lambda opinion: -opinion.probability / opinion.threshold)

    def _opinions(self, text: str, index: Index) -> list[Opinion]:
        if not self._fast:
            assert self._deep
            card, encoder = self._deep
            return _judged(card.calibration, card.thresholds, encoder().look(text))
        card, linear = self._fast
        look = linear.look(text, index)
        first = _judged(card.calibration, card.thresholds, look)
        if not self._deep:
            return first
        card, encoder = self._deep
        low, high = card.together["doubt"]
        if not any(low < opinion.probability < high for opinion in first):
            return first
        return _judged(card.together["calibration"], card.together["thresholds"], look, encoder().look(text))


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
    """The models for a mode, or those in a folder of your own: one model's, or one that holds `fast` and `deep`.

    Raises ModelError for an unknown mode, a model whose files are missing or changed, or the deep
    model where the libraries that run it are not installed.
    """
    if mode == "fast":
        return Classifier(_fast(cards.shipped("fast")))
    if mode == "deep":
        return Classifier(None, _deep(cards.shipped("deep"), needed=True))
    if mode == "auto":
        return _both(cards.shipped("fast"), cards.shipped("deep"))
    if not os.path.isdir(mode):
        raise ModelError(
            f"--model or POSTCHECK_MODEL: unknown value {mode!r}", closest(mode, MODES) + ", or the folder of a model"
        )
    if os.path.isfile(os.path.join(mode, cards.CARD)):
        deep = cards.read(mode).tier == "deep"
        return Classifier(None, _deep(mode, needed=True)) if deep else Classifier(_fast(mode))
    return _both(os.path.join(mode, "fast"), os.path.join(mode, "deep"))


def _both(fast: str, deep: str) -> Classifier:
    """The cascade; the deep model goes with one fast model, which it was calibrated beside."""
    first, second = _fast(fast), _deep(deep, needed=False) if os.path.isdir(deep) else None
    if second and second[0].together["beside"] != first[0].files["weights"]["sha256"]:
        raise ModelError(
            f"the models in {fast} and {deep} were not trained together", "train both, or use --model fast"
        )
    return Classifier(first, second)


def _fast(folder: str) -> tuple[Card, Linear]:
    card = cards.read(folder)
    linear = Linear(card.path("weights"))
    if linear.codes != card.codes:
        raise ModelError(f"the weights in {folder} are for other signals than its card says", cards.AWAY)
    return card, linear


def _deep(folder: str, *, needed: bool) -> tuple[Card, Callable[[], Encoder]] | None:
    from importlib.util import find_spec

    if not all(map(find_spec, ("onnxruntime", "tokenizers", "numpy"))):
        if needed:
            raise ModelError("the deep model needs libraries that are not installed", INSTALL)
        return None
    card = cards.read(folder)

    @cache
    def opened() -> Encoder:
        try:
            from postcheck.encoder import Encoder
        except ImportError as error:
            raise ModelError(f"the deep model cannot run here: {error.name} does not load", INSTALL) from None
        graph, tokenizer = (card.data(role, thoroughly=True) for role in ("graph", "tokenizer"))
        return Encoder(graph, tokenizer, card.codes, card.facts["bias"])

    return card, opened

"""Signals: what the words of a draft do, before anybody judges them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from postcheck.folding import Cover, Span


class Origin(StrEnum):
    """Who saw it."""

    RULE = "rule"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Evidence: a phrase of the draft that does what the code says.

    `score` is a rule's stated confidence or a model's calibrated probability, 0 to 1;
    `text[span.start:span.end] == phrase` for the text that was checked.
    """

    code: str
    origin: Origin
    score: float
    span: Span
    phrase: str
    rule: str | None = None


def strongest(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """The signals in reading order, without those that a surer one of the same code overlaps."""
    kept: list[Signal] = []
    taken: dict[str, Cover] = {}
    for signal in sorted(signals, key=lambda s: (-s.score, s.span.start, -s.span.end, s.rule or "")):
        cover = taken.setdefault(signal.code, Cover())
        if not cover.meets(signal.span.start, signal.span.end):
            cover.add(signal.span.start, signal.span.end)
            kept.append(signal)
    return in_order(kept)


def in_order(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """The signals in reading order."""
    return tuple(sorted(signals, key=lambda s: (s.span.start, s.code, s.origin)))

"""Looks: what a model makes of one text, whichever model it is, and which words it goes by."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from postcheck.folding import Span

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Protocol

    class Look(Protocol):
        """One text under one model."""

        logits: Mapping[str, float]

        def pieces(self, code: str) -> tuple[float, list[Piece]]:
            """The bias, and what each word adds to it; together they are the logit."""
            ...


Piece = tuple[Span, float]  # a word and what it adds to a logit


def run_that_stands_out(pieces: Sequence[Piece]) -> Span:
    """The contiguous words that together stand furthest above what a word of this text adds on average."""
    usual = sum(value for _, value in pieces) / len(pieces)
    best, best_run = -math.inf, (0, 0)
    total, start = 0.0, 0
    for at, (_, value) in enumerate(pieces):
        if total < 0:
            total, start = 0.0, at
        total += value - usual
        if total >= best:
            best, best_run = total, (start, at)
    first, last = best_run
    return Span(start=pieces[first][0].start, end=pieces[last][0].end)


def logistic(logit: float) -> float:
    """The probability whose log-odds are given."""
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0

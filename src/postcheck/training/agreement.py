"""Agreement: how alike two readers labelled the same posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from postcheck.training.corpus import CODES, rows

Labels = Mapping[str, frozenset[str]]  # post id → codes


def kappa(one: Sequence[bool], other: Sequence[bool]) -> float:
    """Cohen's kappa of two yes/no labellings: agreement beyond what chance would give."""
    total = len(one)
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / total
    yes_one, yes_other = sum(one) / total, sum(other) / total
    chance = yes_one * yes_other + (1 - yes_one) * (1 - yes_other)
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def by_code(one: Labels, other: Labels) -> dict[str, float]:
    """Kappa for each signal over the posts that both readers labelled."""
    both = sorted(one.keys() & other.keys())
    return {code: kappa([code in one[name] for name in both], [code in other[name] for name in both]) for code in CODES}


def read_labels(folder: Path) -> dict[str, frozenset[str]]:
    """The codes that a reader gave each post, from every file in the folder."""
    return {row["id"]: frozenset(row["signals"]) for path in sorted(folder.glob("*.jsonl")) for _, row in rows(path)}

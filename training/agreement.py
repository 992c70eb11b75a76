"""Agreement: how alike two readers labelled the same posts.

usage: python -m training.agreement [--data FOLDER]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.corpus import CODES, HOME

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
    rows = (
        json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    )
    return {row["id"]: frozenset(row["signals"]) for row in rows}


def main() -> None:
    """Print kappa by signal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HOME)
    data = parser.parse_args().data
    writer, reader = read_labels(data / "writers"), read_labels(data / "second-reader")
    print(f"{len(writer.keys() & reader.keys())} posts labelled twice")
    for code, value in by_code(writer, reader).items():
        counts = [sum(code in codes for codes in labels.values()) for labels in (writer, reader)]
        print(f"{code}  kappa {value:5.2f}  writer {counts[0]:4}  second reader {counts[1]:4}")


if __name__ == "__main__":
    main()

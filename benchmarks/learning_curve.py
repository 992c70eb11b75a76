"""How the fast model gets better with more authors: a table, and a picture for the docs.

usage: python benchmarks/learning_curve.py [GOLD.jsonl ...]

Each step takes more whole batches, in a seeded order; the test batches are always the same.
"""

from __future__ import annotations

import json
import random
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from postcheck.training import fast, measure
from postcheck.training.corpus import CODES, WELCOME, load, splits

STEPS = (0.07, 0.14, 0.25, 0.4, 0.6, 0.8, 1)  # of the batches
PICTURE = Path(__file__).parents[1] / "docs" / "learning-curve.svg"
COLOURS = ("#0b6e99", "#b35900", "#4d7a29", "#7a3e9d")
LEFT, TOP, WIDE, HIGH = 50, 20, 480, 240

Set = tuple[str, list[str], np.ndarray]


def scores(pipeline: object, sets: Sequence[Set]) -> list[float]:
    """Average precision of the flag on each set: ranked by the likeliest signal that anybody might stumble over."""
    counted = [number for number, code in enumerate(CODES) if code not in WELCOME]
    found = []
    for _, texts, truth in sets:
        logits = pipeline.decision_function(texts)  # type: ignore[attr-defined]
        found.append(float(average_precision_score(truth[:, counted].any(axis=1), logits[:, counted].max(axis=1))))
    return found


def picture(names: Sequence[str], curve: Sequence[tuple[int, list[float]]]) -> str:
    """The curves as SVG: posts learnt from against average precision."""
    most = max(posts for posts, _ in curve)

    def place(posts: int, score: float) -> str:
        return f"{LEFT + WIDE * posts / most:.1f},{TOP + HIGH * (1 - score):.1f}"

    lines = []
    for fifth in range(6):
        across = TOP + HIGH * (1 - fifth / 5)
        lines.append(f'<line x1="{LEFT}" x2="{LEFT + WIDE}" y1="{across:.0f}" y2="{across:.0f}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{across + 4:.0f}" text-anchor="end">{fifth / 5:.1f}</text>')
    lines += [
        f'<text x="{LEFT + WIDE * posts / most:.0f}" y="{TOP + HIGH + 18}" text-anchor="middle">{posts}</text>'
        for posts, _ in curve
    ]
    for number, (name, colour) in enumerate(zip(names, COLOURS, strict=False)):
        points = " ".join(place(posts, own[number]) for posts, own in curve)
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="{LEFT + 10}" y="{TOP + 14 + 16 * number}" fill="{colour}">{name}</text>')
    size = f"{LEFT + WIDE + 30} {TOP + HIGH + 40}"
    title = "Average precision of the flag by posts learnt from"
    lines.append(f'<text x="{LEFT}" y="{TOP + HIGH + 36}">{title}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-family="sans-serif" font-size="11">'
    return "\n".join([head, *lines, "</svg>\n"])


def main(golds: Sequence[str]) -> None:
    """Print the table and write the picture."""
    warnings.simplefilter("ignore")  # a code that no small corpus shows
    parts, posts = splits(), load()
    test = [post for post in posts if parts[post.batch] == "test"]
    sets: list[Set] = [("test batches", [post.text for post in test], measure.labels(test))]
    for path in golds:
        rows = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
        truth = np.array([[code in row["signals"] for code in CODES] for row in rows], dtype=int)
        sets.append((Path(path).stem, [row["text"] for row in rows], truth))
    batches = sorted(batch for batch, part in parts.items() if part == "train")
    random.Random(1).shuffle(batches)
    curve = []
    print(f"{'batches':>8} {'posts':>6} " + " ".join(f"{name:>14}" for name, _, _ in sets))
    for step in STEPS:
        count = round(step * len(batches))
        own = [post for post in posts if post.batch in batches[:count]]
        pipeline = fast.fit([post.text for post in own], measure.labels(own))
        curve.append((len(own), scores(pipeline, sets)))
        print(f"{count:8} {len(own):6} " + " ".join(f"{score:14.3f}" for score in curve[-1][1]), flush=True)
    PICTURE.write_text(picture([name for name, _, _ in sets], curve), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Datasheet: the tables of data/README.md, counted from the corpus.

usage: python -m postcheck.training.datasheet
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from postcheck.training.agreement import Labels, by_code, read_labels
from postcheck.training.corpus import CODES, HOME, KINDS, PARTS, Post, load, splits
from postcheck.training.tables import table
from postcheck.training.validate import cue_rates


def tables(posts: Sequence[Post], parts: dict[str, str], writer: Labels, reader: Labels) -> Iterator[str]:
    """Markdown tables: by part and batch, by signal, by kind, the cue rates, and the readers' agreement."""
    yield table(["batch", "part", "posts", "flagged", "pairs"], _batches(posts, parts))
    signals = [
        [code, sum(code in p.signals for p in posts), *(_in_part(posts, parts, part, code) for part in PARTS)]
        for code in CODES
    ]
    yield table(["signal", "posts", *PARTS], signals)
    kinds = [
        [kind, sum(p.kind == kind for p in posts), sum(p.kind == kind and p.flagged for p in posts)] for kind in KINDS
    ]
    yield table(["kind", "posts", "flagged"], kinds)
    cues = [[name, f"{flagged:.3g}", f"{clear:.3g}"] for name, (flagged, clear) in cue_rates(posts).items()]
    yield table(["mean of", "flagged posts", "clear posts"], cues)
    both = writer.keys() & reader.keys()
    agreement = [
        [code, f"{value:.2f}", *(sum(code in labels[name] for name in both) for labels in (writer, reader))]
        for code, value in by_code(writer, reader).items()
    ]
    yield table([f"signal, {len(both)} posts", "kappa", "first label", "second reader"], agreement)


def _batches(posts: Sequence[Post], parts: dict[str, str]) -> Iterator[list[object]]:
    for batch, count in sorted(Counter(post.batch for post in posts).items()):
        own = [post for post in posts if post.batch == batch]
        yield [batch, parts[batch], count, sum(p.flagged for p in own), len({p.pair for p in own if p.pair})]
    yield ["all", "", len(posts), sum(p.flagged for p in posts), len({p.pair for p in posts if p.pair})]


def _in_part(posts: Sequence[Post], parts: dict[str, str], part: str, code: str) -> int:
    return sum(code in post.signals for post in posts if parts[post.batch] == part)


def shipped() -> list[str]:
    """The tables of the corpus in data/."""
    labels = (read_labels(HOME / reader) for reader in ("writers", "second-reader"))
    return list(tables(load(), splits(), *labels))


if __name__ == "__main__":
    print("\n\n".join(shipped()))

"""Validate: whether the corpus is what its datasheet says.

usage: python -m training.validate [--data FOLDER] [--against FILE ...]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from datasketch import MinHash, MinHashLSH

from training.corpus import CODES, HOME, KINDS, PARTS, CorpusError, Post, load, splits

NEAR = 0.5  # Jaccard of word 3-grams from which two posts are near-duplicates
SAME_OPENING = 0.005  # the share of posts that may begin with the same three words
CUE_RATIO = 1.3  # between flagged and clear posts, either way

_WORD = re.compile(r"\w+(?:'\w+)?")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f1e6-\U0001faff]")
CUES: dict[str, Callable[[str], float]] = {
    "characters": len,
    "emoji": lambda text: bool(_EMOJI.search(text)),
    "hashtag": lambda text: bool(re.search(r"#\w", text)),
    "link": lambda text: bool(re.search(r"https?://|www\.", text)),
    "exclamation": lambda text: "!" in text,
}


def faults(posts: Sequence[Post], parts: dict[str, str], against: Iterable[str] = ()) -> Iterator[str]:
    """What is wrong with the corpus, one sentence each."""
    others = list(against)
    yield from _shapes(posts)
    yield from _pairs(posts)
    yield from _parts(posts, parts)
    yield from _openings(posts)
    yield from _cues(posts)
    yield from _near(posts, others)
    yield from _handles(posts, others)


def _shapes(posts: Sequence[Post]) -> Iterator[str]:
    seen = Counter(post.id for post in posts)
    yield from (f"{name}: the id is used {count} times" for name, count in seen.items() if count > 1)
    for post in posts:
        if not post.text.strip():
            yield f"{post.id}: there is no text"
        if post.kind not in KINDS:
            yield f"{post.id}: unknown kind {post.kind!r}"
        if not post.id.startswith(f"{post.batch}-"):
            yield f"{post.id}: the id must begin with the batch {post.batch}"
        for code, spans in post.signals.items():
            if code not in CODES:
                yield f"{post.id}: unknown signal {code!r}"
            yield from (f"{post.id}: {code}: {span!r} is not in the text" for span in spans if span not in post.text)
        if post.kind == "hard_negative" and post.flagged:
            yield f"{post.id}: a hard negative may carry no more than B2 and P4"


def _pairs(posts: Sequence[Post]) -> Iterator[str]:
    pairs = defaultdict(list)
    for post in posts:
        if post.pair:
            pairs[post.pair].append(post)
    for name, both in pairs.items():
        if len(both) != 2:
            yield f"{name}: a pair has {len(both)} posts"
        elif set(both[0].signals) == set(both[1].signals):
            yield f"{name}: both posts of the pair carry the same signals"


def _parts(posts: Sequence[Post], parts: dict[str, str]) -> Iterator[str]:
    batches = {post.batch for post in posts}
    yield from (f"batch {batch} is in no part of the splits" for batch in sorted(batches - parts.keys()))
    yield from (f"the splits name a batch {batch} that isn't there" for batch in sorted(parts.keys() - batches))
    yield from (f"unknown part {part!r}" for part in sorted(set(parts.values()) - set(PARTS)))


def _openings(posts: Sequence[Post]) -> Iterator[str]:
    opening = Counter(" ".join(words(post.text)[:3]) for post in posts if len(words(post.text)) >= 3)
    most = max(1, int(SAME_OPENING * len(posts)))
    yield from (f"{count} posts begin with {words!r}" for words, count in opening.items() if count > most)


def _cues(posts: Sequence[Post]) -> Iterator[str]:
    for name, (flagged, clear) in cue_rates(posts).items():
        low, high = sorted((flagged, clear))
        if high > CUE_RATIO * low:
            yield f"{name} gives the answer away: {flagged:.3f} in flagged posts, {clear:.3f} in clear ones"


def cue_rates(posts: Sequence[Post]) -> dict[str, tuple[float, float]]:
    """For each cue its mean over flagged and over clear posts."""
    flagged = [post.text for post in posts if post.flagged]
    clear = [post.text for post in posts if not post.flagged]
    return {name: (_mean(map(cue, flagged)), _mean(map(cue, clear))) for name, cue in CUES.items()}


def _near(posts: Sequence[Post], others: Sequence[str]) -> Iterator[str]:
    """Near-duplicates by MinHash, confirmed on the 3-grams themselves; a pair may share its words."""
    entries = [(post.id, post.pair or post.id, grams(post.text)) for post in posts]
    entries += [(f"outside text {number}", "outside", grams(text)) for number, text in enumerate(others, 1)]
    index = MinHashLSH(threshold=NEAR - 0.1, num_perm=64)
    for number, (name, group, own) in enumerate(entries):
        if not own:
            continue
        sketch = MinHash(num_perm=64, seed=1)
        sketch.update_batch([gram.encode() for gram in own])
        for other in index.query(sketch):
            other_name, other_group, theirs = entries[other]
            if group != other_group and len(own & theirs) >= NEAR * len(own | theirs):
                yield f"{name} is nearly the same as {other_name}"
        index.insert(number, sketch)


def _handles(posts: Sequence[Post], others: Sequence[str]) -> Iterator[str]:
    """A handle of a private person in other people's posts must not turn up here."""
    known = {handle.lower() for text in others for handle in _HANDLE.findall(text)} - {"@user"} - _public_handles()
    for post in posts:
        for handle in _HANDLE.findall(post.text):
            if handle.lower() in known:
                yield f"{post.id}: {handle} stands in another collection; invent one"


def _public_handles() -> set[str]:
    import tomllib

    source = HOME.parent / "src/postcheck/policies/uk-local-government/gazetteer.toml"
    lists = tomllib.loads(source.read_text("utf-8"))["lists"].values()
    return {entry for table in lists for entry in table["entries"] if entry.startswith("@")}


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower())


def grams(text: str) -> set[str]:
    """The word 3-grams of a text; a shorter text is one gram."""
    own = words(text)
    return {" ".join(own[at : at + 3]) for at in range(max(1, len(own) - 2))} if own else set()


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0


def _outside(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield json.loads(line)["text"] if path.suffix == ".jsonl" else line


def main() -> int:
    """Print what is wrong; 0 where nothing is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HOME, help="the folder with corpus/ and splits.toml")
    parser.add_argument("--against", type=Path, nargs="*", default=[], help="posts that none here may resemble")
    given = parser.parse_args()
    try:
        posts = load(given.data / "corpus")
        wrong = list(faults(posts, splits(given.data / "splits.toml"), _outside(given.against)))
    except CorpusError as error:
        posts, wrong = [], [str(error)]
    print("\n".join(wrong))
    print(f"{len(posts)} posts, {len(wrong)} faults")
    return 1 if wrong or not posts else 0


if __name__ == "__main__":
    sys.exit(main())

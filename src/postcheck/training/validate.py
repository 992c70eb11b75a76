"""Validate: whether the corpus is what its datasheet says.

usage: python -m postcheck.training.validate [--data FOLDER] [--against FILE ...]
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from datasketch import MinHash, MinHashLSH

from postcheck import library
from postcheck.training.agreement import read_labels
from postcheck.training.corpus import CODES, HOME, KINDS, PARTS, CorpusError, Post, dialects, load, rows, splits

NEAR = 0.5  # Jaccard of word 3-grams from which two posts are near-duplicates
SAME_OPENING = 0.005  # the share of posts that may begin with the same three words
CUE_RATIO = 1.3  # between flagged and clear posts, either way
SHARED = 0.5  # the share of words (Dice) that the two posts of a pair have in common
BANDS = (32, 2)  # of MinHash: finds a pair at NEAR with probability 0.9999

_WORD = re.compile(r"\w+(?:'\w+)?")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|uk|ie|gov|edu)/\S+")
_EMOJI = re.compile("[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f170-\U0001faff]")
CUES: dict[str, Callable[[str], float]] = {
    "characters": len,
    "emoji": lambda text: bool(_EMOJI.search(text)),
    "hashtag": lambda text: bool(re.search(r"#\w", text)),
    "link": lambda text: bool(_ADDRESS.search(text)),
    "exclamation": lambda text: "!" in text,
}


def faults(
    posts: Sequence[Post], parts: dict[str, str], against: Iterable[str] = (), public: Collection[str] = ()
) -> Iterator[str]:
    """What is wrong with the corpus, one sentence each; `public` handles may stand in other people's posts."""
    others = list(against)
    yield from _shapes(posts)
    yield from _pairs(posts)
    yield from _parts(posts, parts)
    yield from _openings(posts)
    yield from _cues(posts)
    yield from _near(posts, others)
    yield from _handles(posts, others, public)


def _shapes(posts: Sequence[Post]) -> Iterator[str]:
    seen = Counter(post.id for post in posts)
    yield from (f"{name}: the id is used {count} times" for name, count in seen.items() if count > 1)
    for post in posts:
        if not post.text.strip():
            yield f"{post.id}: there is no text"
        if post.kind not in KINDS:
            yield f"{post.id}: unknown kind {post.kind!r}"
        if not re.fullmatch(rf"{re.escape(post.batch)}-\d{{3,}}", post.id):
            yield f"{post.id}: the id must be {post.batch}- and a number"
        if post.kind == "hard_negative" and post.flagged:
            yield f"{post.id}: a hard negative may carry no more than B2 and P4"
        yield from _spans(post)


def _spans(post: Post) -> Iterator[str]:
    for code, spans in post.signals.items():
        if code not in CODES:
            yield f"{post.id}: unknown signal {code!r}"
        if len(set(spans)) < len(spans):
            yield f"{post.id}: {code}: a span is named twice"
        for span in spans:
            if span not in post.text:
                yield f"{post.id}: {code}: {span!r} is not in the text"
            if span.strip() != span:
                yield f"{post.id}: {code}: {span!r} begins or ends with a blank"


def _pairs(posts: Sequence[Post]) -> Iterator[str]:
    pairs = defaultdict(list)
    for post in posts:
        if post.pair:
            pairs[post.pair].append(post)
    for name, both in pairs.items():
        if len(both) != 2:
            yield f"{name}: a pair has {len(both)} posts"
            continue
        one, other = both
        if one.batch != other.batch:
            yield f"{name}: the posts of a pair stand in two batches"
        if one.signals.keys() == other.signals.keys():
            yield f"{name}: both posts of the pair carry the same signals"
        if one.text == other.text or dice(one.text, other.text) < SHARED:
            yield f"{name}: the posts of a pair must share most of their words"


def _parts(posts: Sequence[Post], parts: dict[str, str]) -> Iterator[str]:
    batches = {post.batch for post in posts}
    yield from (f"batch {batch} is in no part of the splits" for batch in sorted(batches - parts.keys()))
    yield from (f"the splits name a batch {batch} that isn't there" for batch in sorted(parts.keys() - batches))
    yield from (f"unknown part {part!r}" for part in sorted(set(parts.values()) - set(PARTS)))


def _openings(posts: Sequence[Post]) -> Iterator[str]:
    openings = Counter(" ".join(words(post.text)[:3]) for post in posts if len(words(post.text)) >= 3)
    most = max(1, int(SAME_OPENING * len(posts)))
    yield from (f"{count} posts begin with {start!r}" for start, count in openings.items() if count > most)


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
    index = MinHashLSH(num_perm=64, params=BANDS)
    for number, (name, group, own) in enumerate(entries):
        sketch = MinHash(num_perm=64, seed=1)
        sketch.update_batch([gram.encode() for gram in own])
        for other in index.query(sketch):
            other_name, other_group, theirs = entries[other]
            if group != other_group and len(own & theirs) >= NEAR * len(own | theirs):
                yield f"{name} is nearly the same as {other_name}"
        index.insert(number, sketch)


def _handles(posts: Sequence[Post], others: Sequence[str], public: Collection[str]) -> Iterator[str]:
    """A handle of a private person in other people's posts must not turn up here."""
    known = {handle.lower() for text in others for handle in _HANDLE.findall(text)} - {"@user", *public}
    for post in posts:
        for handle in _HANDLE.findall(post.text):
            if handle.lower() in known:
                yield f"{post.id}: {handle} stands in another collection; invent one"


def unread(data: Path, posts: Sequence[Post]) -> Iterator[str]:
    """What is wrong with the readers' labels and the unsettled posts beside the corpus."""
    own = {post.id for post in posts}
    unsettled = {str(row.get("id")) for _, row in rows(data / "unsettled.jsonl")}
    yield from (f"{name}: unsettled, but in the corpus" for name in sorted(own & unsettled))
    for reader in ("writers", "second-reader"):
        labels = read_labels(data / reader)
        yield from (f"{name}: has no labels in {reader}" for name in sorted((own | unsettled) - labels.keys()))
        yield from (f"{name}: only stands in {reader}" for name in sorted(labels.keys() - own - unsettled))
        yield from (f"{name}: unknown signal in {reader}" for name, codes in labels.items() if not codes <= set(CODES))


def words(text: str) -> list[str]:
    """The words of a text in lower case, without links and handles, which are arbitrary."""
    return _WORD.findall(_HANDLE.sub(" ", _ADDRESS.sub(" ", text.replace("’", "'"))).lower())


def grams(text: str) -> set[str]:
    """The word 3-grams of a text; a shorter text is one gram."""
    own = words(text)
    return {" ".join(own[at : at + 3]) for at in range(max(1, len(own) - 2))} if own else {text}


def dice(one: str, other: str) -> float:
    """The share of their words, counted as often as they occur, that two texts have in common."""
    first, second = Counter(words(one)), Counter(words(other))
    return 2 * (first & second).total() / max(1, first.total() + second.total())


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0


def _outside(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        if path.suffix == ".jsonl":
            for where, row in rows(path):
                if not isinstance(row.get("text"), str):
                    raise CorpusError(f"{where}: has no text")
                yield row["text"]
        else:
            yield from filter(str.strip, path.read_text("utf-8").split("\n"))


def _public_handles(gazetteer: Path) -> set[str]:
    lists = tomllib.loads(gazetteer.read_text("utf-8"))["lists"].values()
    return {entry for table in lists for entry in table["entries"] if entry.startswith("@")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is wrong; 0 where nothing is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HOME, help="the folder with corpus/ and splits.toml")
    parser.add_argument("--against", type=Path, nargs="*", default=[], help="posts that none here may resemble")
    given = parser.parse_args(arguments)
    public = _public_handles(Path(library.HOME) / "uk-local-government" / "gazetteer.toml")
    posts: list[Post] = []
    try:
        posts = load(given.data / "corpus")
        wrong = list(faults(posts, splits(given.data / "splits.toml"), _outside(given.against), public))
        wrong += unread(given.data, posts)
        wrong += [fault for post in dialects(given.data / "dialects.jsonl") for fault in _spans(post)]
    except CorpusError as error:
        wrong = [str(error)]
    print(*wrong, f"{len(posts)} posts, {len(wrong)} faults", sep="\n")
    return 1 if wrong or not posts else 0


if __name__ == "__main__":
    sys.exit(main())

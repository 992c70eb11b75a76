"""Train: from the corpus to the models that ship, each with its card."""

from __future__ import annotations

import hashlib
import json
import platform
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import joblib
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from postcheck import library
from postcheck.cards import CARD
from postcheck.linear import Linear
from postcheck.report import DEFAULT_PACK
from postcheck.training import fast, measure
from postcheck.training.cardwriter import page
from postcheck.training.corpus import CODES, HOME, Post, dialects, load, own, splits
from postcheck.version import VERSION

if TYPE_CHECKING:
    from postcheck.looks import Look

TIERS = ("fast", "deep")
SURE = 0.99  # of the flagged posts, the share that the fast model must not wave through alone
RIGHT = 0.98  # the share of what the fast model reports that must be right for it to decide alone
MEASURED = ("calibration", "test", "dialects")
LIBRARIES = {"fast": ("scikit-learn", "numpy", "scipy", "joblib"), "deep": ("torch", "transformers", "onnxruntime")}

Looker = Callable[[str], "Look"]


def train(out: Path, corpora: Sequence[Path] = (), tiers: Sequence[str] = TIERS) -> None:
    """Train the models of the tiers named on the shipped corpus and on your own, and write them into folders of `out`.

    `corpora` are files of your own labelled posts, which join the training part. Where only the
    deep model is trained, the fast one is taken from `out`. Raises CorpusError for a file that
    cannot be read, ModelError where no fast model is there to go with.
    """
    parts = splits()
    posts: dict[str, list[Post]] = {"train": [], **{part: [] for part in MEASURED}, "dialects": dialects()}
    for post in load():
        posts[parts[post.batch]].append(post)
    posts["train"] += [post for path in corpora for post in own(path)]
    digest = _digest([*sorted((HOME / "corpus").glob("*.jsonl")), HOME / "splits.toml", *corpora])
    columns = TextColumn("{task.description:32}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        if "fast" in tiers:
            _train_fast(out / "fast", posts, digest, progress)
        if "deep" in tiers:
            _train_deep(out / "deep", out / "fast", posts, digest, progress)


def _train_fast(folder: Path, posts: dict[str, list[Post]], digest: str, progress: Progress) -> None:
    task = progress.add_task("fast: weighing words", total=None)
    pipeline = fast.fit([post.text for post in posts["train"]], measure.labels(posts["train"]))
    with _fresh(folder) as new:
        joblib.dump(pipeline, new / "pipeline.joblib", compress=3)
        fast.export(pipeline, CODES, str(new / "weights.bin"))
        progress.update(task, total=1, completed=1)
        looker = _fast_looker(new / "weights.bin")
        logits = {part: _logits(posts[part], looker, progress, f"fast: {part}") for part in MEASURED}
        files = {"weights": "weights.bin", "pipeline": "pipeline.joblib"}
        facts = _facts("fast", posts, digest, new, files) | _judge(logits, posts)
        _write_card(new, facts)


def _train_deep(folder: Path, beside: Path, posts: dict[str, list[Post]], digest: str, progress: Progress) -> None:
    from postcheck.encoder import Encoder
    from postcheck.training import deep

    task = progress.add_task("deep: reading posts", total=None)
    reader = deep.fit(posts["train"], lambda done, total: progress.update(task, completed=done, total=total))
    with _fresh(folder) as new:
        deep.export(reader, new)
        bias = [float(value) for value in reader.bias]
        encoder = Encoder(str(new / "graph.onnx"), str(new / "tokenizer.json"), CODES, bias)
        lookers: dict[str, Looker] = {"deep": encoder.look, "fast": _fast_looker(beside / "weights.bin")}
        logits = {
            part: {name: _logits(posts[part], looker, progress, f"{name}: {part}") for name, looker in lookers.items()}
            for part in MEASURED
        }
        files = {"graph": "graph.onnx", "tokenizer": "tokenizer.json"}
        facts = _facts("deep", posts, digest, new, files) | {"bias": bias}
        facts |= _judge({part: own["deep"] for part, own in logits.items()}, posts)
        both = {part: np.concatenate([own["fast"], own["deep"]], axis=2) for part, own in logits.items()}
        facts["with_fast"] = _judge(both, posts) | {"doubt": _doubt(logits["calibration"]["fast"], beside, posts)}
        _write_card(new, facts)


def _fast_looker(weights: Path) -> Looker:
    linear, index = Linear(str(weights)), library.load(DEFAULT_PACK).index
    return lambda text: linear.look(text, index)


def _logits(posts: Sequence[Post], looker: Looker, progress: Progress, name: str) -> np.ndarray:
    """Posts x codes x 1, as the model gives them when it is used."""
    rows = []
    for post in progress.track(posts, description=name):
        logits = looker(post.text).logits
        rows.append([[logits[code]] for code in CODES])
    return np.array(rows)


def _judge(logits: dict[str, np.ndarray], posts: dict[str, list[Post]]) -> dict[str, Any]:
    """Calibration and thresholds from the calibration part, figures from the test part."""
    truth = {part: measure.labels(posts[part]) for part in logits}
    calibration = measure.calibrate(logits["calibration"], truth["calibration"])
    chances = {part: measure.probabilities(own, calibration) for part, own in logits.items()}
    limits = measure.thresholds(chances["calibration"], truth["calibration"])
    reported, spoken = (measure.flags(chances[part], limits) for part in ("test", "dialects"))
    flagged, meant = (np.array([post.flagged for post in posts[part]]) for part in ("test", "dialects"))
    return {
        "calibration": calibration,
        "thresholds": limits,
        "figures": measure.figures(chances["test"], truth["test"], limits),
        "flags": measure.by_group([["all"]] * len(flagged), flagged, reported)["all"],
        "by_form": measure.by_form([post.text for post in posts["test"]], flagged, reported),
        "by_dialect": measure.by_group([[post.batch] for post in posts["dialects"]], meant, spoken),
        "reliability": measure.reliability(chances["test"].ravel(), truth["test"].ravel()),
    }


def _doubt(logits: np.ndarray, beside: Path, posts: dict[str, list[Post]]) -> list[float]:
    """Between which probabilities of the fast model the deep one is asked."""
    card = json.loads((beside / CARD).read_text("utf-8"))
    chances = measure.probabilities(logits, card["calibration"])
    truth = measure.labels(posts["calibration"])
    flagged = np.array([post.flagged for post in posts["calibration"]])
    low = float(np.quantile(chances.max(axis=1)[flagged], 1 - SURE))
    steps = np.linspace(0.5, 1.0, 51)
    high = next((at for at in steps if (chances >= at).any() and truth[chances >= at].mean() >= RIGHT), 1.0)
    return [round(low, 4), round(float(high), 4)]


def _facts(tier: str, posts: dict[str, list[Post]], digest: str, folder: Path, files: dict[str, str]) -> dict[str, Any]:
    used = LIBRARIES["fast"] + (LIBRARIES["deep"] if tier == "deep" else ())
    return {
        "name": f"postcheck-{tier}",
        "tier": tier,
        "version": VERSION,
        "codes": list(CODES),
        "corpus": {"sha256": digest, "posts": {part: len(own) for part, own in posts.items()}},
        "pack": {"name": DEFAULT_PACK, "sha256": library.load(DEFAULT_PACK).sha256},
        "made_with": {"python": platform.python_version()} | {name: version(name) for name in used},
        "files": {role: _file(folder / name) for role, name in files.items()},
    }


def _write_card(folder: Path, facts: dict[str, Any]) -> None:
    (folder / CARD).write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    (folder / "card.md").write_text(page(facts), "utf-8")


def _file(path: Path) -> dict[str, object]:
    return {"name": path.name, "crc32": crc32(path.read_bytes()), "sha256": _digest([path])}


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()


class _fresh:  # noqa: N801 (used as a function is)
    """A new folder that takes the old one's place once it is whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._new = tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-")

    def __enter__(self) -> Path:
        return Path(self._new.name)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._folder.mkdir(exist_ok=True)
            for path in Path(self._new.name).iterdir():
                path.replace(self._folder / path.name)
        self._new.cleanup()

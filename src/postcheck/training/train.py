"""Train: from the corpus to the models that ship, each with its card."""

from __future__ import annotations

import hashlib
import json
import platform
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import joblib
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from postcheck import cards, library
from postcheck.cards import CARD, SHIPPED, Card
from postcheck.errors import ModelError
from postcheck.linear import Linear
from postcheck.report import DEFAULT_PACK
from postcheck.training import fast, measure
from postcheck.training.cardwriter import page
from postcheck.training.corpus import CODES, HOME, Post, dialects, load, own, splits
from postcheck.version import VERSION

if TYPE_CHECKING:
    from postcheck.looks import Look

SURE = 0.995  # of the flagged posts, the share that the fast model must not wave through alone
RIGHT = 0.98  # the share of what the fast model reports that must be right for it to decide alone
MEASURED = ("calibration", "test", "dialects")
LIBRARIES = {"fast": ("scikit-learn", "numpy", "scipy", "joblib"), "deep": ("torch", "transformers", "onnxruntime")}

Looker = Callable[[str], "Look"]


def train(out: Path, corpora: Sequence[Path] = (), tiers: Sequence[str] = SHIPPED) -> None:
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
    digest = corpus_digest(corpora)
    columns = TextColumn("{task.description:32}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        if "fast" in tiers:
            _train_fast(out / "fast", posts, digest, progress)
        if "deep" in tiers:
            _train_deep(out / "deep", out / "fast", posts, digest, progress)


def corpus_digest(corpora: Sequence[Path] = ()) -> str:
    """The SHA-256 of everything that a model learns from and is measured on."""
    shipped = [*sorted((HOME / "corpus").glob("*.jsonl")), HOME / "splits.toml", HOME / "dialects.jsonl"]
    return _digest([*shipped, *corpora])


def _train_fast(folder: Path, posts: dict[str, list[Post]], digest: str, progress: Progress) -> None:
    with fresh(folder) as new:
        task = progress.add_task("fast: weighing words", total=None)
        pipeline = fast.fit([post.text for post in posts["train"]], measure.labels(posts["train"]))
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

    first = cards.read(str(beside))
    with fresh(folder) as new:
        lookers: dict[str, Looker] = {"fast": _fast_looker(Path(first.path("weights")))}
        task = progress.add_task("deep: reading posts", total=None)
        reader = deep.fit(posts["train"], lambda done, total: progress.update(task, completed=done, total=total))
        deep.export(reader, new)
        bias = [float(value) for value in reader.bias]
        graph, tokenizer = ((new / name).read_bytes() for name in ("graph.onnx", "tokenizer.json"))
        encoder = Encoder(graph, tokenizer, CODES, bias)
        lookers["deep"] = encoder.look
        logits = {
            part: {name: _logits(posts[part], looker, progress, f"{name}: {part}") for name, looker in lookers.items()}
            for part in MEASURED
        }
        files = {"graph": "graph.onnx", "tokenizer": "tokenizer.json"}
        facts = _facts("deep", posts, digest, new, files) | {"bias": bias}
        facts |= _judge({part: own["deep"] for part, own in logits.items()}, posts)
        both = {part: np.concatenate([own["fast"], own["deep"]], axis=2) for part, own in logits.items()}
        calibrations: list[measure.Calibration] = [dict(first.calibration), facts["calibration"]]
        judged = _judge(both, posts, calibrations)
        facts["with_fast"] = judged | _cascade(first, judged, logits, both, posts)
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


def _judge(
    logits: dict[str, np.ndarray], posts: dict[str, list[Post]], alone: Sequence[measure.Calibration] = ()
) -> dict[str, Any]:
    """Calibration and thresholds from the calibration part, figures from the test part.

    `alone` are the calibrations of two models that here speak together.
    """
    truth = {part: measure.labels(posts[part]) for part in logits}
    fit = measure.together if alone else measure.calibrate
    calibration = fit(logits["calibration"], truth["calibration"], *alone)
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


def _cascade(
    first: Card,
    judged: dict[str, Any],
    logits: dict[str, dict[str, np.ndarray]],
    both: dict[str, np.ndarray],
    posts: dict[str, list[Post]],
) -> dict[str, Any]:
    """Which fast model the deep one goes with, when it is asked, and how well the two do so on the test part."""
    alone = {part: measure.probabilities(own["fast"], first.calibration) for part, own in logits.items()}
    truth = {part: measure.labels(posts[part]) for part in logits}
    flagged = {part: np.array([post.flagged for post in own]) for part, own in posts.items()}
    low = np.quantile(alone["calibration"][:, measure.COUNTED].max(axis=1)[flagged["calibration"]], 1 - SURE)
    steps = np.linspace(0.5, 1.0, 51)
    sure = (alone["calibration"] >= at for at in steps)
    high = next((at for at, own in zip(steps, sure, strict=True) if truth["calibration"][own].mean() >= RIGHT), 1.0)
    doubt = [round(float(low), 4), round(float(high), 4)]
    asked = np.asarray(((alone["test"] > doubt[0]) & (alone["test"] < doubt[1])).any(axis=1))
    second = measure.probabilities(both["test"], judged["calibration"])
    reported = np.where(
        asked, measure.flags(second, judged["thresholds"]), measure.flags(alone["test"], first.thresholds)
    )
    return {
        "beside": first.files["weights"]["sha256"],
        "doubt": doubt,
        "asked": round(float(asked.mean()), 4),
        "as_used": measure.by_group([["all"]] * len(asked), flagged["test"], reported)["all"],
    }


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


@contextmanager
def fresh(folder: Path) -> Iterator[Path]:
    """A new folder that takes the old one's place once it is whole. Raises ModelError where nothing can be written."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
            new, old = Path(place, "new"), Path(place, "old")
            new.mkdir()
            yield new
            if folder.exists():
                folder.replace(old)
            new.replace(folder)
    except OSError as error:
        raise ModelError(f"cannot write into {folder}: {error.strerror}", "choose another folder with --out") from None

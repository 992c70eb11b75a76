"""Measure: calibration, thresholds and the figures that a model's card gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from postcheck.training.corpus import CODES, WELCOME, Post

FLAGGED_IN_LIFE = 0.25  # the share of posts that carry a signal somebody might stumble over, where people are at work
FIRST_SHARE = 0.2  # of the fast model's word where the deep one speaks too
MOST_FALSE = 0.01  # of the posts that carry no signal, the share that a threshold may report
BINS = 10  # of a reliability diagram
FLOOR = 0.05  # no threshold lies below: what is this unlikely is not worth saying
COUNTED = [number for number, code in enumerate(CODES) if code not in WELCOME]  # what makes a post flagged
LONG, SHORT = 180, 60  # characters

Calibration = Mapping[str, Sequence[float]]


def labels(posts: Sequence[Post]) -> np.ndarray:
    """Posts x codes: 1 where the post carries the signal."""
    return np.array([[code in post.signals for code in CODES] for post in posts], dtype=int)


def calibrate(logits: np.ndarray, truth: np.ndarray) -> Calibration:
    """Platt's method (1999): for each code the weights and the offset that make log-odds of logits.

    `logits` is posts x codes x models, `truth` posts x codes.
    """
    found = {}
    for number, code in enumerate(CODES):
        regression = LogisticRegression(C=1.0, max_iter=1000).fit(logits[:, number], truth[:, number])
        found[code] = [*map(float, regression.coef_[0]), float(regression.intercept_[0])]
    return found


def together(
    logits: np.ndarray, truth: np.ndarray, first: Mapping[str, Sequence[float]], second: Mapping[str, Sequence[float]]
) -> Calibration:
    """The same for two models that speak together, the second louder: log-odds are mixed, then calibrated again.

    How much the first one's word counts is fixed. Fitted on posts by like authors, a model of words
    would be trusted far more than it earns where people write otherwise.
    """
    shares = np.array([FIRST_SHARE, 1 - FIRST_SHARE])
    pairs = np.array([[first[code], second[code]] for code in CODES])  # codes x models x (weight, offset)
    weights, offsets = pairs[:, :, 0] * shares, (pairs[:, :, 1] * shares).sum(axis=1)
    mixed = (logits * weights).sum(axis=2) + offsets
    again = calibrate(mixed[:, :, np.newaxis], truth)
    found = {}
    for number, code in enumerate(CODES):
        slope, shift = again[code]
        found[code] = [*map(float, slope * weights[number]), float(slope * offsets[number] + shift)]
    return found


def probabilities(logits: np.ndarray, calibration: Mapping[str, Sequence[float]]) -> np.ndarray:
    """Posts x codes, from logits that are posts x codes x models."""
    weights = np.array([calibration[code][:-1] for code in CODES])
    offsets = np.array([calibration[code][-1] for code in CODES])
    odds: np.ndarray = (logits * weights).sum(axis=2) + offsets
    result: np.ndarray = 1 / (1 + np.exp(-odds))
    return result


def thresholds(chances: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """For each code the probability with the best F1 among those that report few posts without any signal.

    The corpus holds more flagged posts than life does, so here each clear one counts as several.
    """
    clear = truth.sum(axis=1) == 0
    flagged = truth[:, COUNTED].any(axis=1)
    weight = np.where(flagged, 1.0, flagged.sum() / (~flagged).sum() * (1 - FLAGGED_IN_LIFE) / FLAGGED_IN_LIFE)
    found = {}
    for number, code in enumerate(CODES):
        own, right = chances[:, number], truth[:, number]
        choices = [at for at in np.linspace(FLOOR, 0.95, 91) if (own[clear] >= at).mean() <= MOST_FALSE]
        found[code] = round(float(max(choices or [0.95], key=lambda at: (f1(own >= at, right, weight), at))), 3)
    return found


def f1(found: np.ndarray, truth: np.ndarray, weight: np.ndarray | float = 1.0) -> float:
    """The harmonic mean of precision and recall, of posts that count as much as `weight` says."""
    hits = float((weight * (found & (truth == 1))).sum())
    return 2 * hits / max(1e-9, float((weight * found).sum()) + float((weight * truth).sum()))


def calibration_error(chances: np.ndarray, truth: np.ndarray) -> float:
    """Expected calibration error (Naeini et al., 2015) over ten bins of equal width."""
    return sum(weight * abs(said - was) for said, was, weight in reliability(chances, truth))


def reliability(chances: np.ndarray, truth: np.ndarray) -> list[tuple[float, float, float]]:
    """For each bin that is not empty: mean probability, share that was so, share of all posts."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    return [
        (float(chances[bins == at].mean()), float(truth[bins == at].mean()), float((bins == at).mean()))
        for at in range(BINS)
        if (bins == at).any()
    ]


def figures(chances: np.ndarray, truth: np.ndarray, limits: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """For each code, on posts that the model never saw: F1, average precision, false positives, calibration error."""
    clear = truth.sum(axis=1) == 0
    return {
        code: {
            "posts": int(truth[:, number].sum()),
            "f1": _round(f1(chances[:, number] >= limits[code], truth[:, number])),
            "average_precision": _round(average_precision_score(truth[:, number], chances[:, number])),
            "false_positive_rate": _round((chances[clear, number] >= limits[code]).mean()),
            "calibration_error": _round(calibration_error(chances[:, number], truth[:, number])),
        }
        for number, code in enumerate(CODES)
    }


def flags(chances: np.ndarray, limits: Mapping[str, float]) -> np.ndarray:
    """Which posts are reported for a signal that somebody might stumble over."""
    bars = np.array([limits[code] for code in CODES])
    return np.asarray((chances >= bars)[:, COUNTED].any(axis=1))


FORMS: dict[str, Callable[[str], bool]] = {
    "short": lambda text: len(text) < SHORT,
    "middling": lambda text: SHORT <= len(text) < LONG,
    "long": lambda text: len(text) >= LONG,
    "with a hashtag": lambda text: "#" in text,
    "with a handle": lambda text: "@" in text,
    "with a link": lambda text: "http" in text,
    "several lines": lambda text: "\n" in text.strip(),
    "no capitals": lambda text: text.islower(),
}


def by_form(texts: Sequence[str], flagged: np.ndarray, reported: np.ndarray) -> dict[str, dict[str, float]]:
    """Recall and false positives by length and by what networks are known by."""
    return by_group([[name for name, has in FORMS.items() if has(text)] for text in texts], flagged, reported)


def by_group(groups: Sequence[Sequence[str]], flagged: np.ndarray, reported: np.ndarray) -> dict[str, dict[str, float]]:
    """Recall among flagged posts and false positives among the others, for each group; a post may be in several."""
    found = {}
    for name in dict.fromkeys(name for own in groups for name in own):
        inside = np.array([name in own for own in groups])
        yes, no = reported[inside & flagged], reported[inside & ~flagged]
        found[name] = {"posts": int(inside.sum()), "recall": _mean(yes), "false_positive_rate": _mean(no)}
    return found


def _mean(values: np.ndarray) -> float:
    return _round(values.mean()) if len(values) else 0.0


def _round(value: float) -> float:
    return round(float(value), 4)

"""Fast: the linear model as a scikit-learn pipeline, and its export to a file of weights."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any, Self

import joblib
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline

from postcheck import library, linear
from postcheck.features import PIECES, Unit, pieces, units
from postcheck.report import DEFAULT_PACK
from postcheck.text import readings
from postcheck.training.corpus import CODES

FEWEST = {"word": 2, "piece": 3}  # posts in which a feature must occur
STRENGTH = 10.0  # C of the logistic regressions: less means smaller weights
BITS = 32767  # the largest number of a weight


class Vectorizer(TransformerMixin, BaseEstimator):
    """Texts to rows of features: inverse document frequency, each block brought to unit length.

    The vector of a text is the sum of its units' vectors, so that the weights of a word can be
    added up once and kept. Names come from the shipped pack's lists.
    """

    def fit(self, texts: Iterable[str], y: Any = None) -> Self:
        """Learn which features there are and how common each is."""
        documents = [_units(text) for text in texts]
        seen = Counter(name for own in documents for name in {name for unit in own for name in _features(unit)})
        fewest = {True: FEWEST["piece"], False: FEWEST["word"]}
        self.names_ = sorted(name for name, count in seen.items() if count >= fewest[name[0] == "~"])
        self.places_ = {name: at for at, name in enumerate(self.names_)}
        idf = [math.log((1 + len(documents)) / (1 + seen[name])) + 1 for name in self.names_]
        self.idf_ = np.array(idf, dtype=np.float32).astype(np.float64)  # as the file of weights keeps it
        return self

    def transform(self, texts: Iterable[str]) -> csr_matrix:
        """One row a text, as wide as there are features."""
        known: dict[tuple[int, str], tuple[list[tuple[int, float]], float]] = {}
        indptr, indices = [0], list[int]()
        data: list[float] = []
        for text in texts:
            blocks: list[dict[int, float]] = [{}, {}]
            squares = [0.0, 0.0]
            for unit in _units(text):
                block, key = unit[2], unit[3]
                if (block, key) not in known:
                    known[block, key] = self._vector(unit)
                vector, square = known[block, key]
                squares[block] += square
                for at, value in vector:
                    blocks[block][at] = blocks[block].get(at, 0.0) + value
            for values, square in zip(blocks, squares, strict=True):
                indices += list(values)
                data += [value / (math.sqrt(square) or 1.0) for value in values.values()]
            indptr.append(len(indices))
        rows = csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, len(self.names_)))
        rows.sort_indices()  # here, where the arrays may still be written to
        return rows

    def _vector(self, unit: Unit) -> tuple[list[tuple[int, float]], float]:
        counts = Counter(self.places_[name] for name in _features(unit) if name in self.places_)
        vector = [(at, times * float(self.idf_[at])) for at, times in counts.items()]
        return vector, sum(value * value for _, value in vector)


def fit(texts: Sequence[str], labels: np.ndarray, jobs: int = 2) -> Pipeline:
    """The pipeline, fitted on texts and labels (posts x codes, 0 or 1); its weights as coarse as the file has them."""
    regression = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0, max_iter=300)
    pipeline = Pipeline([("features", Vectorizer()), ("weights", OneVsRestClassifier(regression, n_jobs=jobs))])
    pipeline.fit(texts, labels)
    scale = _scale(pipeline)
    for estimator in pipeline["weights"].estimators_:
        estimator.coef_ = np.rint(estimator.coef_ / scale) * scale
    return pipeline


def export(pipeline: Pipeline, codes: Sequence[str], path: str) -> None:
    """Write the pipeline's weights as `linear.Linear` reads them; features without any weight stay out."""
    vectorizer, estimators = pipeline["features"], pipeline["weights"].estimators_
    scale = _scale(pipeline)
    weights = np.rint(np.vstack([own.coef_[0] for own in estimators]).T / scale).astype(int)
    bias = [float(own.intercept_[0]) for own in estimators]
    rows = {
        name: (float(idf), own.tolist())
        for name, idf, own in zip(vectorizer.names_, vectorizer.idf_, weights, strict=True)
    }
    linear.write(path, codes, bias, scale, rows)


def _scale(pipeline: Pipeline) -> float:
    return max(float(np.abs(own.coef_).max()) for own in pipeline["weights"].estimators_) / BITS


def _units(text: str) -> list[Unit]:
    return list(units(readings(text)[0], library.load(DEFAULT_PACK).index))


def _features(unit: Unit) -> Sequence[str]:
    return pieces(unit[3]) if unit[2] == PIECES else (unit[3],)


def heaviest(data: bytes, count: int = 12) -> dict[str, list[str]]:
    """For each code the features that weigh most in a pipeline, which is a program: hand in what a card vouches for."""
    pipeline = joblib.load(BytesIO(data))
    names = pipeline["features"].names_
    found = {}
    for code, estimator in zip(CODES, pipeline["weights"].estimators_, strict=True):
        order = np.argsort(-estimator.coef_[0] * pipeline["features"].idf_)[:count]
        found[code] = [names[at] for at in order]
    return found

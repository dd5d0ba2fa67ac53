"""What models learn, by scikit-learn: the weights of a bag, what scores are worth. Needed to train only."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from inbox_agent.understanding.bag import Bag, Floats, rows_of_buckets, scaled
from inbox_agent.understanding.calibration import Calibration, log_odds
from inbox_agent.understanding.features import BUCKETS, Document, Numbers

_STRENGTH = 40.0
"""Inverse of the penalty on large weights (scikit-learn's C)."""
_CERTAIN = 30.0
"""Log-odds where a column has only one answer."""


def learn(bag: Bag, documents: Sequence[Document], truth: Floats) -> None:
    """Fill the bag by logistic regression; `truth` has 1, 0 or nan (unknown) per document and column.

    The same documents give the same weights, bit for bit: the solver has no chance in it.
    """
    used, rarity = _rarity(documents)
    values = _matrix(used, rarity, documents)
    columns = [_fitted(values, truth[:, column]) for column in range(truth.shape[1])]
    learned: dict[str, Any] = {
        "used": used,
        "rarity": rarity,
        "weights": np.stack([weights for weights, _ in columns], axis=1).astype(np.float16),
        "bias": np.array([bias for _, bias in columns], dtype=np.float32),
    }
    for name, parameter in learned.items():
        bag.set_param(name, parameter)


def _rarity(documents: Sequence[Document]) -> tuple[Numbers, Floats]:
    """The buckets of two documents or more, and their squared inverse document frequency; 0 ends it."""
    counts = np.zeros(BUCKETS)
    for document in documents:
        counts[np.union1d(document.said, document.spelled)] += 1
    used = np.flatnonzero(counts > 1)
    rarity = (np.log((len(documents) + 1) / (counts[used] + 1)) + 1) ** 2
    return used.astype(np.int32), np.append(rarity, 0).astype(np.float32)


def _matrix(used: Numbers, rarity: Floats, documents: Sequence[Document]) -> csr_matrix:
    """The numbers that the bag sees, a row per document."""
    rows_of = rows_of_buckets(used)
    groups = [document.said for document in documents], [document.spelled for document in documents]
    said, spelled = (_group(*scaled(rows_of, rarity, group), len(rarity)) for group in groups)
    return said + spelled


def _group(rows: Numbers, values: Floats, starts: Numbers, width: int) -> csr_matrix:
    return csr_matrix((values, rows, np.append(starts, len(rows))), (len(starts), width))


def _fitted(values: csr_matrix, truth: Floats) -> tuple[Floats, float]:
    known = np.flatnonzero(~np.isnan(truth))
    if len(set(truth[known].tolist())) < 2:
        return np.zeros(values.shape[1]), _CERTAIN if truth[known].any() else -_CERTAIN
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", max_iter=1000)
    model.fit(values[known], truth[known])
    weights: Floats = model.coef_[0]
    weights[-1] = 0.0
    return weights, float(model.intercept_[0])


def calibrate(truth: Floats, scores: Floats) -> Calibration:
    """From scores of mails that the model never saw, and what is true of them."""
    lines = [_sigmoid(truth[:, column], log_odds(scores[:, column])) for column in range(scores.shape[1])]
    return Calibration(
        slope=[round(slope, 6) for slope, _ in lines], offset=[round(offset, 6) for _, offset in lines]
    )


def _sigmoid(truth: Floats, odds: Floats) -> tuple[float, float]:
    if len(set(truth.tolist())) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1e6).fit(odds[:, None], truth)
    return max(float(model.coef_[0, 0]), 0.1), float(model.intercept_[0])

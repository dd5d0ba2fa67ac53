"""The weights of the bag from documents and what is true of them: logistic regression, one column at a time."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from inbox_agent.understanding.bag import Bag, Floats, scaled
from inbox_agent.understanding.features import BUCKETS, Document

_STRENGTH = 40.0
"""Inverse of the penalty on large weights (scikit-learn's C)."""


def learn(bag: Bag, documents: Sequence[Document], truth: Floats) -> None:
    """Fill the bag; `truth` has 1, 0 or nan (unknown) per document and column.

    The same documents give the same weights, bit for bit: the solver has no chance in it.
    """
    rarity = _rarity(documents)
    used = np.flatnonzero(rarity)
    values = _matrix(rarity, documents)[:, used]
    weights, bias = bag.get_param("weights").copy(), bag.get_param("bias").copy()
    for column in range(truth.shape[1]):
        known = np.flatnonzero(~np.isnan(truth[:, column]))
        weights[used, column], bias[column] = _fitted(values[known], truth[known, column])
    for name, learned in {"weights": weights, "rarity": rarity, "bias": bias}.items():
        bag.set_param(name, learned)


def _rarity(documents: Sequence[Document]) -> Floats:
    """Squared inverse document frequency; 0 for what only one document has."""
    counts = np.zeros(BUCKETS + 1)
    for document in documents:
        counts[np.union1d(document.said, document.spelled)] += 1
    rarity = (np.log((len(documents) + 1) / (counts + 1)) + 1) ** 2
    return np.where(counts > 1, rarity, 0).astype(np.float32)


def _matrix(rarity: Floats, documents: Sequence[Document]) -> csr_matrix:
    """The numbers that the bag sees, a row per document."""
    shape = (len(documents), BUCKETS + 1)
    said, spelled = (
        csr_matrix((values, buckets, np.append(starts, len(buckets))), shape)
        for buckets, values, starts in (
            scaled(rarity, [document.said for document in documents]),
            scaled(rarity, [document.spelled for document in documents]),
        )
    )
    return said + spelled


def _fitted(values: csr_matrix, truth: Floats) -> tuple[Floats, float]:
    if truth.min(initial=1) == truth.max(initial=0):  # nothing to tell apart
        return np.zeros(values.shape[1], dtype=np.float32), 30.0 if truth.any() else -30.0
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", max_iter=1000).fit(values, truth)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])

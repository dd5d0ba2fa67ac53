"""Scores that mean what they say: of mails scored 0.8, four in five are what the score is for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from inbox_agent.understanding.classifier import Scores

_BINS = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's sigmoid per column (Platt, 1999), over the log-odds of the classifier's score.

    It keeps the order of scores, so taking a word out of a mail shows in the calibrated score too.
    """

    slope: Sequence[float]
    offset: Sequence[float]

    @classmethod
    def fitted(cls, truth: Scores, raw: Scores) -> "Calibration":
        """From scores of mails that the model never saw, and what is true of them."""
        columns = [_fitted(truth[:, column], _odds(raw[:, column])) for column in range(raw.shape[1])]
        return cls(*(tuple(round(float(value), 6) for value in row) for row in zip(*columns, strict=True)))

    def of(self, raw: Scores) -> Scores:
        odds = _odds(raw) * np.array(self.slope) + np.array(self.offset)
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def _fitted(truth: Scores, odds: Scores) -> tuple[float, float]:
    if truth.min(initial=1) == truth.max(initial=0):
        return 1.0, 0.0
    model = LogisticRegression(C=1e6).fit(odds[:, None], truth)
    return max(float(model.coef_[0, 0]), 0.1), float(model.intercept_[0])


def _odds(scores: Scores) -> Scores:
    inside = np.clip(scores.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


@dataclass(frozen=True, slots=True)
class Bin:
    """Scores between two tenths: how many, their mean, and the share that is true."""

    count: int
    said: float
    true: float


def reliability(truth: Sequence[bool], scores: Sequence[float]) -> list[Bin]:
    """Ten bins of equal width, the empty ones left out."""
    rows = np.array([scores, truth], dtype=float).reshape(2, -1)
    bins = np.minimum((rows[0] * _BINS).astype(int), _BINS - 1)
    return [
        Bin(int(inside.sum()), float(rows[0, inside].mean()), float(rows[1, inside].mean()))
        for inside in (bins == number for number in range(_BINS))
        if inside.any()
    ]


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance of said and true, weighted by count (Naeini et al., 2015); 0 without scores."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.said - one.true) for one in bins) / total if total else 0.0

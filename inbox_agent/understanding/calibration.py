"""Scores that mean what they say: of mails scored 0.8, four in five are what the score is for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BINS = 10
Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's sigmoid per column (Platt, 1999), over the log-odds of the classifier's score.

    It keeps the order of scores, so taking a word out of a mail shows in the calibrated score too.
    """

    slope: Sequence[float]
    offset: Sequence[float]

    def of(self, scores: Floats) -> Floats:
        odds = log_odds(scores) * np.array(self.slope) + np.array(self.offset)
        return np.asarray(1 / (1 + np.exp(-odds)))


def log_odds(scores: Floats) -> Floats:
    inside = np.clip(scores.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


@dataclass(frozen=True, slots=True)
class Bin:
    """Scores of one tenth: how many, their mean, and the share that is true."""

    count: int
    said: float
    true: float


def reliability(truth: Sequence[bool], scores: Sequence[float]) -> list[Bin]:
    """Ten bins of equal width, the empty ones left out."""
    said, true = np.array(scores, dtype=float), np.array(truth, dtype=float)
    numbers = np.minimum((said * _BINS).astype(int), _BINS - 1)
    bins = [numbers == number for number in range(_BINS)]
    return [
        Bin(int(inside.sum()), float(said[inside].mean()), float(true[inside].mean()))
        for inside in bins
        if inside.any()
    ]


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance of said and true, weighted by count (Naeini et al., 2015); 0 without scores."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.said - one.true) for one in bins) / total if total else 0.0

"""Adam for bags of words: only weights that a batch touched move, so rare words are not forgotten."""

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class SparseAdam:
    """Called by thinc's `finish_update` with each parameter and its gradient.

    Adam (Kingma and Ba, 2015) in its lazy form, with an L2 penalty on the weights that move.
    """

    _MEAN, _SQUARE = 0.9, 0.999
    _TINY = 1e-8

    def __init__(self, rate: float, l2: float) -> None:
        self._rate = rate
        self._l2 = l2
        self._moments: dict[Hashable, tuple[Floats, Floats]] = {}
        self._steps: dict[Hashable, int] = {}

    def __call__(self, key: Hashable, weights: Floats, gradient: Floats, **_: Any) -> tuple[Floats, Floats]:
        mean, square = self._moments.setdefault(key, (np.zeros_like(weights), np.zeros_like(weights)))
        self._steps[key] = step = self._steps.get(key, 0) + 1
        moved = np.flatnonzero(gradient)
        slope = gradient[moved] + self._l2 * weights[moved]
        mean[moved] = self._MEAN * mean[moved] + (1 - self._MEAN) * slope
        square[moved] = self._SQUARE * square[moved] + (1 - self._SQUARE) * slope * slope
        unbiased = mean[moved] / (1 - self._MEAN**step)
        spread = np.sqrt(square[moved] / (1 - self._SQUARE**step)) + self._TINY
        weights[moved] -= self._rate * unbiased / spread
        gradient[moved] = 0.0  # thinc adds the next batch to it
        return weights, gradient

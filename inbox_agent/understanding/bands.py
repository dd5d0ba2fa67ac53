"""The lines between nothing, perhaps, there and sure, per request type; set on voices the model never saw."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from inbox_agent.understanding.calibration import Calibration
from inbox_agent.understanding.classifier import TYPES, Scores
from inbox_agent.understanding.reading import RequestType

MISSED, FALSELY_OPENED = 0.01, 0.006
"""Of held-out requests, how many may fall below the lower line; of ordinary mail, how much may pass an upper one."""
_LOWEST, _HIGHEST = 0.001, 0.995


@dataclass(frozen=True, slots=True)
class Band:
    """From `assert_` on the type is named, from `open_` on a case may open for it."""

    assert_: float
    open_: float


@dataclass(frozen=True, slots=True)
class Bands:
    """What scores mean and lead to. All lines are calibrated scores (0-1).

    From `ask` of being a request, or `ask_child` of child data, a person is asked. One lower line serves all
    types: a line per type asked staff about more ordinary mail at equal misses (see the model card).
    """

    ask: float
    ask_child: float
    of: Mapping[RequestType, Band]
    calibration: Calibration

    @classmethod
    def load(cls, file: Path) -> "Bands":
        """Raises ValueError, KeyError or TypeError when the file is not one that `save` wrote."""
        lines = json.loads(file.read_text(encoding="utf-8"))
        of = {kind: Band(**lines["of"][kind.value]) for kind in RequestType}
        calibration = Calibration(**{name: tuple(row) for name, row in lines["calibration"].items()})
        return cls(float(lines["ask"]), float(lines["ask_child"]), of, calibration)

    @classmethod
    def choose(cls, truth: Scores, raw: Scores) -> "Bands":
        """From a row per held-out mail and the classifier's columns.

        Missed requests set the ask lines, F1 sets `assert_`, false cases on ordinary mail set `open_`.
        """
        calibration = Calibration.fitted(truth, raw)
        scores = calibration.of(raw)
        child = TYPES.index(RequestType.CHILD_DATA)
        named = [_best_f1(truth[:, column], scores[:, column]) for column in range(len(TYPES))]
        sure = np.maximum(_opening_few(scores[truth[:, -1] == 0, :-1]), named)
        return cls(
            _missing_few(truth[:, -1], scores[:, -1]),
            _missing_few(truth[:, child], scores[:, child]),
            {
                kind: Band(_rounded(assert_), _rounded(open_))
                for kind, assert_, open_ in zip(TYPES, named, sure, strict=True)
            },
            calibration,
        )

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def asserted(self, scores: Mapping[RequestType, float]) -> dict[RequestType, float]:
        return {kind: score for kind, score in scores.items() if score >= self.of[kind].assert_}

    def sure(self, scores: Mapping[RequestType, float]) -> bool:
        return any(score >= self.of[kind].open_ for kind, score in scores.items())

    def nearness(self, request: float, scores: Mapping[RequestType, float]) -> float:
        """1 at or above the line between leave and ask_staff, falling to 0 below it."""
        child = scores.get(RequestType.CHILD_DATA, 0.0)
        return min(1.0, max(request / self.ask, child / self.ask_child))


def _missing_few(truth: Scores, scores: Scores) -> float:
    wanted = scores[truth > 0]
    return _rounded(float(np.quantile(wanted, MISSED))) if len(wanted) else _LOWEST


def _opening_few(ordinary: Scores) -> Scores:
    """A line per type that the same share of ordinary mail passes, so that FALSELY_OPENED pass any of them."""
    if not len(ordinary):
        return np.zeros(len(TYPES), dtype=np.float32)
    shares = np.linspace(FALSELY_OPENED, 0, 61)
    lines = (np.quantile(ordinary, 1 - share, axis=0) for share in shares)
    return next(line for line in lines if (ordinary > line).any(axis=1).mean() <= FALSELY_OPENED)


def _best_f1(truth: Scores, scores: Scores) -> float:
    def f1(line: float) -> float:
        right = float(((scores >= line) * truth).sum())
        return 2 * right / max(1.0, float((scores >= line).sum() + truth.sum()))

    lines = (float(line) for line in np.linspace(0.05, 0.8, 76))
    return max(lines, key=lambda line: (f1(line), -abs(line - 0.5)))


def _rounded(line: float) -> float:
    return round(float(np.clip(line, _LOWEST, _HIGHEST)), 4)

"""The lines between nothing, perhaps, there and sure, per request type; set on voices the model never saw."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from inbox_agent.understanding.classifier import TYPES, Scores
from inbox_agent.understanding.reading import RequestType

# Of requests, how many may fall below every lower line; of ordinary mail, how much may pass an upper one.
_MISSED = 0.015
_FALSELY_OPENED = 0.006
_LOWEST, _HIGHEST = 0.01, 0.99


@dataclass(frozen=True, slots=True)
class Band:
    """From `assert_` on the type is named, from `open_` on a case may open for it."""

    assert_: float
    open_: float


@dataclass(frozen=True, slots=True)
class Bands:
    """From `ask` of being a request, or `ask_child` of child data, a person is asked."""

    ask: float
    ask_child: float
    of: Mapping[RequestType, Band]

    @classmethod
    def load(cls, file: Path) -> "Bands":
        """Raises ValueError, KeyError or TypeError when the file is not one that `save` wrote."""
        lines = json.loads(file.read_text(encoding="utf-8"))
        of = {kind: Band(**lines["of"][kind.value]) for kind in RequestType}
        return cls(float(lines["ask"]), float(lines["ask_child"]), of)

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


def choose_bands(truth: Scores, scores: Scores) -> Bands:
    """From a row per held-out mail and the classifier's columns.

    Missed requests set the ask lines, F1 sets `assert_`, false cases on ordinary mail set `open_`.
    """
    child = TYPES.index(RequestType.CHILD_DATA)
    ordinary = scores[truth[:, -1] == 0, :-1].max(axis=1)
    highest = _line_above(ordinary, 1 - _FALSELY_OPENED)
    of = {}
    for column, kind in enumerate(TYPES):
        assert_ = _best_f1(truth[:, column], scores[:, column])
        of[kind] = Band(_rounded(assert_), _rounded(max(highest, assert_)))
    return Bands(
        _missing_few(truth[:, -1], scores[:, -1]), _missing_few(truth[:, child], scores[:, child]), of
    )


def _missing_few(truth: Scores, scores: Scores) -> float:
    return _rounded(_line_above(scores[truth > 0], _MISSED))


def _line_above(scores: Scores, share: float) -> float:
    """The line that this share of `scores` stays below."""
    return max(_LOWEST, float(np.quantile(scores, share))) if len(scores) else _LOWEST


def _best_f1(truth: Scores, scores: Scores) -> float:
    def f1(line: float) -> float:
        right = float(((scores >= line) * truth).sum())
        return 2 * right / max(1.0, float((scores >= line).sum() + truth.sum()))

    return max(
        (float(line) for line in np.linspace(0.05, 0.8, 76)), key=lambda line: (f1(line), -abs(line - 0.5))
    )


def _rounded(line: float) -> float:
    return round(float(min(line, _HIGHEST)), 4)

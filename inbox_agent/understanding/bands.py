"""The lines between nothing, perhaps, there and sure, per request type; set on voices the model never saw."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from inbox_agent.understanding.classifier import TYPES, Scores
from inbox_agent.understanding.reading import RequestType

# Of requests, how many may fall below every lower line; of ordinary mail, how much may pass an upper one.
_MISSED = 0.005
_FALSELY_OPENED = 0.006
_LOWEST = 0.01


@dataclass(frozen=True, slots=True)
class Band:
    """From `ask` on a person is asked, from `assert_` on the type is named, from `open_` on a case may open."""

    ask: float
    assert_: float
    open_: float


@dataclass(frozen=True, slots=True)
class Bands:
    of: Mapping[RequestType, Band]

    @classmethod
    def load(cls, file: Path) -> "Bands":
        """Raises ValueError, KeyError or TypeError when the file is not one that `save` wrote."""
        bands = json.loads(file.read_text(encoding="utf-8"))
        return cls({kind: Band(**bands[kind.value]) for kind in RequestType})

    def save(self, file: Path) -> None:
        bands = {kind.value: asdict(band) for kind, band in self.of.items()}
        file.write_text(json.dumps(bands, indent=2) + "\n", encoding="utf-8")

    def asserted(self, scores: Mapping[RequestType, float]) -> dict[RequestType, float]:
        return {kind: score for kind, score in scores.items() if score >= self.of[kind].assert_}

    def possible(self, scores: Mapping[RequestType, float]) -> bool:
        return any(score >= self.of[kind].ask for kind, score in scores.items())

    def sure(self, scores: Mapping[RequestType, float]) -> bool:
        return any(score >= self.of[kind].open_ for kind, score in scores.items())

    def nearness(self, scores: Mapping[RequestType, float]) -> float:
        """1 at or above the line between leave and ask_staff, falling to 0 with the best score below it."""
        return min(1.0, max((score / self.of[kind].ask for kind, score in scores.items()), default=0.0))


def choose_bands(truth: Scores, scores: Scores) -> Bands:
    """From a row per held-out mail and a column per type: misses set `ask`, F1 `assert_`, false cases `open_`."""
    ordinary = scores[truth.max(axis=1) == 0]
    lower = _ask_lines(truth, scores)
    bands = {}
    for column, kind in enumerate(TYPES):
        assert_ = _best_f1(truth[:, column], scores[:, column])
        open_ = max(assert_, _passed_by(ordinary[:, column], _FALSELY_OPENED / len(TYPES)))
        bands[kind] = Band(_rounded(min(lower[column], assert_)), _rounded(assert_), _rounded(open_))
    return Bands(bands)


def _ask_lines(truth: Scores, scores: Scores) -> list[float]:
    """The same share of each type's mails below its line; the largest share that misses few enough requests."""
    requests = truth.max(axis=1) > 0
    for share in np.linspace(0.2, 0.0, 81):
        lines = [
            max(
                _LOWEST,
                float(np.quantile(scores[truth[:, column] > 0, column], share))
                if truth[:, column].any()
                else 0.0,
            )
            for column in range(len(TYPES))
        ]
        if (scores[requests] < np.array(lines)).all(axis=1).mean() <= _MISSED:
            return lines
    return [_LOWEST] * len(TYPES)


def _best_f1(truth: Scores, scores: Scores) -> float:
    def f1(line: float) -> float:
        right = float(((scores >= line) * truth).sum())
        return 2 * right / max(1.0, float((scores >= line).sum() + truth.sum()))

    return max(
        (float(line) for line in np.linspace(0.2, 0.8, 61)), key=lambda line: (f1(line), -abs(line - 0.5))
    )


def _passed_by(scores: Scores, share: float) -> float:
    """The lowest line that at most this share of `scores` reaches."""
    allowed = int(share * len(scores))
    return float(np.sort(scores)[::-1][allowed]) + 0.005 if len(scores) > allowed else 0.5


def _rounded(line: float) -> float:
    return round(min(line, 0.99), 4)

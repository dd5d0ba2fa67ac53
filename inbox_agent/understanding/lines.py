"""Where lines are drawn: on voices that the model never saw. Needed to train only."""

import numpy as np

from inbox_agent.understanding.bands import Band, Bands
from inbox_agent.understanding.classifier import TYPES, Scores
from inbox_agent.understanding.learn import calibrate
from inbox_agent.understanding.reading import RequestType
from inbox_agent.understanding.replies import ACTS, ActLines

MISSED, FALSELY_OPENED = 0.01, 0.002
"""Of held-out requests, how many may fall below the lower line; of ordinary mail, how much may pass any
upper one."""
AS_GOOD = 0.003
"""F1 that differs by less is the same: the intervals of held-out voices are some five times as wide."""
_LOWEST, _HIGHEST = 0.001, 0.995


def draw(truth: Scores, raw: Scores) -> Bands:
    """From a row per held-out mail and the classifier's columns.

    Missed requests set the ask lines, F1 sets `assert_`, false cases on ordinary mail set `open_`.
    """
    calibration = calibrate(truth, raw)
    scores = calibration.of(raw)
    child = TYPES.index(RequestType.CHILD_DATA)
    named = [_best_f1(truth[:, column], scores[:, column]) for column in range(len(TYPES))]
    sure = np.maximum(_opening_few(scores[truth[:, -1] == 0, :-1]), named)
    return Bands(
        ask=_missing_few(truth[:, -1], scores[:, -1]),
        ask_child=_missing_few(truth[:, child], scores[:, child]),
        of={
            kind: Band(_rounded(assert_), _rounded(open_))
            for kind, assert_, open_ in zip(TYPES, named, sure, strict=True)
        },
        calibration=calibration,
    )


def draw_acts(truth: Scores, raw: Scores) -> ActLines:
    """From a row per held-out reply and a column per act: F1 sets the lines."""
    calibration = calibrate(truth, raw)
    scores = calibration.of(raw)
    lines = [_best_f1(truth[:, column], scores[:, column]) for column in range(len(ACTS))]
    return ActLines({act: _rounded(line) for act, line in zip(ACTS, lines, strict=True)}, calibration)


def _missing_few(truth: Scores, scores: Scores) -> float:
    wanted = scores[truth > 0]
    return _rounded(float(np.quantile(wanted, MISSED))) if len(wanted) else _LOWEST


def _opening_few(ordinary: Scores) -> Scores:
    """A line per type that the same share of ordinary mail passes, so that FALSELY_OPENED pass any."""
    if not len(ordinary):
        return np.zeros(len(TYPES), dtype=np.float32)
    shares = np.linspace(FALSELY_OPENED, 0, 61)
    lines = (np.quantile(ordinary, 1 - share, axis=0) for share in shares)
    return next(line for line in lines if (ordinary > line).any(axis=1).mean() <= FALSELY_OPENED)


def _best_f1(truth: Scores, scores: Scores) -> float:
    """Where F1 is best; of lines that are as good as that, the highest: it names less that is doubtful."""

    def f1(line: float) -> float:
        right = float(((scores >= line) * truth).sum())
        return 2 * right / max(1.0, float((scores >= line).sum() + truth.sum()))

    found = {float(line): f1(float(line)) for line in np.linspace(0.05, 0.8, 76)}
    enough = max(found.values()) - AS_GOOD
    return max(line for line, value in found.items() if value >= enough)


def _rounded(line: float) -> float:
    return round(float(np.clip(line, _LOWEST, _HIGHEST)), 4)

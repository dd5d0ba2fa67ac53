"""The two curves behind each type's lines: requests missed below a line, ordinary mail that passes it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inbox_agent.understanding.examples import Example
from inbox_agent.understanding.reading import Reading, RequestType

_STEPS = 101
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curves:
    """Shares (0-1) at each of `lines`.

    `missed` of the type's mails score lower as requests: they would be left. `false` of ordinary mails score
    higher for the type: they would open a case.
    """

    lines: Floats
    missed: Floats
    false: Floats


def curves(mails: Sequence[Example], readings: Sequence[Reading], kind: RequestType) -> Curves:
    pairs = list(zip(mails, readings, strict=True))
    wanted = np.array([reading.request for mail, reading in pairs if kind in mail.labels])
    ordinary = np.array([reading.scores.get(kind, 0.0) for mail, reading in pairs if not mail.labels])
    lines = np.linspace(0, 1, _STEPS)
    return Curves(lines, _below(wanted, lines), 1 - _below(ordinary, lines))


def _below(scores: Floats, lines: Floats) -> Floats:
    return np.searchsorted(np.sort(scores), lines) / max(1, len(scores))

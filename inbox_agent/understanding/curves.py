"""The two curves behind each type's lines: requests missed below a line, ordinary mail that passes it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inbox_agent.understanding.examples import Example
from inbox_agent.understanding.reading import Reading, RequestType

LINES = np.linspace(0, 1, 101)
Floats = NDArray[np.floating]


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
    return _curves(wanted, ordinary)


def curves_of(truth: Floats, scores: Floats) -> dict[RequestType, Curves]:
    """From truth and calibrated scores: a row per held-out mail, a column per type, last one for any."""
    ordinary = scores[truth[:, -1] == 0]
    return {
        kind: _curves(scores[truth[:, column] > 0, -1], ordinary[:, column])
        for column, kind in enumerate(RequestType)
    }


def save_curves(found: Mapping[RequestType, Curves], file: Path) -> None:
    """Beside the lines that were drawn from them; shares in ten-thousandths are fine enough to look at."""
    told = {
        kind.value: {"missed": _rounded(one.missed), "false": _rounded(one.false)}
        for kind, one in found.items()
    }
    file.write_text(json.dumps(told) + "\n", encoding="utf-8")


def load_curves(file: Path) -> dict[RequestType, Curves]:
    """Nothing where a model was trained without keeping them."""
    if not file.is_file():
        return {}
    told = json.loads(file.read_text(encoding="utf-8"))
    return {
        kind: Curves(LINES, np.array(told[kind.value]["missed"]), np.array(told[kind.value]["false"]))
        for kind in RequestType
    }


def _curves(wanted: Floats, ordinary: Floats) -> Curves:
    return Curves(LINES, _below(wanted), 1 - _below(ordinary))


def _below(scores: Floats) -> Floats:
    return np.asarray(np.searchsorted(np.sort(scores), LINES) / max(1, len(scores)))


def _rounded(shares: Floats) -> list[float]:
    return [round(float(share), 4) for share in shares]

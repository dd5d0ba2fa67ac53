"""The lines between nothing, perhaps, there and sure, per request type; set by `lines.py`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from inbox_agent.understanding.calibration import Calibration
from inbox_agent.understanding.reading import Language, RequestType

_DOUBT = 4.0
"""Other languages are read by a few words only: a quarter of the usual sureness shows them to a person, and
names what they ask for (held-out F1 .55 without, .65 with)."""


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
        calibration = Calibration(**lines["calibration"])
        return cls(float(lines["ask"]), float(lines["ask_child"]), of, calibration)

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def asserted(
        self, scores: Mapping[RequestType, float], language: Language | None
    ) -> dict[RequestType, float]:
        doubt = _doubt(language)
        return {kind: score for kind, score in scores.items() if doubt * score >= self.of[kind].assert_}

    def sure(self, scores: Mapping[RequestType, float]) -> bool:
        return any(score >= self.of[kind].open_ for kind, score in scores.items())

    def nearness(
        self, request: float, scores: Mapping[RequestType, float], language: Language | None
    ) -> float:
        """1 at or above the line between leave and ask_staff, falling to 0 below it."""
        child = scores.get(RequestType.CHILD_DATA, 0.0)
        return min(1.0, _doubt(language) * max(request / self.ask, child / self.ask_child))


def _doubt(language: Language | None) -> float:
    return _DOUBT if language is Language.OTHER else 1.0

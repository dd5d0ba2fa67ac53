"""What a mail on an open case does: sends a code, says yes, asks how far we are, takes its request back …"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from inbox_agent.message import Automatic, Message
from inbox_agent.understanding.calibration import Calibration
from inbox_agent.understanding.classifier import Classifier, Scores
from inbox_agent.understanding.drafts import Draft, Preparation
from inbox_agent.understanding.reading import ReplyAct, ReplyReading
from inbox_agent.understanding.words import Word, fold

ACTS = tuple(ReplyAct)
_READ = 20_000

# Figures in groups, as people type a code: 4821 7730, 48-21-77-30, ٤٨٢١٧٧٣٠. In a longer number is no code.
_CODE = re.compile(r"(?<![\d+])(?<!\d[ -])\d(?:[ -]{0,2}\d){7}(?![ -]?\d)")
_YES_STANDS_WITHIN = 6
_CONTRARY = frozenset({ReplyAct.NOT_ME, ReplyAct.WITHDRAWAL})


@dataclass(frozen=True, slots=True)
class ActLines:
    """From its line on (a calibrated score) an act is asserted; set on held-out voices where F1 is best."""

    of: Mapping[ReplyAct, float]
    calibration: Calibration

    @classmethod
    def load(cls, file: Path) -> "ActLines":
        """Raises OSError, ValueError, KeyError or TypeError when the file is not one that `save` wrote."""
        kept = json.loads(file.read_text(encoding="utf-8"))
        of = {act: float(kept["of"][act.value]) for act in ReplyAct}
        return cls(of, Calibration(**kept["calibration"]))

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def asserted(self, raw: Scores) -> dict[ReplyAct, float]:
        """From the classifier's scores of one mail; the surest first."""
        scores = zip(ACTS, map(float, self.calibration.of(raw)), strict=True)
        return {
            act: score for act, score in sorted(scores, key=lambda pair: -pair[1]) if score >= self.of[act]
        }


class ReplyReader:
    """Reads replies; the same answer each time, in any process."""

    def __init__(
        self, preparation: Preparation, classifier: Classifier, lines: ActLines, yes: Iterable[str]
    ) -> None:
        """`yes` are the words that say so."""
        self._preparation = preparation
        self._lines = lines
        self._classifier = classifier
        self._yes = frozenset(map(fold, yes))

    @classmethod
    def load(cls, preparation: Preparation, models: Path) -> "ReplyReader":
        """Raises OSError, ValueError or KeyError when the model is missing or cannot be read."""
        folder = models / "replies"
        yes = (folder / "yes.txt").read_text(encoding="utf-8").split()
        lines = ActLines.load(folder / "trained" / "lines.json")
        return cls(preparation, Classifier.load(folder, [act.value for act in ACTS]), lines, yes)

    def read(self, message: Message) -> ReplyReading:
        if message.automatic in {Automatic.AUTO_REPLY, Automatic.CALENDAR}:
            return ReplyReading({ReplyAct.ABSENCE: 1.0})
        quotes_us = self._preparation.quotes_our_letters(message.text)
        codes = () if quotes_us else codes_in(message.text)
        draft = self._preparation.draft("", message.text)
        acts = self._acts(draft)
        if not acts:
            return ReplyReading({ReplyAct.OTHER: 1.0}, codes)
        agrees = not quotes_us and self._says_yes(draft.passages[0].words)
        return ReplyReading(
            acts, codes, agrees and ReplyAct.CONFIRMATION in acts and _CONTRARY.isdisjoint(acts)
        )

    def _acts(self, draft: Draft) -> dict[ReplyAct, float]:
        if not draft.documents:
            return {}
        return self._lines.asserted(self._classifier.scores(draft.documents).max(axis=0))

    def _says_yes(self, words: Sequence[Word]) -> bool:
        return any(word.folded in self._yes for word in words[:_YES_STANDS_WITHIN])


def codes_in(text: str) -> tuple[str, ...]:
    """Numbers of eight digits, in Latin figures, each once; they need not stand for a code."""
    return tuple(dict.fromkeys(_digits(found[0]) for found in _CODE.finditer(text[:_READ])))


def _digits(text: str) -> str:
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())

"""The reading of mails: the one door of this room."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inbox_agent.errors import WrongSetting
from inbox_agent.message import Message
from inbox_agent.resources import MODELS
from inbox_agent.understanding.bands import Bands
from inbox_agent.understanding.classifier import COLUMNS, TYPES, Classifier, Scores, request_scores
from inbox_agent.understanding.decide import decide
from inbox_agent.understanding.drafts import Draft, Preparation
from inbox_agent.understanding.evidence import evidence_of
from inbox_agent.understanding.features import document
from inbox_agent.understanding.flags import flags_of
from inbox_agent.understanding.passages import passage_of
from inbox_agent.understanding.reading import Reading, ReplyReading, RequestType, Span
from inbox_agent.understanding.replies import ReplyReader
from inbox_agent.understanding.words import Word


class Understanding:
    """Makes a Reading of a Message; the same answer alone or in any batch, in any process."""

    def __init__(
        self, preparation: Preparation, classifier: Classifier, bands: Bands, replies: ReplyReader
    ) -> None:
        self._preparation = preparation
        self._classifier = classifier
        self.bands = bands
        self._replies = replies

    @classmethod
    def load(cls, models: Path = MODELS) -> "Understanding":
        """Raises WrongSetting when a model is missing or cannot be read."""
        requests = models / "requests"
        try:
            preparation = Preparation(models)
            return cls(
                preparation,
                Classifier.load(requests, COLUMNS),
                Bands.load(requests / "trained" / "bands.json"),
                ReplyReader.load(preparation, models),
            )
        except (OSError, ValueError, KeyError) as error:
            raise WrongSetting(
                f"the trained model cannot be read ({type(error).__name__}); reinstall or train"
            ) from error

    def read(self, message: Message) -> Reading:
        return self.read_all([message])[0]

    def read_reply(self, message: Message) -> ReplyReading:
        """What a mail on an open case does there."""
        return self._replies.read(message)

    def read_all(self, messages: Sequence[Message]) -> list[Reading]:
        drafts = [self._preparation.draft(message.subject, message.text) for message in messages]
        documents = [
            draft.documents if _is_read(message) else []
            for message, draft in zip(messages, drafts, strict=True)
        ]
        scores = request_scores(self._classifier, [document for one in documents for document in one])
        readings, at = [], 0
        for message, draft, own in zip(messages, drafts, documents, strict=True):
            readings.append(self._reading(message, draft, scores[at : at + len(own)]))
            at += len(own)
        return readings

    def _reading(self, message: Message, draft: Draft, passage_scores: Scores) -> Reading:
        best = self.bands.calibration.of(passage_scores.max(axis=0, initial=0.0))
        scores = {kind: float(score) for kind, score in zip(TYPES, best[:-1], strict=True)}
        asserted = self.bands.asserted(scores, draft.language)
        nearness = self.bands.nearness(float(best[-1]), scores, draft.language)
        possible = nearness >= 1
        flags = flags_of(message, draft, self._preparation.regulators, asserted=asserted, possible=possible)
        return Reading(
            language=draft.language,
            other_language=draft.other_language,
            decision=decide(message, flags, possible=possible, sure=draft.tells and self.bands.sure(scores)),
            asserted=asserted,
            scores=scores,
            evidence={kind: self._evidence(message, draft, passage_scores, kind) for kind in asserted},
            flags=frozenset(flags),
            request=float(best[-1]),
            nearness=nearness,
        )

    def _evidence(
        self, message: Message, draft: Draft, passage_scores: Scores, kind: RequestType
    ) -> tuple[Span, ...]:
        column = TYPES.index(kind)
        number = int(np.argmax(passage_scores[:, column]))
        passage = draft.passages[number]

        def loss(sequences: Sequence[Sequence[Word]]) -> list[float]:
            left = [passage_of(words, self._preparation.lexicon, draft.language) for words in sequences]
            documents = [document(part, draft.subject, arabizi=draft.arabizi) for part in left]
            rest = request_scores(self._classifier, documents)[:, column]
            return [float(passage_scores[number, column] - score) for score in rest]

        return evidence_of(message.text, passage, self._preparation.lexicon, loss=loss)


def _is_read(message: Message) -> bool:
    return message.automatic is None or message.automatic.is_read

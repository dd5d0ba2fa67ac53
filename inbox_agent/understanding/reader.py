"""The reading of mails: the one door of this room."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from inbox_agent.errors import WrongSetting
from inbox_agent.message import Message
from inbox_agent.resources import MODELS
from inbox_agent.understanding.bands import Bands
from inbox_agent.understanding.classifier import COLUMNS, TYPES, Classifier, Scores, request_scores
from inbox_agent.understanding.decide import decide
from inbox_agent.understanding.drafts import Draft, Preparation
from inbox_agent.understanding.evidence import Search, search
from inbox_agent.understanding.features import Document, Known, document
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
        judged, at = [], 0
        for message, draft, own in zip(messages, drafts, documents, strict=True):
            judged.append(self._judged(message, draft, scores[at : at + len(own)]))
            at += len(own)
        spans = iter(self._proved([quest for _, quests in judged for quest in quests]))
        return [
            replace(reading, evidence={quest.kind: next(spans) for quest in quests})
            for reading, quests in judged
        ]

    def _judged(
        self, message: Message, draft: Draft, passage_scores: Scores
    ) -> tuple[Reading, list["_Quest"]]:
        """The reading without its evidence, and what evidence is to be looked for."""
        best = self.bands.calibration.of(passage_scores.max(axis=0, initial=0.0))
        scores = {kind: float(score) for kind, score in zip(TYPES, best[:-1], strict=True)}
        asserted = self.bands.asserted(scores, draft.language)
        nearness = self.bands.nearness(float(best[-1]), scores, draft.language)
        possible = nearness >= 1
        flags = flags_of(message, draft, self._preparation.regulators, asserted=asserted, possible=possible)
        reading = Reading(
            language=draft.language,
            other_language=draft.other_language,
            decision=decide(message, flags, possible=possible, sure=draft.tells and self.bands.sure(scores)),
            asserted=asserted,
            scores=scores,
            flags=frozenset(flags),
            request=float(best[-1]),
            nearness=nearness,
        )
        return reading, [self._quest(message, draft, passage_scores, kind) for kind in asserted]

    def _quest(self, message: Message, draft: Draft, passage_scores: Scores, kind: RequestType) -> "_Quest":
        column = TYPES.index(kind)
        number = int(np.argmax(passage_scores[:, column]))
        looking = search(message.text, draft.passages[number], self._preparation.lexicon)
        return _Quest(kind, draft, column, float(passage_scores[number, column]), looking)

    def _proved(self, quests: Sequence["_Quest"]) -> list[tuple[Span, ...]]:
        """All searches go on together, so that the classifier is asked once for each of their steps."""
        found: list[tuple[Span, ...]] = [()] * len(quests)
        asked = {number: next(quest.search) for number, quest in enumerate(quests)}
        while asked:
            left = [(n, self._left(quests[n], words)) for n, many in asked.items() for words in many]
            scores = request_scores(self._classifier, [part for _, part in left])
            losses: dict[int, list[float]] = {number: [] for number in asked}
            for (number, _), row in zip(left, scores, strict=True):
                losses[number].append(quests[number].score - float(row[quests[number].column]))
            asked = {}
            for number, lost in losses.items():
                try:
                    asked[number] = quests[number].search.send(lost)
                except StopIteration as end:
                    found[number] = end.value
        return found

    def _left(self, quest: "_Quest", words: Sequence[Word]) -> Document:
        part = passage_of(words, self._preparation.lexicon, quest.draft.language)
        return document(part, quest.draft.subject, arabizi=quest.draft.arabizi, known=quest.known)


@dataclass(frozen=True, slots=True)
class _Quest:
    """The search for the words that decided one type: where it stands, and the score to be explained."""

    kind: RequestType
    draft: Draft
    column: int
    score: float
    search: Search
    known: Known = field(default_factory=dict)


def _is_read(message: Message) -> bool:
    return message.automatic is None or message.automatic.is_read

"""A mail made ready for the classifier; the same way for training and for reading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inbox_agent.understanding.features import features
from inbox_agent.understanding.language import LanguageFinder
from inbox_agent.understanding.lexicon import Lexicon
from inbox_agent.understanding.ours import OurWords
from inbox_agent.understanding.passages import Passage, passage_of, windows
from inbox_agent.understanding.reading import Language
from inbox_agent.understanding.words import Word, words_of

_REPLY_MARKS = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|tr|رد|إعادة توجيه|اعادة توجيه)\s*:)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail made ready for the classifier: its subject and its passages, enriched."""

    language: Language | None
    other_language: str | None
    subject: Passage
    passages: Sequence[Passage]

    @property
    def arabizi(self) -> bool:
        return self.language is Language.ARABIZI

    @property
    def documents(self) -> list[list[str]]:
        return [features(passage, self.subject, arabizi=self.arabizi) for passage in self.passages]


class Preparation:
    """All that comes before the classifier; the same for training and for reading."""

    def __init__(self, models: Path) -> None:
        self.languages = LanguageFinder.load(models / "language")
        self.lexicon = Lexicon.load(models / "requests" / "lexicon.toml", self.languages.english)
        ours = sorted((models / "requests" / "ours").glob("*.txt"))
        self._ours = OurWords(file.read_text(encoding="utf-8") for file in ours)

    def draft(self, subject: str, text: str) -> Draft:
        subject_words = words_of(_REPLY_MARKS.sub("", subject[:500]))
        words = self._ours.without_ours(words_of(text))
        language, other = (
            self.languages.find(text, words) if words else self.languages.find(subject, subject_words)
        )
        return Draft(language, other, *self._passages(subject_words, words, language))

    def _passages(
        self, subject: Sequence[Word], words: Sequence[Word], language: Language | None
    ) -> tuple[Passage, list[Passage]]:
        arabizi = language is Language.ARABIZI
        return self.passage(subject, arabizi), [self.passage(window, arabizi) for window in windows(words)]

    def passage(self, words: Sequence[Word], arabizi: bool) -> Passage:
        return passage_of(words, self.lexicon, arabizi=arabizi)

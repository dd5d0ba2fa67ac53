"""A mail made ready for the classifier; the same way for training and for reading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inbox_agent.resources import TEMPLATES
from inbox_agent.understanding.features import Document, Known, document
from inbox_agent.understanding.language import Found, LanguageFinder
from inbox_agent.understanding.lexicon import Lexicon
from inbox_agent.understanding.ours import LETTER_RUN, POLICY_RUN, OurWords, letter_texts, policy_texts
from inbox_agent.understanding.passages import Passage, passage_of, windows
from inbox_agent.understanding.reading import Language
from inbox_agent.understanding.regulators import Regulators
from inbox_agent.understanding.words import Word, words_of

_SUBJECT_READ = 500
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
    def tells(self) -> bool:
        """Some concept of privacy is mentioned: what mentions none may be in any language, or no language."""
        return any(passage.tells for passage in (self.subject, *self.passages))

    @property
    def documents(self) -> list[Document]:
        """One per passage; none where there is no word to read."""
        if not any(passage.says_something for passage in (self.subject, *self.passages)):
            return []
        known: Known = {}
        return [
            document(passage, self.subject, arabizi=self.arabizi, known=known) for passage in self.passages
        ]


class Preparation:
    """All that comes before the classifier; the same for training and for reading."""

    def __init__(self, models: Path, learned: Path | None = None) -> None:
        """`learned` are the words that training found, beside the model unless said otherwise."""
        self.languages = LanguageFinder.load(models / "language", learned)
        self.lexicon = Lexicon.load(models / "requests" / "lexicon.toml", self.languages.english)
        self.regulators = Regulators.load(models / "requests" / "regulators.txt")
        self._policy = OurWords(policy_texts(models / "requests" / "ours"), POLICY_RUN)
        self._letters = OurWords(letter_texts(TEMPLATES / "letters"), LETTER_RUN)

    def quotes_our_letters(self, text: str) -> bool:
        """Whether a run of our letters' words stands in it."""
        words = words_of(text)
        return len(self._letters.without_ours(words)) < len(words)

    def draft(self, subject: str, text: str) -> Draft:
        subject_words = words_of(_REPLY_MARKS.sub("", subject[:_SUBJECT_READ]))
        words = self._letters.without_ours(self._policy.without_ours(words_of(text)))
        words = list(self.languages.without_notice(words))
        language, other = self._language(subject, subject_words, text, words)
        return Draft(
            language,
            other,
            passage_of(subject_words, self.lexicon, language),
            [passage_of(window, self.lexicon, language) for window in windows(words)],
        )

    def _language(
        self, subject: str, subject_words: Sequence[Word], text: str, words: Sequence[Word]
    ) -> Found:
        found = self.languages.find(text, words)
        return found if found[0] else self.languages.find(subject, subject_words)

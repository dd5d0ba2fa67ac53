"""Passages: what is scored at once. A short mail whole, a long one some sentences at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inbox_agent.understanding.ages import ages
from inbox_agent.understanding.lexicon import Kind, Lexicon, Mention
from inbox_agent.understanding.reading import Language
from inbox_agent.understanding.words import Script, Word, sentences

SHORT = 60
_SENTENCES_TOGETHER = 3
_NEGATION_REACHES = 3
TELLING = frozenset({Kind.ACTION, Kind.OWN, Kind.LAW})
"""Kinds of concepts that speak of privacy; the others only colour what is said."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Some sentences of a mail with the concepts they mention.

    Positions in `mentions` count in `words`; `negated` are numbers of mentions; `tells` says that some
    concept of privacy is mentioned.
    """

    words: Sequence[Word]
    mentions: Sequence[Mention]
    negated: frozenset[int]
    tells: bool

    @property
    def says_something(self) -> bool:
        """There is a word in it, not only numbers and addresses."""
        return any(word.script not in {Script.NUMBER, Script.ADDRESS} for word in self.words)

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(mention.concept for mention in self.mentions)


def passage_of(words: Sequence[Word], lexicon: Lexicon, language: Language | None) -> Passage:
    mentions = [*lexicon.mentions(words, language), *ages(words)]
    tells = any(lexicon.kinds.get(mention.concept) in TELLING for mention in mentions)
    return Passage(words, mentions, frozenset(_negated(words, mentions, lexicon)), tells)


def _negated(words: Sequence[Word], mentions: Sequence[Mention], lexicon: Lexicon) -> Iterator[int]:
    """Indexes of actions that follow a negation closely in the same clause."""
    negations = [mention for mention in mentions if mention.concept == "not"]
    for index, mention in enumerate(mentions):
        if lexicon.kinds.get(mention.concept) is Kind.ACTION and any(
            not_.last <= mention.first <= not_.last + _NEGATION_REACHES
            and words[not_.first].clause == words[mention.first].clause
            for not_ in negations
        ):
            yield index


def windows(words: Sequence[Word]) -> list[Sequence[Word]]:
    """The whole of a short mail; of a long one overlapping windows of three sentences, 60 words at most."""
    if len(words) <= SHORT:
        return [words]
    parts = [piece for sentence in sentences(words) for piece in _pieces(sentence)]
    found: list[Sequence[Word]] = []
    for at in range(len(parts)):
        window = list(parts[at])
        for part in parts[at + 1 : at + _SENTENCES_TOGETHER]:
            if len(window) + len(part) > SHORT:
                break
            window += part
        if not found or window[-1] != found[-1][-1]:
            found.append(window)
    return found


def _pieces(sentence: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """A sentence without an end is read in pieces, each beginning in the middle of the one before."""
    step = SHORT if len(sentence) <= SHORT else SHORT // 2
    for at in range(0, max(1, len(sentence) - SHORT + step), step):
        yield sentence[at : at + SHORT]

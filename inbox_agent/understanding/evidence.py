"""Why: the words that decided, each proved by taking them out and reading again."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import groupby

from inbox_agent.understanding.lexicon import Lexicon, Mention
from inbox_agent.understanding.passages import TELLING, Passage
from inbox_agent.understanding.reading import Span
from inbox_agent.understanding.words import Word

Stretch = tuple[int, int]

_MOST_SPANS = 3
_MOST_CANDIDATES = 8
# A further span must weigh at least this part of what the first weighs.
_WORTH_SHOWING = 0.25


Search = Generator[Sequence[Sequence[Word]], Sequence[float], tuple[Span, ...]]
"""Gives sequences of words, is sent by how much the score falls when only those are left, returns spans."""


def search(text: str, passage: Passage, lexicon: Lexicon) -> Search:
    """For up to three spans of `text` that decided."""
    for candidates in _candidates(passage, lexicon):
        losses = yield [_without(passage.words, stretch) for stretch in candidates]
        ranked = sorted(zip(losses, candidates, strict=True), key=lambda pair: (-pair[0], pair[1]))
        proved = [stretch for lost, stretch in ranked if lost > 0 and lost >= _WORTH_SHOWING * ranked[0][0]]
        if proved:
            return tuple(
                _span(text, passage.words[first:last]) for first, last in sorted(proved[:_MOST_SPANS])
            )
    return ()


def _candidates(passage: Passage, lexicon: Lexicon) -> Iterator[list[Stretch]]:
    """Phrases that name a concept, else clauses, else single words: the first kind that proves anything."""
    telling = [mention for mention in passage.mentions if lexicon.kinds.get(mention.concept) in TELLING]
    yield list(_merged(telling, passage.words))[:_MOST_CANDIDATES]
    yield list(_clauses(passage.words))[:_MOST_CANDIDATES]
    yield [(at, at + 1) for at in range(len(passage.words))]


def _merged(mentions: Iterable[Mention], words: Sequence[Word]) -> Iterator[Stretch]:
    """Mentions of one clause that touch or stand two words apart at most, as one stretch."""
    current: Stretch | None = None
    for mention in sorted(mentions, key=lambda mention: (mention.first, mention.last)):
        if (
            current
            and mention.first <= current[1] + 2
            and words[current[0]].clause == words[mention.first].clause
        ):
            current = current[0], max(current[1], mention.last)
            continue
        if current:
            yield current
        current = mention.first, mention.last
    if current:
        yield current


def _clauses(words: Sequence[Word]) -> Iterator[Stretch]:
    for _, positions in groupby(range(len(words)), key=lambda at: words[at].clause):
        stretch = list(positions)
        yield stretch[0], stretch[-1] + 1


def _without(words: Sequence[Word], stretch: Stretch) -> list[Word]:
    return [*words[: stretch[0]], *words[stretch[1] :]]


def _span(text: str, words: Sequence[Word]) -> Span:
    start, end = words[0].start, words[-1].end
    return Span(start, end, text[start:end])

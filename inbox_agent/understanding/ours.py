"""Our own published words (privacy policy, letters): quoted back to us they ask for nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from inbox_agent.understanding.words import Word, sentences, words_of

POLICY_RUN = 6
"""So many words in a row that stand in our policy are our policy; nobody words a request of their own so."""
LETTER_RUN = 8
"""Our letters say back what was asked for, in plain words that a customer may use too: it takes more."""

_FILLED_IN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


class OurWords:
    def __init__(self, texts: Iterable[str], run: int) -> None:
        published = [words_of(text) for text in texts]
        self._run = run
        self._runs = frozenset(found for words in published for found in self._runs_of(words))
        self._lines = frozenset(_folded(line) for words in published for line in sentences(words))

    def without_ours(self, words: Sequence[Word]) -> list[Word]:
        """Without every run of ours; where there is one, also without shorter lines that are ours whole."""
        ours = [False] * len(words)
        for at, run in enumerate(self._runs_of(words)):
            if run in self._runs:
                ours[at : at + self._run] = [True] * self._run
        if not any(ours):
            return list(words)
        left = [word for word, published in zip(words, ours, strict=True) if not published]
        return [word for line in sentences(left) if _folded(line) not in self._lines for word in line]

    def _runs_of(self, words: Sequence[Word]) -> list[tuple[str, ...]]:
        folded = _folded(words)
        return [folded[at : at + self._run] for at in range(len(folded) - self._run + 1)]


def _folded(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.folded for word in words)


def policy_texts(folder: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))]


def letter_texts(folder: Path) -> Iterator[str]:
    """What stands between the blanks of our letters' templates."""
    for file in sorted(folder.glob("*/*.txt")):
        yield from _FILLED_IN.split(file.read_text(encoding="utf-8"))

"""Our own published words (privacy policy, letters): quoted back to us they ask for nothing."""

from collections.abc import Iterable, Sequence

from inbox_agent.understanding.words import Word, words_of

# Six words in a row that stand in our policy are our policy; nobody words a request of their own like that.
_RUN = 6


class OurWords:
    def __init__(self, texts: Iterable[str]) -> None:
        self._runs = frozenset(
            run for text in texts for run in _runs([word.folded for word in words_of(text)])
        )

    def without_ours(self, words: Sequence[Word]) -> list[Word]:
        ours = [False] * len(words)
        for at, run in enumerate(_runs([word.folded for word in words])):
            if run in self._runs:
                ours[at : at + _RUN] = [True] * _RUN
        return [word for word, published in zip(words, ours, strict=True) if not published]


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)]

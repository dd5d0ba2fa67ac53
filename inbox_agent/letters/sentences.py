"""Sentences that our letters say already, for those who write an answer of their own."""

from collections.abc import Iterator, Mapping, Sequence

from inbox_agent.letters.catalogue import KINDS
from inbox_agent.letters.stationery import Stationery

_NEVER_SAID = frozenset({"suspected_fraud", "other"})


def ready_sentences(stationery: Stationery, language: str) -> Mapping[str, Sequence[str]]:
    """Where a request stands, why something is refused, what other letters say; all without a fact."""
    say = stationery.phrases[language]
    return {
        "state": [_sentence(words) for words in say["state"].values()],
        "reason": [words for name, words in say["reason"].items() if name not in _NEVER_SAID],
        "letter": list(dict.fromkeys(_of_letters(stationery, language))),
    }


def _of_letters(stationery: Stationery, language: str) -> Iterator[str]:
    """The first paragraph of each letter that a person releases which stands without a placeholder."""
    for kind in KINDS.values():
        if kind.sent == "released":
            body = stationery.wordings[kind.name, language].body
            paragraphs = (one.strip() for one in body.split("\n\n"))
            plain = (one for one in paragraphs if one.endswith(".") and not set("{}\n") & set(one))
            if found := next(plain, None):
                yield found.replace("**", "")


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."

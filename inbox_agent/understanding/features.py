"""The enriched text that the classifier sees: what is said (words, concepts), how it is spelled (letters).

Features are not kept as text: each is a bucket, a number below BUCKETS made by hashing, so that a trained
model holds no word of the mails it learned from.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from spacy.strings import hash_string  # type: ignore[attr-defined]  # not in its stub

from inbox_agent.understanding.forms import english_forms, skeleton
from inbox_agent.understanding.lexicon import Mention
from inbox_agent.understanding.passages import Passage
from inbox_agent.understanding.words import Script, Word

BUCKETS = 2**19
Numbers = NDArray[np.int64]

_NEAR = 5
_LETTERS_TOGETHER = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Document:
    """One passage as the classifier sees it: buckets, each once and in order."""

    said: Numbers
    spelled: Numbers


def document(text: Passage, subject: Passage, *, arabizi: bool) -> Document:
    said = np.fromiter(map(_bucket, _said(text, subject, arabizi)), dtype=np.int64)
    spelled = [_spelled(word.folded) for passage in (subject, text) for word in passage.words]
    return Document(np.unique(said), np.unique(np.concatenate(spelled)) if spelled else said[:0])


def _bucket(feature: str) -> int:
    return int(hash_string(feature) % BUCKETS)


@lru_cache(maxsize=32_768)
def _spelled(word: str) -> Numbers:
    """Letter groups of a word with its two ends marked."""
    marked = f"<{word}>"
    groups = {marked[at : at + size] for size in _LETTERS_TOGETHER for at in range(len(marked) - size + 1)}
    return np.fromiter((_bucket(f"l:{group}") for group in sorted(groups)), dtype=np.int64)


def _said(text: Passage, subject: Passage, arabizi: bool) -> Iterator[str]:
    for passage in (subject, text):
        yield from _of_words(passage.words, arabizi)
        yield from _of_concepts(passage)
    yield from (f"s:{concept}" for concept in subject.concepts)
    yield from (f"t:{a}+{b}" for a in subject.concepts for b in text.concepts)
    yield f"n:{min(len(text.words), 40) // 4}"


def _of_words(words: Sequence[Word], arabizi: bool) -> Iterator[str]:
    before, bones_before, sentence = "<", "<", -1
    for word in words:
        if word.sentence != sentence:
            before, bones_before, sentence = "<", "<", word.sentence
        token = _token(word)
        yield f"w:{token}"
        yield f"b:{before} {token}"
        before = token
        if word.script is Script.ARABIC or (arabizi and word.script is Script.LATIN):
            bones = skeleton(word.folded.removeprefix("ال"))
            yield f"k:{bones}"
            yield f"j:{bones_before} {bones}"
            yield from (f"g:{group}" for group in _groups(bones))
            bones_before = bones
        elif word.script is Script.LATIN:
            yield f"e:{english_forms(word.folded)[-1]}"


@lru_cache(maxsize=32_768)
def _groups(bones: str) -> tuple[str, ...]:
    """Consonants together, which prefixes and endings leave alone."""
    marked = f"<{bones.replace('A', '')}>"
    return tuple({marked[at : at + size] for size in (3, 4) for at in range(len(marked) - size + 1)})


def _token(word: Word) -> str:
    return f"<{len(word.folded)}>" if word.script is Script.NUMBER and len(word.folded) > 2 else word.folded


def _of_concepts(passage: Passage) -> Iterator[str]:
    marked = [
        (mention, f"{mention.concept}{'!' if index in passage.negated else ''}", passage.words[mention.first])
        for index, mention in enumerate(passage.mentions)
    ]
    for _, name, _ in marked:
        yield f"c:{name}"
    yield from _pairs(marked)


def _pairs(marked: Sequence[tuple[Mention, str, Word]]) -> Iterable[str]:
    """Two concepts in one sentence, whichever comes first; in order and marked when close together."""
    for index, (mention, name, word) in enumerate(marked):
        for other, other_name, other_word in marked[index + 1 :]:
            if word.sentence != other_word.sentence:
                break
            if other.first < mention.last and mention.first < other.last:
                continue
            yield "p:" + "+".join(sorted((name, other_name)))
            if abs(other.first - mention.last) <= _NEAR:
                yield f"q:{name}>{other_name}"

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
from inbox_agent.understanding.passages import Passage
from inbox_agent.understanding.words import Script, Word, sentences

BUCKETS = 2**19
Numbers = NDArray[np.int64]

_NEAR = 5
_LETTERS_TOGETHER = (3, 4, 5)
_SOUNDS_TOGETHER = (3, 4)


@dataclass(frozen=True, slots=True)
class Document:
    """One passage as the classifier sees it: buckets, each once and in order."""

    said: Numbers
    spelled: Numbers


Known = dict[tuple[int, ...], Document]
"""What sentences say by themselves, by where their words stand: passages of one mail share most of theirs."""


def document(text: Passage, subject: Passage, *, arabizi: bool, known: Known | None = None) -> Document:
    """`known` is for the passages of one mail, which overlap."""
    sayings = {} if known is None else known
    parts = [
        _saying(words, arabizi, sayings, which)
        for which, passage in enumerate((subject, text))
        for words in sentences(passage.words)
    ]
    concepts = np.fromiter(_of_passages(text, subject), dtype=np.int64)
    return Document(
        np.unique(np.concatenate([concepts, *(part.said for part in parts)])),
        np.unique(np.concatenate([concepts[:0], *(part.spelled for part in parts)])),
    )


def _saying(words: Sequence[Word], arabizi: bool, known: Known, which: int) -> Document:
    """The words of one sentence, each and in pairs, and how they are spelled; `which` is subject or text."""
    place = (which, *[word.start for word in words])
    if place not in known:
        known[place] = Document(
            np.concatenate(
                [_side_by_side(words, arabizi), *(_alone(*_looks(word, arabizi)) for word in words)]
            ),
            np.concatenate([_spelled(word.folded) for word in words]),
        )
    return known[place]


def _side_by_side(words: Sequence[Word], arabizi: bool) -> Numbers:
    return np.fromiter(map(_bucket, _neighbours(words, arabizi)), dtype=np.int64)


def _looks(word: Word, arabizi: bool) -> tuple[str, str, bool, bool]:
    return _token(word), word.folded, _has_bones(word.script, arabizi), word.script is Script.LATIN


def _bucket(feature: str) -> int:
    return int(hash_string(feature) % BUCKETS)


_known_bucket = lru_cache(maxsize=65_536)(_bucket)
"""For features that come again and again, as those of concepts do."""


def _buckets(features: Iterable[str]) -> Numbers:
    return np.fromiter(map(_bucket, sorted(features)), dtype=np.int64)


@lru_cache(maxsize=32_768)
def _spelled(word: str) -> Numbers:
    """Letter groups of a word with its two ends marked."""
    return _buckets(f"l:{group}" for group in _groups(f"<{word}>", _LETTERS_TOGETHER))


@lru_cache(maxsize=32_768)
def _alone(token: str, folded: str, has_bones: bool, is_latin: bool) -> Numbers:
    """What a word says by itself: as it is written, and as it sounds or without its ending."""
    features = {f"w:{token}"}
    if has_bones:
        bones = _bones(folded)
        features |= {f"k:{bones}"} | {f"g:{group}" for group in _groups(_marked(bones), _SOUNDS_TOGETHER)}
    elif is_latin:
        features |= {f"e:{english_forms(folded)[-1]}"}
    return _buckets(features)


def _groups(text: str, sizes: Iterable[int]) -> set[str]:
    return {text[at : at + size] for size in sizes for at in range(len(text) - size + 1)}


def _bones(folded: str) -> str:
    return skeleton(folded.removeprefix("ال"))


def _marked(bones: str) -> str:
    """With its two ends marked, and without ع, which writers of Arabizi often leave out."""
    return f"<{bones.replace('A', '')}>"


def _has_bones(script: Script, arabizi: bool) -> bool:
    """Whether it is Arabic, in one script or the other."""
    return script is Script.ARABIC or (arabizi and script is Script.LATIN)


def _of_passages(text: Passage, subject: Passage) -> Iterator[int]:
    """Concepts, and how long the text is."""
    yield from _of_concepts(subject)
    yield from _of_concepts(text)
    yield from (_known_bucket(f"s:{concept}") for concept in subject.concepts)
    yield from (_known_bucket(f"t:{a}+{b}") for a in subject.concepts for b in text.concepts)
    yield _known_bucket(f"n:{min(len(text.words), 40) // 4}")


def _neighbours(words: Sequence[Word], arabizi: bool) -> Iterator[str]:
    """Words of one sentence beside each other."""
    before = bones_before = "<"
    for word in words:
        token = _token(word)
        yield f"b:{before} {token}"
        before = token
        if _has_bones(word.script, arabizi):
            bones = _bones(word.folded)
            yield f"j:{bones_before} {bones}"
            bones_before = bones


def _token(word: Word) -> str:
    return f"<{len(word.folded)}>" if word.script is Script.NUMBER and len(word.folded) > 2 else word.folded


def _of_concepts(passage: Passage) -> Iterator[int]:
    """Each concept, and two of one sentence: whichever comes first, and in order when close together."""
    marked = [
        (f"{mention.concept}{'!' if index in passage.negated else ''}", mention.first, mention.last)
        for index, mention in enumerate(passage.mentions)
    ]
    sentence = [passage.words[first].sentence for _, first, _ in marked]
    for index, (name, first, last) in enumerate(marked):
        yield _concept(name)
        for other in range(index + 1, len(marked)):
            if sentence[other] != sentence[index]:
                break
            other_name, other_first, other_last = marked[other]
            if other_first < last and first < other_last:
                continue
            yield _pair(name, other_name)
            if abs(other_first - last) <= _NEAR:
                yield _close_pair(name, other_name)


# The few hundred concepts come in the same pairs again and again.
@lru_cache(maxsize=4_096)
def _concept(name: str) -> int:
    return _bucket(f"c:{name}")


@lru_cache(maxsize=65_536)
def _pair(name: str, other: str) -> int:
    return _bucket("p:" + "+".join(sorted((name, other))))


@lru_cache(maxsize=65_536)
def _close_pair(name: str, other: str) -> int:
    return _bucket(f"q:{name}>{other}")

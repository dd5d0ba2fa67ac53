"""The enriched text that the classifier sees: words, their skeletons, concepts, and concepts together."""

from collections.abc import Iterable, Iterator, Sequence

from inbox_agent.understanding.forms import english_forms, skeleton
from inbox_agent.understanding.lexicon import Mention
from inbox_agent.understanding.passages import Passage
from inbox_agent.understanding.words import Script, Word

_NEAR = 5


def features(text: Passage, subject: Passage, *, arabizi: bool) -> list[str]:
    """Every feature once, in a fixed order."""
    found: dict[str, None] = {}
    for passage in (subject, text):
        found |= dict.fromkeys(_of_words(passage.words, arabizi))
        found |= dict.fromkeys(_of_concepts(passage))
    found |= dict.fromkeys(f"s:{concept}" for concept in sorted(subject.concepts))
    found |= dict.fromkeys(f"t:{a}+{b}" for a in sorted(subject.concepts) for b in sorted(text.concepts))
    found[f"l:{min(len(text.words), 40) // 4}"] = None
    return list(found)


def _of_words(words: Sequence[Word], arabizi: bool) -> Iterator[str]:
    before, sentence = "<", -1
    for word in words:
        if word.sentence != sentence:
            before, sentence = "<", word.sentence
        token = _token(word)
        yield f"w:{token}"
        yield f"b:{before} {token}"
        before = token
        if word.script is Script.ARABIC or (arabizi and word.script is Script.LATIN):
            yield f"k:{skeleton(word.folded.removeprefix('ال'))}"
        elif word.script is Script.LATIN:
            yield f"e:{english_forms(word.folded)[-1]}"


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

"""What words mean: the readable lexicon, and where its concepts are mentioned in a text."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from inbox_agent.understanding.forms import arabic_forms, english_forms, skeleton, skeleton_forms
from inbox_agent.understanding.reading import Language
from inbox_agent.understanding.words import Script, Word, fold

_GAP = "_"
_LONGEST_GAP = 3
_SHORTEST_SKELETON = 3
_SHORTEST_WITH_TYPO = 5
# Little words that may stand inside a phrase without changing it.
_FILLERS = frozenset(
    [
        "the",
        "a",
        "an",
        "my",
        "your",
        "our",
        "of",
        "all",
        "any",
        "this",
        "that",
        "please",
        "just",
        "ur",
        "some",
        "you",
    ]
)


class Kind(StrEnum):
    ACTION = "action"
    OWN = "own"
    SERVICE = "service"
    PERSON = "person"
    LAW = "law"
    TONE = "tone"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept said by words[first:last]."""

    concept: str
    first: int
    last: int


@dataclass(slots=True)
class _Node:
    next: dict[str, "_Node"] = field(default_factory=dict)
    concepts: set[str] = field(default_factory=set)


class Lexicon:
    """Concepts by their forms; built once, read-only afterwards."""

    def __init__(
        self, entries: Mapping[str, Mapping[str, str]], known_english: frozenset[str] = frozenset()
    ) -> None:
        self.kinds = {concept: Kind(entry["kind"]) for concept, entry in entries.items()}
        self._root, self._foreign = _Node(), _Node()
        self._by_skeleton: dict[str, set[str]] = defaultdict(set)
        self._by_typo: dict[str, set[str]] = defaultdict(set)
        self._known_english = known_english
        self._vocabulary: set[str] = set()
        for concept, entry in entries.items():
            for language in ("en", "ar", "arabizi", "other"):
                for form in _forms(entry.get(language, "")):
                    self._add(concept, form, language)
        self._keys = lru_cache(maxsize=32_768)(self._find_keys)

    @classmethod
    def load(cls, path: Path, known_english: frozenset[str] = frozenset()) -> "Lexicon":
        return cls(tomllib.loads(path.read_text(encoding="utf-8")), known_english)

    def mentions(self, words: Sequence[Word], language: Language | None) -> list[Mention]:
        """In order of their first word. Forms of languages other than ours count only in such a text."""
        keys = [self._keys(word.folded, word.script, language is Language.ARABIZI) for word in words]
        roots = (self._root, self._foreign) if language is Language.OTHER else (self._root,)
        found: dict[Mention, None] = {}
        for first, known in enumerate(keys):
            for root in roots:
                if root.next.keys().isdisjoint(known):
                    continue
                for last, concepts in _walk(root, keys, words, first):
                    found |= dict.fromkeys(Mention(concept, first, last) for concept in sorted(concepts))
        return list(found)

    def _add(self, concept: str, form: Sequence[str], language: str) -> None:
        node = self._foreign if language == "other" else self._root
        for word in form:
            node = node.next.setdefault(word, _Node())
        node.concepts.add(concept)
        words = [word for word in form if word != _GAP]
        self._vocabulary.update(words)
        if language == "ar":
            for word in words:
                self._by_skeleton[skeleton(word)].add(word)
        elif language == "en":
            for word in words:
                for shorter in _one_letter_less(word):
                    self._by_typo[shorter].add(word)

    def _find_keys(self, folded: str, script: Script, arabizi: bool) -> tuple[str, ...]:
        if script is Script.ARABIC:
            return self._known(arabic_forms(folded))
        if script is not Script.LATIN:
            return self._known((folded,))
        keys = self._known(english_forms(folded))
        if arabizi and folded not in self._known_english:
            keys += self._by_sound(folded)
        elif not keys and folded not in self._known_english:
            keys += self._with_typo(folded)
        return keys

    def _known(self, forms: Iterable[str]) -> tuple[str, ...]:
        return tuple(form for form in forms if form in self._vocabulary)

    def _by_sound(self, folded: str) -> tuple[str, ...]:
        forms = [form for form in skeleton_forms(folded) if len(form) >= _SHORTEST_SKELETON]
        return tuple(sorted({word for form in forms for word in self._by_skeleton.get(form, ())}))

    def _with_typo(self, folded: str) -> tuple[str, ...]:
        """Words that differ by one letter left out, added, changed, or two neighbours swapped."""
        if len(folded) < _SHORTEST_WITH_TYPO:
            return ()
        near = {word for form in (folded, *_one_letter_less(folded)) for word in self._by_typo.get(form, ())}
        return tuple(sorted(word for word in near if abs(len(word) - len(folded)) <= 1))


def _forms(text: str) -> Iterator[tuple[str, ...]]:
    for form in text.replace("\n", " ").split(","):
        words = tuple(
            word if word == _GAP else fold(word)
            for word in re.split(r"[\s'’-]+|(?<=\d)\.(?=\d)", form)
            if word
        )
        if words:
            yield words


def _one_letter_less(word: str) -> set[str]:
    if len(word) < _SHORTEST_WITH_TYPO:
        return set()
    return {word, *(word[:i] + word[i + 1 :] for i in range(1, len(word)))}


def _walk(
    node: _Node, keys: Sequence[tuple[str, ...]], words: Sequence[Word], at: int
) -> Iterator[tuple[int, set[str]]]:
    """Each way on from `node` at word `at`: (end, concepts) of every form that ends there."""
    if at >= len(words):
        return
    for key in keys[at]:
        after = node.next.get(key)
        if after is None:
            continue
        if after.concepts:
            yield at + 1, after.concepts
        if after.next and _same_sentence(words, at):
            yield from _walk(after, keys, words, at + 1)
            if at + 2 < len(words) and words[at + 1].folded in _FILLERS:
                yield from _walk(after, keys, words, at + 2)
            if _GAP in after.next:
                for skipped in range(1, _LONGEST_GAP + 1):
                    yield from _walk(after.next[_GAP], keys, words, at + 1 + skipped)


def _same_sentence(words: Sequence[Word], at: int) -> bool:
    return at + 1 < len(words) and words[at].sentence == words[at + 1].sentence

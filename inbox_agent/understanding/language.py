"""What a text is written in: scripts and words decide, langdetect only where they cannot."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from langdetect import detector_factory

from inbox_agent.understanding.reading import Language
from inbox_agent.understanding.words import Script, Word, fold

Found = tuple[Language | None, str | None]

_ENOUGH_WORDS = 200
_LETTERS_FOR_LANGDETECT = 200
# What people of this region and its neighbours write in. Its Arabic-script and English profiles stay in so that
# the others do not win by being alone.
_PROFILES = (
    "en",
    "fr",
    "es",
    "de",
    "it",
    "pt",
    "nl",
    "tr",
    "id",
    "tl",
    "so",
    "sw",
    "pl",
    "ro",
    "sv",
    "ru",
    "uk",
    "el",
)
_SCRIPT_RANGES = (
    ("hi", 0x0900, 0x097F), ("bn", 0x0980, 0x09FF), ("pa", 0x0A00, 0x0A7F), ("gu", 0x0A80, 0x0AFF),
    ("ta", 0x0B80, 0x0BFF), ("te", 0x0C00, 0x0C7F), ("ml", 0x0D00, 0x0D7F), ("si", 0x0D80, 0x0DFF),
    ("th", 0x0E00, 0x0E7F), ("ka", 0x10A0, 0x10FF), ("am", 0x1200, 0x137F), ("el", 0x0370, 0x03FF),
    ("ru", 0x0400, 0x04FF), ("hy", 0x0530, 0x058F), ("he", 0x0590, 0x05FF), ("ja", 0x3040, 0x30FF),
    ("ko", 0xAC00, 0xD7AF), ("zh", 0x4E00, 0x9FFF),
)  # fmt: skip


class LanguageFinder:
    """Words and scripts by language; built once, read-only afterwards."""

    def __init__(self, lists: Mapping[str, Mapping[str, str]], learned: Mapping[str, Iterable[str]]) -> None:
        self._names = frozenset(_folded(lists["names"]["words"]))
        self._latin = _by_word(lists["latin"], learned, self._names)
        self._arabic = _by_word(lists["arabic"], {}, frozenset())
        self._factory = _factory()

    @classmethod
    def load(cls, folder: Path) -> "LanguageFinder":
        lists = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))
        learned = {
            file.stem: file.read_text(encoding="utf-8").split()
            for file in sorted(folder.glob("trained/*.txt"))
        }
        return cls(lists, learned)

    @property
    def english(self) -> frozenset[str]:
        return self._names | {word for word, languages in self._latin.items() if "en" in languages}

    def find(self, text: str, words: Sequence[Word]) -> Found:
        """The language and, for OTHER, its ISO 639-1 code when it could be named; (None, None) without a word."""
        scripts = Counter(word.script for word in words[:_ENOUGH_WORDS])
        arabic, latin, other = scripts[Script.ARABIC], scripts[Script.LATIN], scripts[Script.OTHER]
        if not arabic + latin + other:
            return None, None
        if other > max(arabic, latin):
            return Language.OTHER, _by_letters(words)
        if not arabic:
            return self._find_latin(text, words)
        return self._find_arabic(words)

    def _find_arabic(self, words: Sequence[Word]) -> Found:
        named = self._named_arabic(words)
        if named != "ar":
            return Language.OTHER, named
        return (Language.MIXED if self._english_carries_content(words) else Language.AR), None

    def _named_arabic(self, words: Sequence[Word]) -> str:
        """Arabic, or a neighbour in its script when its own little words outweigh the Arabic ones."""
        weights = _weights(self._arabic, (word.folded for word in words if word.script is Script.ARABIC))
        best = max(weights, key=lambda code: (weights[code], code == "ar"), default="ar")
        return best if weights[best] > 1.5 * weights["ar"] and weights[best] >= 1.5 else "ar"

    def _english_carries_content(self, words: Sequence[Word]) -> bool:
        """A signature, a product or one word does not make a mail mixed; English that says something does."""
        latin = [word for word in words if word.script is Script.LATIN and not word.folded.isdigit()]
        said = [word for word in latin if word.folded not in self._names and len(word.folded) > 1]
        english = [word for word in said if "en" in self._latin.get(word.folded, ())]
        arabic = sum(word.script is Script.ARABIC for word in words)
        return arabic >= 2 and len(english) >= 2 and 4 * len(said) >= arabic

    def _find_latin(self, text: str, words: Sequence[Word]) -> Found:
        said = [word.folded for word in words[:_ENOUGH_WORDS] if word.script is Script.LATIN]
        said = [word for word in said if word not in self._names] or said
        weights = _weights(self._latin, said)
        for word in said:
            weights["arabizi"] += _digit_letters(word)
        known = sum(word in self._latin for word in said)
        first, second = (weights.most_common(2) + [("en", 0.0), ("en", 0.0)])[:2]
        if first[1] and known * 2 >= len(said) and first[1] >= 1.15 * second[1]:
            return _latin(first[0])
        return self._guess(text, weights)

    def _guess(self, text: str, weights: Counter[str]) -> Found:
        return _latin(max(weights, key=lambda code: weights[code], default="en"))


def _latin(code: str) -> Found:
    if code in {"en", "arabizi"}:
        return Language(code), None
    return Language.OTHER, code


def _weights(by_word: Mapping[str, frozenset[str]], words: Iterable[str]) -> Counter[str]:
    """A word that several languages share counts a part for each."""
    weights: Counter[str] = Counter()
    for word in words:
        languages = by_word.get(word, frozenset())
        for language in languages:
            weights[language] += 1 / len(languages)
    return weights


def _digit_letters(word: str) -> float:
    """Digits that stand for Arabic letters (2 3 5 6 7 8 9) inside a word: 7sabi, ma3loumat; not 4g, 2nd, b2b."""
    inside = [
        place
        for place, letter in enumerate(word)
        if letter in "2356789" and word[place + 1 : place + 2].isalpha()
    ]
    return 1.5 if inside and sum(letter.isalpha() for letter in word) >= 2 else 0.0


def _by_letters(words: Sequence[Word]) -> str | None:
    letters = Counter(
        code
        for word in words
        if word.script is Script.OTHER
        for letter in word.folded
        for code in _code_of(letter)
    )
    return letters.most_common(1)[0][0] if letters else None


def _code_of(letter: str) -> list[str]:
    return [code for code, first, last in _SCRIPT_RANGES if first <= ord(letter) <= last]


def _folded(text: str) -> list[str]:
    return [fold(word) for word in text.split()]


def _by_word(
    lists: Mapping[str, str], learned: Mapping[str, Iterable[str]], names: frozenset[str]
) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code in lists:
        for word in (*_folded(lists[code]), *learned.get(code, ())):
            if word not in names:
                found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


def _factory() -> detector_factory.DetectorFactory:
    factory = detector_factory.DetectorFactory()
    factory.set_seed(0)
    folder = Path(detector_factory.PROFILES_DIRECTORY)
    factory.load_json_profile([(folder / code).read_text(encoding="utf-8") for code in _PROFILES])
    return factory

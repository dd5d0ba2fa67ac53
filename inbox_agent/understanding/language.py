"""What a text is written in: scripts and words decide, langdetect only where they cannot."""

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from inbox_agent.understanding.reading import Language
from inbox_agent.understanding.words import Script, Word, fold

Found = tuple[Language | None, str | None]

_ENOUGH_WORDS = 150
_LETTERS_FOR_LANGDETECT = 200
# What can occur in Latin letters; langdetect is surest of languages nobody here writes.
_PROFILES = ("en", "fr", "es", "de", "it", "pt", "nl", "tr", "id", "tl", "so", "sw", "pl", "ro", "sv")
_LETTERS_OF = (
    ("hi", 0x0900, 0x097F), ("bn", 0x0980, 0x09FF), ("pa", 0x0A00, 0x0A7F), ("gu", 0x0A80, 0x0AFF),
    ("ta", 0x0B80, 0x0BFF), ("te", 0x0C00, 0x0C7F), ("ml", 0x0D00, 0x0D7F), ("si", 0x0D80, 0x0DFF),
    ("th", 0x0E00, 0x0E7F), ("ka", 0x10A0, 0x10FF), ("am", 0x1200, 0x137F), ("el", 0x0370, 0x03FF),
    ("ru", 0x0400, 0x04FF), ("hy", 0x0530, 0x058F), ("he", 0x0590, 0x05FF), ("ja", 0x3040, 0x30FF),
    ("ko", 0xAC00, 0xD7AF), ("zh", 0x4E00, 0x9FFF),
)  # fmt: skip

# Letters of Arabic script that no Arabic dialect is written with.
_OWN_LETTERS = {"ckb": "ێۆڕڵ", "ur": "ٹڈڑںے", "ps": "ښځڅډړ", "fa": ""}

_NOTICE_WORDS = 2
"""What makes a paragraph a notice: so many of its words, one of them about who should read it."""

_DEVICE_LINES = {("sent", "from"), ("sent", "via"), ("get", "outlook"), ("ارسلت", "من"), ("ارسل", "من")}


class LanguageFinder:
    """Words by language, from a hand-written list and from our example mails; read-only once built."""

    def __init__(self, lists: Mapping[str, Mapping[str, str]], learned: Mapping[str, Iterable[str]]) -> None:
        self._names = frozenset(_folded(lists["names"]["words"]))
        self._latin = _by_word(lists["latin"], learned, self._names)
        self._arabic = _by_word(lists["arabic"], {}, self._names)
        self._closing = frozenset(_folded(lists["closing"]["words"]))
        self._saying = {code: frozenset(_folded(text)) for code, text in lists["saying"].items()}
        self._reader = frozenset(_folded(lists["notice"]["reader"]))
        self._speaks = frozenset(_folded(lists["notice"]["speaks"]))
        self._notice = frozenset(_folded(lists["notice"]["words"]))
        self._sounds = _sounds(self._latin)
        self._langdetect = _langdetect()

    @classmethod
    def load(cls, folder: Path, learned: Path | None = None) -> "LanguageFinder":
        files = sorted((learned or folder / "trained").glob("*.txt"))
        return cls(_lists(folder), {file.stem: file.read_text(encoding="utf-8").split() for file in files})

    @classmethod
    def listed(cls, folder: Path) -> frozenset[str]:
        """Words in Latin letters of the hand-written lists alone."""
        finder = cls(_lists(folder), {})
        return finder._names | finder._latin.keys()

    @property
    def english(self) -> frozenset[str]:
        return self._names | {word for word, languages in self._latin.items() if "en" in languages}

    def find(self, text: str, words: Sequence[Word]) -> Found:
        """The language and, for OTHER, its ISO 639-1 code if it can be named; no language without a word."""
        words = [word for word in words[:_ENOUGH_WORDS] if word.script not in (Script.NUMBER, Script.ADDRESS)]
        scripts = Counter(word.script for word in words)
        if not scripts:
            return None, None
        if scripts[Script.OTHER] > max(scripts[Script.ARABIC], scripts[Script.LATIN]):
            return Language.OTHER, _by_letters(words)
        if not scripts[Script.ARABIC]:
            return self._find_latin(text, words)
        return self._find_arabic(text, self._without_notices(words))

    def _find_arabic(self, text: str, words: Sequence[Word]) -> Found:
        by_script = {
            script: [word for word in words if word.script is script]
            for script in (Script.ARABIC, Script.LATIN)
        }
        arabic, latin = by_script[Script.ARABIC], by_script[Script.LATIN]
        opening = [word for word in words if word.paragraph == words[0].paragraph]
        begins = 2 * sum(word.script is Script.ARABIC for word in opening) > len(opening)
        if not begins and not self._says_something(arabic, latin, "ar"):
            return self._find_latin(text, latin)
        named = self._named_arabic(text, arabic)
        if named != "ar":
            return Language.OTHER, named
        mixed = latin and self._says_something(latin, arabic, "en")
        return (Language.MIXED if mixed else Language.AR), None

    def without_notice(self, words: Sequence[Word]) -> Sequence[Word]:
        """Without a confidentiality notice as the last paragraph: it speaks for nobody."""
        last = [at for at, word in enumerate(words) if word.paragraph == words[-1].paragraph]
        said = [words[at].folded for at in last]
        told = sum(word in self._notice for word in said) >= _NOTICE_WORDS and not self._reader.isdisjoint(
            said
        )
        is_notice = last and last[0] > 0 and told and self._speaks.isdisjoint(said)
        return words[: last[0]] if is_notice else words

    def _without_notices(self, words: Sequence[Word]) -> Sequence[Word]:
        """Without a confidentiality notice or a device's line at the end: nobody chose its language."""
        for at, word in enumerate(words):
            if word.paragraph > words[0].paragraph and self._begins_notice(words, at):
                return [before for before in words[:at] if before.paragraph < word.paragraph]
        return words

    def _begins_notice(self, words: Sequence[Word], at: int) -> bool:
        pair = tuple(word.folded for word in words[at : at + 2])
        return pair[0] in self._notice or pair in _DEVICE_LINES

    def _says_something(self, words: Sequence[Word], others: Sequence[Word], code: str) -> bool:
        """Whether words of one script say something beside another: a signature, a product, one word do not.

        In a sentence of their own they need a word that says something; among the others two will do, or one
        such word in a short sentence.
        """
        elsewhere = {word.sentence for word in others}
        said = [word for word in words if word.folded not in self._names and len(word.folded) > 1]
        among = [word for word in said if word.sentence in elsewhere and word.folded not in self._closing]
        apart = [word for word in said if word.sentence not in elsewhere]
        says = [word for word in said if word.folded in self._saying[code]]
        if not others or (len(among) >= 2 and 9 * len(among) >= len(others)):
            return True
        return any(word in apart or 9 * len(among) >= len(others) for word in says)

    def _named_arabic(self, text: str, words: Sequence[Word]) -> str:
        """Arabic, or a neighbour in its script when its own words and letters clearly outweigh the Arabic."""
        weights = _weights(self._arabic, (word.folded for word in words))
        for code, letters in _OWN_LETTERS.items():
            weights[code] += sum(map(text.count, letters))
        best = max(weights, key=lambda code: (weights[code], code))
        return best if weights[best] > 2 * weights["ar"] and weights[best] >= 2 else "ar"

    def _find_latin(self, text: str, words: Sequence[Word]) -> Found:
        said = [
            word.folded for word in words if word.folded not in self._names and word.script is Script.LATIN
        ]
        weights = _weights(self._latin, said)
        unknown = [word for word in said if word not in self._latin]
        if 3 * len(unknown) > len(said) and not any(map(_is_arabizi, unknown)):
            weights[self._detected(text)] += len(unknown) / 2
        for word in unknown:
            weights["arabizi" if _is_arabizi(word) or self._sounds_arabic(word) else "en"] += 0.3
            weights["arabizi"] += _is_arabizi(word)
        # Writers of Arabizi borrow English words; English mail borrows little more than a greeting.
        weights["arabizi"] *= 1.5 if weights["arabizi"] >= 3 else 1
        best = max(weights, key=lambda code: (weights[code], code == "en"))
        return (Language(best), None) if best in {"en", "arabizi"} else (Language.OTHER, best)

    def _sounds_arabic(self, word: str) -> bool:
        return sum(self._sounds.get(part, 0.0) for part in _letters_together(word)) > 0

    def _detected(self, text: str) -> str:
        detector = self._langdetect.create()
        detector.append(text[:_LETTERS_FOR_LANGDETECT])
        try:
            best = detector.get_probabilities()[:1]
        except LangDetectException:
            return "en"
        return str(best[0].lang) if best and best[0].prob > 0.8 else "en"


def _lists(folder: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))


def _weights(by_word: Mapping[str, frozenset[str]], words: Iterable[str]) -> dict[str, float]:
    """A word that several languages share counts a part for each."""
    weights: dict[str, float] = dict.fromkeys(("en", "arabizi", *_PROFILES, "ar", "hi", *_OWN_LETTERS), 0.0)
    for word in words:
        languages = by_word.get(word, frozenset())
        for language in languages:
            weights[language] = weights.get(language, 0.0) + 1 / len(languages)
    return weights


def _is_arabizi(word: str) -> bool:
    """Digits stand for Arabic letters inside a word: 7sabi, ma3loumat; not in 4g, 2nd or b2b."""
    stands = any(
        (letter in "2356789" and word[at + 1 : at + 2].isalpha()) or (letter in "2357" and at > 1)
        for at, letter in enumerate(word)
    )
    return stands and sum(letter.isalpha() for letter in word) >= 3


def _by_letters(words: Sequence[Word]) -> str | None:
    letters = Counter(
        code
        for word in words
        if word.script is Script.OTHER
        for letter in word.folded
        for code, first, last in _LETTERS_OF
        if first <= ord(letter) <= last
    )
    return letters.most_common(1)[0][0] if letters else None


def _folded(text: str) -> list[str]:
    return [fold(word) for word in text.split()]


def _by_word(
    lists: Mapping[str, str], learned: Mapping[str, Iterable[str]], names: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Hand-written lists win: a learned word counts only where no list has it."""
    found: dict[str, set[str]] = {}
    for code, text in lists.items():
        for word in _folded(text):
            found.setdefault(word, set()).add(code)
    listed = found.keys() | names
    for code, words in learned.items():
        for word in words:
            if word not in listed:
                found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


def _sounds(by_word: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Letter triples more frequent in Arabizi (> 0) or in English (< 0): log of the ratio of their shares."""
    counts = {
        code: Counter(
            part for word, codes in by_word.items() if code in codes for part in _letters_together(word)
        )
        for code in ("en", "arabizi")
    }
    totals = {code: counts[code].total() + 1 for code in counts}
    return {
        part: math.log((counts["arabizi"][part] + 0.5) / totals["arabizi"])
        - math.log((counts["en"][part] + 0.5) / totals["en"])
        for part in counts["en"].keys() | counts["arabizi"].keys()
    }


def _letters_together(word: str) -> list[str]:
    marked = f"<{word}>"
    return [marked[at : at + 3] for at in range(len(marked) - 2)]


def _langdetect() -> DetectorFactory:
    factory = DetectorFactory()
    factory.set_seed(0)
    folder = Path(PROFILES_DIRECTORY)
    factory.load_json_profile([(folder / code).read_text(encoding="utf-8") for code in _PROFILES])
    return factory

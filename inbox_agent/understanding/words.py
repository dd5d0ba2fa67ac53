"""Text to words: where each stands, which sentence and clause it belongs to, and its folded form."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

# Beyond this many letters only the two ends of a mail are read: time must not grow with a stranger's mail.
READ_AT_START, READ_AT_END = 15_000, 5_000


class Script(Enum):
    ARABIC = "arabic"
    LATIN = "latin"
    NUMBER = "number"
    ADDRESS = "address"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Word:
    """`folded` is the spelling all variants share; sentence, clause and paragraph grow through the text."""

    start: int
    end: int
    folded: str
    script: Script
    sentence: int
    clause: int
    paragraph: int = 0


_ARABIC = (
    "\u0621-\u065f\u0670-\u06d3\u06d5-\u06dc"
    "\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
)
_TOKEN = re.compile(
    r"(?P<address>(?:https?://|www\.)[^\s<>\"]{1,500}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})"
    rf"|(?P<arabic>[{_ARABIC}](?:[{_ARABIC}]|[\u200c\u200d\u0640](?=[{_ARABIC}]))*)"
    r"|(?P<latin>(?:[0-9]{1,2}['’]?)?[A-Za-z\u00c0-\u024f](?:[A-Za-z\u00c0-\u024f0-9]|['’`](?=[A-Za-z0-9]))*)"
    r"|(?P<number>[0-9\u0660-\u0669\u06f0-\u06f9]+)"
    r"|(?P<other>[^\W\d_]+)"
    r"|(?P<sentence>[.!?؟۔…;؛\n](?:[.!?؟۔…;؛\s]*[.!?؟۔…;؛\n])?)"
    r"|(?P<clause>[,،:()\[\]–—]|\s-\s)"
)
_INSIDE_A_NUMBER = re.compile(r"(?<=\d)[.,](?=\d)")
_SCRIPTS = {script.value: script for script in Script}


def words_of(text: str) -> list[Word]:
    """Words of `text` in order; positions are those of `text`, also where its middle is left out."""
    if len(text) <= READ_AT_START + READ_AT_END:
        return _words(text, 0, 0)
    start = _words(text[:READ_AT_START], 0, 0)
    return start + _words(
        text[-READ_AT_END:], len(text) - READ_AT_END, start[-1].sentence + 1 if start else 0
    )


def _words(text: str, offset: int, sentence: int) -> list[Word]:
    words: list[Word] = []
    clause = paragraph = sentence
    for match in _TOKEN.finditer(_INSIDE_A_NUMBER.sub("_", text)):
        kind = match.lastgroup or ""
        if kind in {"sentence", "clause"}:
            sentence += kind == "sentence"
            paragraph += match[0].count("\n") > 1
            clause += 1
            continue
        start, end = match.span()
        folded = fold(text[start:end]) if kind != "address" else "<address>"
        words.append(Word(offset + start, offset + end, folded, _SCRIPTS[kind], sentence, clause, paragraph))
    return words


_ARABIC_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ء": None,
        "ک": "ك", "ڪ": "ك", "گ": "ك", "ی": "ي", "ې": "ي", "ے": "ي", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۃ": "ه",
        "پ": "ب", "چ": "ج", "ڤ": "ف", "ڨ": "ق", "ژ": "ز", "ٹ": "ت", "ڈ": "د", "ڑ": "ر", "ں": "ن",
        "ـ": None, "\u200c": None, "\u200d": None, "'": None, "’": None, "`": None,
    }
)  # fmt: skip
_STRETCHED = re.compile(r"(.)\1{2,}")


@lru_cache(maxsize=16_384)
def fold(word: str) -> str:
    """One spelling for all: no case, accent, harakat, tatweel, hamza seat, ta marbuta, stretched letter."""
    if word.isascii():
        folded = word.lower().replace("'", "").replace("`", "")
    else:
        parts = unicodedata.normalize("NFKD", word.lower()).translate(_ARABIC_LETTERS)
        folded = "".join(_plain(letter) for letter in parts)
    return _STRETCHED.sub(r"\1", folded) if not folded.isdigit() else folded


def _plain(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Mn":
        return ""
    return str(unicodedata.digit(letter)) if category == "Nd" else letter


def folded_words(text: str) -> list[str]:
    """The words of a text in the spelling that all variants share; numbers and addresses too."""
    return [fold(text[w.start : w.end]) for w in words_of(text)]


def sentences(words: Sequence[Word]) -> list[list[Word]]:
    found: list[list[Word]] = []
    for word in words:
        if found and found[-1][-1].sentence == word.sentence:
            found[-1].append(word)
        else:
            found.append([word])
    return found

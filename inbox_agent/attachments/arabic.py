"""Arabic as PDFs hold it, in the letters and the order in which it is read.

Fonts know letters by their shapes (U+FB50-FEFC; Unicode 15, 9.2), and a page is drawn from left to right.
"""

import re
import unicodedata
from collections.abc import Sequence

_LETTERS = "\u0620-\u065f\u0670-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
_TO_THE_RIGHT = "0-9A-Za-z\u0660-\u0669\u06f0-\u06f9"
_ARABIC = re.compile(f"[{_LETTERS}]")
_SHAPES = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_WORD = re.compile(f"[{_LETTERS}]{{3,}}")
_RUNS = re.compile(f"[{_LETTERS}][^{_TO_THE_RIGHT}]*|[^{_LETTERS}]+")
_NUMBER_OR_NAME = re.compile(f"[{_TO_THE_RIGHT}](?:[^{_LETTERS}\\s]*[{_TO_THE_RIGHT}])?")
_ONLY_LAST = frozenset("ةى")
_ARTICLE = "ال"


def in_reading_order(text: str) -> str:
    """The same text where there is no Arabic in it."""
    if not _ARABIC.search(text):
        return text
    turn = _turned_back if _is_mirrored(_WORD.findall(text)) else _runs_from_the_right
    return "\n".join(_plain(turn(line)) for line in text.split("\n"))


def _is_mirrored(words: Sequence[str]) -> bool:
    """Whether the letters of words stand from left to right: letters that only end a word then begin it."""
    backwards = [word[::-1] for word in words]
    return sum(map(_uprightness, backwards)) > sum(map(_uprightness, words))


def _uprightness(word: str) -> int:
    begins = "INITIAL FORM" in unicodedata.name(word[0], "")
    ends = word[-1] in _ONLY_LAST or "FINAL FORM" in unicodedata.name(word[-1], "")
    return begins + ends + _plain(word[:2]).startswith(_ARTICLE)


def _turned_back(line: str) -> str:
    """Numbers and Latin names stood the right way round before, so they must again."""
    if not _ARABIC.search(line):
        return line
    return _NUMBER_OR_NAME.sub(lambda found: found[0][::-1], line[::-1])


def _runs_from_the_right(line: str) -> str:
    """A line that is mostly Arabic begins at the right, also where numbers and Latin names divide it."""
    if len(_ARABIC.findall(line)) <= sum(letter.isascii() and letter.isalpha() for letter in line):
        return line
    runs = [run.strip() for run in _RUNS.findall(line)]
    return " ".join(run for run in reversed(runs) if run)


def _plain(line: str) -> str:
    return _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), line)

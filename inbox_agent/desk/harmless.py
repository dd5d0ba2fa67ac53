"""Words that strangers wrote, fit to stand on a page: nothing in them hides, turns or covers other words."""

import re
import unicodedata

MARKS_IN_A_ROW = 3
LINE_LETTERS = 200
_STEM_LETTERS = 50
_ENDING_LETTERS = 12

_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Controls; letters that are never drawn; overrides, embeddings and isolates, which turn what stands around.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Persian and emoji need joiners, mixed text needs direction marks; a name or a subject does without.
_JOINERS = "\u061c\u200c\u200d\u200e\u200f"
_WITHOUT_JOINERS = dict.fromkeys(map(ord, _JOINERS))
_NOT_IN_NAMES = re.compile(r'[<>:"|?*%]')


def harmless(text: str) -> str:
    """The text with its line breaks, without what is unseen, and no more than three marks on a letter."""
    text = _UNSEEN.sub("", _NEWLINES.sub("\n", text))
    return text if text.isascii() else _few_marks(_SURROGATES.sub("\ufffd", text))


def harmless_line(text: str, most: int = LINE_LETTERS) -> str:
    """One line for a name, an address or a subject: of an endless one the beginning and an ellipsis."""
    line = " ".join(harmless(text.translate(_WITHOUT_JOINERS)).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def harmless_file_name(name: str, otherwise: str) -> str:
    """The last part of the path, its ending always in view; `otherwise` where nothing is left of it.

    It also is a name that every file system takes: no path, no hidden file, no stream, 62 letters at most.
    """
    line = harmless_line(re.split(r"[/\\]", name)[-1], most=len(name) + 1)
    line = _NOT_IN_NAMES.sub("_", line).strip(" .")
    stem, dot, ending = line.rpartition(".")
    if not dot or len(ending) > _ENDING_LETTERS:
        stem, dot, ending = line, "", ""
    if len(stem) > _STEM_LETTERS:
        stem = f"{stem[: _STEM_LETTERS - 1]}…"
    return f"{stem}{dot}{ending}" or otherwise


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in text:
        if unicodedata.category(letter) in {"Mn", "Me"}:
            marks += 1
        elif letter not in _JOINERS:
            marks = 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(letter)
    return "".join(kept)

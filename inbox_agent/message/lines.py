"""A line of a mail's text, with the form in which its wording is looked at."""

import re
from dataclasses import dataclass
from enum import Enum

_KEY_LETTERS = 600
_QUOTED = re.compile(r"(?:[ \t]{0,2}>)+")
_OPEN_ADDRESS = re.compile(r"<[^\s<>]{1,64}@[^\s<>]{1,255}\s{0,2}\Z")

_DIGITS = {zero + digit: str(digit) for zero in (0x660, 0x6F0) for digit in range(10)}
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), "-")
_SPACES = dict.fromkeys((0xA0, 0x2007, 0x202F), " ")
DIRECTION_MARKS = dict.fromkeys(
    (0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A))
)
"""And what else shows nothing: copied along with a word they are no part of it."""
_VOWEL_MARKS = dict.fromkeys((0x640, *range(0x64B, 0x653), 0x670))
_ARABIC_FORMS = {0x622: "ا", 0x623: "ا", 0x625: "ا", 0x671: "ا", 0x649: "ي", 0x6CC: "ي", 0x6A9: "ك"}
_PLAIN = str.maketrans(
    {0x130: "i"}
    | _ARABIC_FORMS
    | _DIGITS
    | _DASHES
    | _SPACES
    | DIRECTION_MARKS
    | _VOWEL_MARKS
    | {0xFF1A: ":"}
)


class Mark(Enum):
    """What a mail program's HTML says about a line."""

    NONE = "written here"
    QUOTED = "inside an element that holds earlier mail"
    TAIL = "here earlier mail begins and goes on to the end"
    SIGNATURE = "put under every mail"


@dataclass(slots=True)
class Line:
    """`key` is the line without `>`, for comparing.

    It is in lower case, with Latin digits and bare alef and ya, without vowel, tatweel or direction marks:
    every pattern of this room is written in that form.
    """

    text: str
    key: str
    depth: int = 0
    mark: Mark = Mark.NONE


def key_of(text: str) -> str:
    text = text[:_KEY_LETTERS]
    return (text if text.isascii() else text.translate(_PLAIN)).strip().lower()


def plain_lines(text: str) -> list[Line]:
    lines: list[Line] = []
    above = ""
    for line in text.split("\n"):
        quoted = ">" in line[:4] and not (line[0] == ">" and _OPEN_ADDRESS.search(above[-330:]))
        lines.append(quoted_line(line) if quoted else Line(line, key_of(line)))
        above = line
    return lines


def quoted_line(text: str) -> Line:
    """ ">From " is no quote: mailbox files escape a line that begins with "From" so."""
    quoted = _QUOTED.match(text)
    if quoted is None:
        return Line(text, key_of(text))
    if text.startswith(">From "):
        return Line(text[1:], key_of(text[1:]))
    return Line(text, key_of(text[quoted.end() :]), quoted[0].count(">"))

"""One source per letter and language, from which both its plain text and its HTML are made.

Subject: One line, and any other line `Name: value`, up to the first blank line

A line is a line of the letter, however long. A blank line begins a new paragraph.
**Bold** words and {{ placeholders }} stand in the line.

- A bullet
{% if something %}
- A bullet that is there only sometimes: a line that holds one {% … %} and nothing else leaves no trace
{% endif %}

Where a person has changed a letter, its source is read `literal`: nothing in it is a placeholder any more.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from html import escape
from itertools import groupby

from markupsafe import Markup

from inbox_agent.errors import WrongSetting
from inbox_agent.rendering import LeftToRight, Reference, unbroken


class _Mark(Enum):
    BLANK = r"\s*"
    CONTROL = r"\s*(\{%[^%]*%\}|\{#[^#]*#\})\s*"
    BULLET = r"- .*"
    PARAGRAPH = r".*"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter's file taken apart: the lines at its head, and its body."""

    head: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Script:
    """How a language is set on a page. Letters hold no style sheet: mail clients drop them."""

    language: str
    direction: str
    start: str
    font: str

    @property
    def block(self) -> Markup:
        """The attributes of the cell and of the `div` that hold all of a language's text."""
        style = f"direction:{self.direction};text-align:{self.start};word-break:break-word"
        side = f'lang="{self.language}" dir="{self.direction}" align="{self.start}"'
        return Markup(f'{side} style="{style}"')  # noqa: S704 - ours from end to end

    @property
    def pointer(self) -> Markup:
        """The attributes of the line at the top that points the second reader down."""
        return Markup(self.cell("0 0 8px"))  # noqa: S704 - ours from end to end

    def cell(self, padding: str) -> str:
        """The attributes of one paragraph's cell; font and side on each, as Word passes neither down."""
        style = f"font:{self.font};padding:{padding}"
        return f'dir="{self.direction}" align="{self.start}" valign="top" style="{style}"'


SCRIPTS = {
    "en": Script("en", "ltr", "left", "16px/25px 'Segoe UI',Helvetica,Arial,sans-serif"),
    "ar": Script(
        "ar", "rtl", "right", "17px/30px 'Segoe UI',Tahoma,'Geeza Pro','Noto Sans Arabic',Arial,sans-serif"
    ),
}

_MARKS = [(mark, re.compile(mark.value)) for mark in _Mark]
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_TAG = re.compile(r"(\{\{.{,1000}?\}\}|\{%.{,1000}?%\})")
# What reads left to right also among Arabic: links, references, codes, addresses.
_LINK = "https?://"
_APART = re.compile(
    rf"({_LINK}[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{{1,2000}}[A-Za-z0-9/]"
    r"|\bMC-[0-9A-Z]{4}-[0-9A-Z]{4}\b|(?<!\d)\d{4} \d{4}(?!\d)"
    r"|[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,250}[A-Za-z0-9])",
    re.ASCII,
)
_LETTER = "[\\w\u064b-\u0652]"  # Arabic vowel marks are no letters to `\w`
_UNBROKEN = re.compile(rf"(?<!{_LETTER}){_LETTER}++(?:\u00a0{_LETTER}++)+")


def sheet(name: str, source: str) -> Sheet:
    """The file `name` taken apart; raises WrongSetting when its head is not one `Name: value` per line."""
    head, _, body = source.lstrip("\ufeff").replace("\r\n", "\n").partition("\n\n")
    lines = [line.partition(":") for line in head.splitlines()]
    if wrong := [line for line, colon, _ in lines if not colon]:
        raise WrongSetting(f"template {name}: {wrong[0]!r} stands at the head and is not like `Subject: …`")
    return Sheet({key.strip(): value.strip() for key, _, value in lines}, body)


def as_text(body: str, *, literal: bool = False) -> str:
    """The source of a plain text template: a blank line before each paragraph, bullets close together."""
    written = {_Mark.PARAGRAPH: "\n{}\n", _Mark.BULLET: "- {}\n", _Mark.CONTROL: "{}\n"}
    return "".join(written[mark].format(_BOLD.sub(r"\1", text)) for mark, text in _blocks(body, literal))


def as_html(body: str, script: Script, *, literal: bool = False) -> str:
    """The source of an HTML template: rows of a table of two columns, the first for the bullets.

    Of a `literal` body it is the finished HTML, all that was typed escaped.
    """
    wide, close = script.cell("8px 0"), script.cell("4px 0")
    written = {
        _Mark.PARAGRAPH: f'<tr><td colspan="2" {wide}>{{}}</td></tr>\n',
        _Mark.BULLET: f'<tr><td width="20" {close}>•</td><td {close}>{{}}</td></tr>\n',
        _Mark.CONTROL: "{}\n",
    }
    inline = _words if literal else _inline
    return "".join(written[mark].format(inline(text)) for mark, text in _blocks(body, literal))


def _blocks(body: str, literal: bool) -> Iterator[tuple[_Mark, str]]:
    for mark, lines in groupby(body.splitlines(), key=_literal_mark if literal else _mark):
        match mark:
            case _Mark.PARAGRAPH:
                yield mark, "\n".join(line.strip() for line in lines)
            case _Mark.BULLET:
                yield from ((mark, line[2:].strip()) for line in lines)
            case _Mark.CONTROL:
                yield from ((mark, line.strip()) for line in lines)


def _mark(line: str) -> _Mark:
    return next(mark for mark, pattern in _MARKS if pattern.fullmatch(line))


def _literal_mark(line: str) -> _Mark:
    mark = _mark(line)
    return _Mark.PARAGRAPH if mark is _Mark.CONTROL else mark


def _inline(text: str) -> str:
    pieces = _TAG.split(text)
    pieces[::2] = map(_escaped, pieces[::2])
    return _bold("".join(pieces))


def _words(text: str) -> str:
    pieces = _APART.split(text)
    pieces[::2] = [_UNBROKEN.sub(_on_one_line, _escaped(piece)) for piece in pieces[::2]]
    pieces[1::2] = [_apart(piece) for piece in pieces[1::2]]
    return _bold("".join(pieces))


def _apart(piece: str) -> str:
    """A link is longer than a line, and breaks."""
    return (LeftToRight if re.match(_LINK, piece) else Reference)(piece).__html__()


def _on_one_line(words: re.Match[str]) -> str:
    return unbroken(words[0].replace("\u00a0", " "))


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _bold(html: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", html)

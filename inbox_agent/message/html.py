"""HTML → lines, remembering what the writer's mail program marked as earlier mail or signature.

A tokenizer of our own rather than a browser's tree: HTML's repair rules let one megabyte of unclosed
formatting grow to billions of nodes, and a mail must cost no more time than its length.
"""

import re
from dataclasses import dataclass
from html import unescape

from inbox_agent.message.charsets import clean
from inbox_agent.message.lines import Line, Mark, quoted_line

# No branch of it can look past the next "<" twice, so it is linear on any input.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^<>]*>?"
    r"|<style\b.*?(?:</style\s*>|\Z)|<script\b.*?(?:</script\s*>|\Z)"
    r"|<(/?)([a-z][\w:-]{0,40})([^<>]*)>",
    re.DOTALL | re.IGNORECASE,
)
_BREAKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tr",
        "ul",
    ]
)
_PARAGRAPHS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul"])
_UNSEEN = frozenset(["noscript", "object", "option", "select", "svg", "template", "textarea", "title"])
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")
_NESTED = 50

_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all")
_NO_MARGIN = re.compile(r"msonormal|margin(-bottom)?\s*:\s*0")
# Gmail, Thunderbird and Apple cite in a blockquote that says so; an indent key makes one that does not.
_CITED = re.compile(r"gmail_quote|protonmail_quote|type\s*=\s*[\"']?cite|\bcite\s*=|mso-quote|border-left")
_QUOTING = re.compile(r"yahoo_quoted|moz-cite-prefix|gmail_attr|zmail_extra_hr")
_TAIL = re.compile(
    r"divrplyfwdmsg|appendonsend|outlookmessageheader|stopspelling|zwchr|mail-editor-reference-message|"
    r"ms-outlook-mobile-reference|border-top\s*:\s*solid #(?:e1e1e1|b5c4df)\b"
)
_SIGNATURE = re.compile(
    r"gmail_signature\b|moz-signature|data-signatureblock|protonmail_signature_block\b|applemailsignature|"
    r"ms-outlook-mobile-signature|(?:id|class)\s*=\s*[\"']?signature\b"
)


def marks_earlier_mail(source: str) -> bool:
    lowered = source.lower()
    return any(pattern.search(lowered) for pattern in (_CITED, _QUOTING, _TAIL))


def html_lines(source: str) -> list[Line]:
    reader = _Reader()
    end = 0
    for token in _TOKEN.finditer(source):
        if token.start() > end:
            reader.letters(source[end : token.start()])
        end = token.end()
        slash, tag, attributes = token.groups()
        if tag is None:
            continue
        if slash:
            reader.close(tag.lower())
        else:
            reader.open(tag.lower(), attributes.lower())
    reader.letters(source[end:])
    return reader.finish()


@dataclass(slots=True)
class _Open:
    """An element whose end matters; `nested` counts those of the same name that opened inside it."""

    tag: str
    skipped: bool
    depth: int
    mark: Mark
    nested: int = 0


class _Reader:
    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._buffer: list[str] = []
        self._open: list[_Open] = []
        self._skipped = False
        self._depth = 0
        self._mark = Mark.NONE
        self._preformatted = 0

    def letters(self, text: str) -> None:
        if self._skipped:
            return
        text = clean(unescape(text)) if "&" in text else text
        if not self._preformatted:
            self._buffer.append(text)
            return
        *whole, rest = text.split("\n")
        for line in whole:
            self._buffer.append(line)
            self._end_line(blank=True)
        self._buffer.append(rest)

    def open(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self._end_line(blank=True)
            return
        if tag in _BREAKS:
            self._end_line()
            if tag in _PARAGRAPHS and not (tag == "p" and _NO_MARGIN.search(attributes)):
                self._blank()
            self._preformatted += tag == "pre"
        elif tag in {"td", "th"}:
            self._buffer.append(" ")
        for element in self._open:
            element.nested += element.tag == tag
        self._mark_of(tag, attributes)

    def close(self, tag: str) -> None:
        if tag in _BREAKS:
            self._end_line()
            if tag in _PARAGRAPHS and tag != "p":
                self._blank()
            self._preformatted -= tag == "pre" and self._preformatted > 0
        for position, element in enumerate(self._open):
            if element.tag != tag:
                continue
            if not element.nested:
                self._end_line()
                self._leave(position)
                return
            element.nested -= 1

    def finish(self) -> list[Line]:
        self._end_line()
        return self._lines

    def _mark_of(self, tag: str, attributes: str) -> None:
        if tag in _UNSEEN or (attributes and _HIDDEN.search(attributes)):
            if tag not in _VOID:
                self._enter(tag, skipped=True)
        elif tag == "blockquote":
            self._enter(tag, depth=1, mark=Mark.QUOTED if _CITED.search(attributes) else self._mark)
        elif "=" not in attributes:
            return
        elif _TAIL.search(attributes):
            self._end_line()
            self._lines.append(Line("", "", self._depth, Mark.TAIL))
        elif tag not in _VOID and _QUOTING.search(attributes):
            self._enter(tag, mark=Mark.QUOTED)
        elif tag not in _VOID and self._mark is Mark.NONE and _SIGNATURE.search(attributes):
            self._enter(tag, mark=Mark.SIGNATURE)

    def _enter(self, tag: str, *, skipped: bool = False, depth: int = 0, mark: Mark | None = None) -> None:
        if len(self._open) >= _NESTED:
            return
        self._end_line()
        self._open.append(_Open(tag, self._skipped, self._depth, self._mark))
        self._skipped = self._skipped or skipped
        self._depth += depth
        self._mark = self._mark if mark is None else mark

    def _leave(self, position: int) -> None:
        element = self._open[position]
        self._skipped, self._depth, self._mark = element.skipped, element.depth, element.mark
        del self._open[position:]

    def _end_line(self, *, blank: bool = False) -> None:
        text = "".join(self._buffer)
        self._buffer.clear()
        text = text.rstrip() if self._preformatted else _SPACE.sub(" ", text).strip()
        if text:
            line = quoted_line(text)
            line.depth += self._depth
            line.mark = self._mark
            self._lines.append(line)
        elif blank:
            self._blank()

    def _blank(self) -> None:
        if not self._skipped:
            self._lines.append(Line("", "", self._depth, self._mark))

"""Which form of the text is read: plain where it says the same, HTML where plain lost something."""

import re
from itertools import pairwise

from inbox_agent.message.html import html_lines, marks_earlier_mail
from inbox_agent.message.lines import Line, plain_lines
from inbox_agent.message.newtext import NewText, new_text
from inbox_agent.message.texts import Text

_SHORT = 200
_STUB = re.compile(
    r"html|view (?:this|the) |does not (?:support|display)|web ?browser|المتصفح|متصفحك", re.IGNORECASE
)
_LETTERS = re.compile(r"\w")


def body_lines(texts: list[Text]) -> list[Line]:
    return [line for text in texts for line in _better(text)]


def paired(texts: list[Text]) -> list[Text]:
    """Programs that know no alternative put the two forms of a text one after the other."""
    for plain, html in pairwise(texts):
        if plain.html or html.plain or not html.html:
            continue
        if _words(plain_lines(plain.plain)) == _words(html_lines(html.html)):
            rest = [text for text in texts if text is not plain and text is not html]
            return [Text(plain.plain, html.html), *rest]
    return texts


def _words(lines: list[Line]) -> str:
    return "".join(_LETTERS.findall("".join(line.key for line in lines)))


def newly_written(texts: list[Text], lines: list[Line], *, is_reply: bool, is_forward: bool) -> NewText:
    """A quote that plain text does not show is often plain from the structure of its HTML twin."""
    new = new_text(lines, is_reply=is_reply, is_forward=is_forward)
    if (
        new.quoted
        or not (is_reply or is_forward)
        or not any(text.plain and marks_earlier_mail(text.html) for text in texts)
    ):
        return new
    structured = [
        line for text in texts for line in (html_lines(text.html) if text.html else plain_lines(text.plain))
    ]
    by_structure = new_text(structured, is_reply=is_reply, is_forward=is_forward)
    return by_structure if by_structure.quoted and by_structure.text else new


def _better(text: Text) -> list[Line]:
    if not text.html:
        return plain_lines(text.plain)
    plain = text.plain.strip()
    if not plain or _is_spoilt(plain):
        return html_lines(text.html)
    if len(plain) < _SHORT:
        lines = html_lines(text.html)
        written = sum(len(_LETTERS.findall(line.text)) for line in lines)
        if (_STUB.search(plain) and written) or written > 2 * len(plain) + 100:
            return lines
    return plain_lines(text.plain)


def _is_spoilt(plain: str) -> bool:
    """Arabic forced into a Western charset arrives as rows of question marks."""
    lost = plain.count("?") + plain.count("\ufffd")
    return lost > 5 and lost * 3 > len(_LETTERS.findall(plain)) + lost

"""The plain text of a letter: lines of 72 that a mail program can join again (RFC 3676, format=flowed)."""

import re
from collections.abc import Iterator

_WIDTH = 72
_RIGHT_TO_LEFT_MARK = "\u200f"
# Mail programs guess a line's direction from its first letter: an Arabic one must not begin with a Latin.
_MISLEADING = re.compile(r"\A(?=[0-9A-Za-z].*[\u0600-\u06ff])")
_STUFFED = re.compile(r"\A(?=[ >]|From )")
_PUT_IN_FRONT = re.compile(r"\A(?: (?=[ >]|From )|\u200f(?=[0-9A-Za-z]))")


def flowed(text: str, *, right_to_left: bool) -> str:
    """The text in lines that end in a space where they go on; no-break spaces hold words together."""
    lines = (line for paragraph in text.split("\n") for line in _wrapped(paragraph))
    if right_to_left:
        lines = (_MISLEADING.sub(_RIGHT_TO_LEFT_MARK, line) for line in lines)
    return "\r\n".join(_STUFFED.sub(" ", line) for line in lines).replace("\u00a0", " ")


def joined(text: str) -> str:
    """What `flowed` made, in whole lines again."""
    lines = (_PUT_IN_FRONT.sub("", line) for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(lines).replace(" \n", " ")


def _wrapped(paragraph: str) -> Iterator[str]:
    rest = paragraph.strip()
    while len(rest) > _WIDTH:
        cut = rest.rfind(" ", 0, _WIDTH) + 1 or rest.find(" ") + 1
        if not cut:
            break
        yield rest[:cut]
        rest = rest[cut:]
    yield rest

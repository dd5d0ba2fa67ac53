"""One stretch of a mail's text in the forms in which it came, and what is read where a mail has no text."""

import re
from dataclasses import dataclass
from html import unescape

from inbox_agent.message.charsets import decode
from inbox_agent.message.flowed import rejoined
from inbox_agent.message.invitation import words_of as words_of_calendar
from inbox_agent.message.rtf import words_of as words_of_rtf

_META_CHARSET = re.compile(rb"<meta\b[^<>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:image/[^\"'<>\s]*")
_HTML_BEGINS = re.compile(r"\s{0,99}(?:<!doctype html|<html)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z!/]")
_NO_WORDS = re.compile(
    r"<(style|script|title)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>?|&nbsp;|&#160;|\s|\ufeff", re.IGNORECASE | re.DOTALL
)
_BEGINNING = 20_000


@dataclass(slots=True)
class Text:
    """Plain and HTML are two forms of the same where both are there."""

    plain: str = ""
    html: str = ""

    @property
    def says_something(self) -> bool:
        return bool(self.plain.strip() or _NO_WORDS.sub("", self.html[:_BEGINNING]))


def text_of(octets: bytes, content_type: str, described: dict[str, str], allowed: dict[str, int]) -> Text:
    """At most what `allowed` leaves, and one letter more where the text was longer."""
    is_html = content_type == "text/html"
    limit = allowed["text/html" if is_html else "text/plain"]
    charset = described.get("charset", "") or (_charset_inside(octets) if is_html else "")
    letters = decode(octets[: 16 * limit], charset)
    if is_html and len(letters) > limit:
        letters = _EMBEDDED.sub("", letters)  # a screenshot pasted into the text is not text
    letters = letters[: limit + 1]
    if not is_html and described.get("format", "").lower() == "flowed":
        letters = rejoined(letters, delete_space=described.get("delsp", "").lower() == "yes")
    looks_html = _TAG.search(letters) if is_html else _HTML_BEGINS.match(letters)
    return Text(html=letters) if looks_html else Text(plain=unescape(letters) if is_html else letters)


def spare_text(octets: bytes, content_type: str, described: dict[str, str], allowed: dict[str, int]) -> Text:
    """What is read of a part that is no body text, where the mail holds nothing else."""
    if content_type == "text/rtf":
        return Text(plain=words_of_rtf(octets))
    text = text_of(octets, content_type, described, allowed)
    if content_type == "text/calendar":
        return Text(plain=words_of_calendar(text.plain))
    if content_type == "text/enriched":
        return Text(html=text.plain.replace("<<", "&lt;").replace("\n\n", "<br>") or text.html)
    return text


def _charset_inside(octets: bytes) -> str:
    meta = _META_CHARSET.search(octets[:4096])
    return meta[1].decode("ascii") if meta else ""

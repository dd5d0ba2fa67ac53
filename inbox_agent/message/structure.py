"""The parts of a mail: which are its text, which are attachments (RFC 2045-2049, 2183, 2387)."""

import email.errors
import email.message
import hashlib
import re
from dataclasses import dataclass, field
from email.parser import BytesFeedParser, BytesHeaderParser
from email.policy import compat32
from typing import cast

from inbox_agent.message import budget
from inbox_agent.message.charsets import decode
from inbox_agent.message.headers import Headers, decode_words, parameters
from inbox_agent.message.parts import Attachment
from inbox_agent.message.transfer import undo_transfer

_NO_SEPARATOR = email.errors.MissingHeaderBodySeparatorDefect
_PIECE = 2**17
_EMBEDDED = re.compile(r"data:image/[^\"'<>\s]*")

_META_CHARSET = re.compile(rb"<meta\b[^<>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)

# Forms of the body text; the rarer ones always stand beside plain text or HTML.
_UNREAD_FORMS = {"text/x-amp-html", "text/watch-html", "text/enriched"}
_FORMS_OF_TEXT = {"text/plain", "text/html"} | _UNREAD_FORMS


class MailPart(email.message.Message):
    """compat32 never raises where `policy.default` does; what it decodes wrongly is decoded here."""

    _payload: "list[MailPart] | str | None"

    @property
    def children(self) -> "list[MailPart]":
        return self._payload if isinstance(self._payload, list) else []

    def encoded(self) -> bytes:
        return self._payload.encode("ascii", "surrogateescape") if isinstance(self._payload, str) else b""


@dataclass(slots=True)
class Text:
    """One stretch of body text; plain and HTML are two forms of the same where both are there."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Structure:
    headers: Headers
    content_type: str
    parameters: dict[str, str]
    texts: list[Text] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    enclosed: list["Leaf"] = field(default_factory=list)
    digest: bytes = b""
    headers_cut_short: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds no text of this mail but may be read for its sense: a report, calendar or mail."""

    content_type: str
    parameters: dict[str, str]
    octets: bytes
    part: MailPart | None = None


def read_part(part: MailPart) -> Structure:
    return _Walk(part).structure


def read_structure(raw: bytes) -> Structure:
    """Raises OverBudget, and RecursionError where parts are nested absurdly."""
    return read_part(_parsed(raw))


def _parsed(raw: bytes) -> MailPart:
    """Fed in pieces: the parser for whole messages would hold four more copies of a large mail."""
    parser = BytesFeedParser(MailPart, policy=compat32)
    for start in range(0, len(raw), _PIECE):
        parser.feed(raw[start : start + _PIECE])
    return cast(MailPart, parser.close())


def read_headers(raw: bytes) -> Structure:
    top = BytesHeaderParser(MailPart, policy=compat32).parsebytes(raw)
    return Structure(Headers(top.raw_items()), "text/plain", {})


class _Walk:
    """One pass over the tree, counting parts and depth as it goes."""

    def __init__(self, top: MailPart) -> None:
        headers = Headers(top.raw_items())
        value = headers.raw("content-type")
        self.structure = Structure(headers, _type_of(value, top), parameters(value))
        self.structure.headers_cut_short = any(isinstance(defect, _NO_SEPARATOR) for defect in top.defects)
        self._parts = 0
        self._left = {"text/plain": budget.LETTERS, "text/html": budget.HTML_LETTERS}
        self._hash = hashlib.sha256()
        self.structure.texts = self._texts(top, headers, self.structure.content_type, 0)
        self.structure.digest = self._hash.digest()

    def _texts(self, part: MailPart, headers: Headers, content_type: str, depth: int) -> list[Text]:
        self._parts += 1
        if self._parts > budget.PARTS:
            raise budget.OverBudget("too_many_parts")
        if depth > budget.DEPTH:
            raise budget.OverBudget("too_deep")
        if content_type.startswith("multipart/") and part.children:
            return self._multipart(part.children, content_type, depth)
        return self._leaf(part, headers, content_type)

    def _multipart(self, children: list[MailPart], content_type: str, depth: int) -> list[Text]:
        texts: list[Text] = []
        for child in children:
            headers = Headers(child.raw_items())
            child_type = _type_of(headers.raw("content-type"), child)
            texts += self._texts(child, headers, child_type, depth + 1)
        return [_one_of(texts)] if content_type == "multipart/alternative" and texts else texts

    def _leaf(self, part: MailPart, headers: Headers, content_type: str) -> list[Text]:
        part, octets = _opened(part, headers)
        self._hash.update(content_type.encode("utf-8", "replace") + b"\0" + _canonical(octets, content_type))
        disposition = headers.raw("content-disposition")
        placed = parameters(disposition)
        described = parameters(headers.raw("content-type"))
        name = placed.get("filename") or described.get("name", "")
        kind = disposition.partition(";")[0].strip().lower()
        if content_type in _FORMS_OF_TEXT and kind != "attachment" and not name:
            if content_type in _UNREAD_FORMS:
                return []
            return [self._text(octets, described.get("charset", ""), content_type)]
        if content_type.startswith(("message/", "text/calendar", "text/rfc822-headers")):
            inner = next(iter(part.children), None)
            self.structure.enclosed.append(Leaf(content_type, described, octets, inner))
        inline = kind == "inline" or (kind != "attachment" and "content-id" in headers)
        self.structure.attachments.append(Attachment(name[:255], content_type, len(octets), inline))
        return []

    def _text(self, octets: bytes, charset: str, content_type: str) -> Text:
        allowed = self._left.get(content_type, 0)
        charset = charset or (_charset_inside(octets) if content_type == "text/html" else "")
        letters = decode(octets[: 16 * allowed], charset)
        if len(letters) > allowed and content_type == "text/html":
            letters = _EMBEDDED.sub("", letters)  # a screenshot pasted into the text is not text
        if len(letters) > allowed:
            self.structure.error = "too_long"
            letters = letters[:allowed]
        self._left[content_type] = allowed - len(letters)
        return Text(html=letters) if content_type == "text/html" else Text(plain=letters)


def _one_of(texts: list[Text]) -> Text:
    return Text("\n\n".join(t.plain for t in texts if t.plain), "\n".join(t.html for t in texts if t.html))


def _type_of(value: str, part: MailPart) -> str:
    """What is not type/subtype is plain text (RFC 2045, 5.2); so is a multipart without any boundary."""
    content_type = value.partition(";")[0].strip().lower()
    if content_type.count("/") != 1 or content_type.startswith("/") or content_type.endswith("/"):
        content_type = "text/html" if content_type == "html" else part.get_default_type()
    if content_type.startswith("multipart/") and not part.is_multipart():
        return "text/plain"
    return decode_words(content_type)[:120]


def _opened(part: MailPart, headers: Headers) -> tuple[MailPart, bytes]:
    """The parser opens message/* parts by itself, also encoded ones, which it then cannot read."""
    encoding = headers.token("content-transfer-encoding").partition(";")[0].strip()
    octets = undo_transfer(_flat(part) if part.children else part.encoded(), encoding)
    if part.children and encoding in {"base64", "quoted-printable"}:
        part = _parsed(b"Content-Type: message/rfc822\n\n" + octets)
    return part, octets


def _flat(part: MailPart, depth: int = 0) -> bytes:
    """What stands inside a part that the parser opened. Not for parsing again: boundaries are left out."""
    if depth > budget.DEPTH:
        raise budget.OverBudget("too_deep")
    return b"\n".join(_with_headers(child, depth) for child in part.children)


def _with_headers(part: MailPart, depth: int) -> bytes:
    fields = "".join(f"{name}: {value}\n" for name, value in part.raw_items())
    inside = _flat(part, depth + 1) if part.children else part.encoded()
    return fields.encode("utf-8", "surrogateescape") + b"\n" + inside


def _charset_inside(octets: bytes) -> str:
    meta = _META_CHARSET.search(octets[:4096])
    return meta[1].decode("ascii") if meta else ""


def _canonical(octets: bytes, content_type: str) -> bytes:
    """Routes may turn line ends and add or drop the last one; that makes no other mail of it."""
    if not content_type.startswith("text/"):
        return octets
    return b"\n".join(line.rstrip() for line in octets.splitlines()).rstrip()

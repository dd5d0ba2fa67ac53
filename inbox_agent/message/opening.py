"""Octets → parts. compat32 never raises where `policy.default` does; what it reads wrongly is mended here."""

import email.message
import re
from email.parser import BytesFeedParser, BytesHeaderParser
from email.policy import compat32
from typing import cast

from inbox_agent.message import budget
from inbox_agent.message.headers import Headers
from inbox_agent.message.mending import mended
from inbox_agent.message.transfer import undo_transfer

_PIECE = 2**17
# A line that can only be a boundary: fields of a part stand below it.
_BOUNDARY_LINE = re.compile(
    rb"^--([^\s-][^\r\n]{0,80}?)[ \t]*\r?\n(?=content-[a-z-]{4,30}:)", re.MULTILINE | re.IGNORECASE
)


class MailPart(email.message.Message):
    _payload: "list[MailPart] | str | None"

    @property
    def children(self) -> "list[MailPart]":
        return self._payload if isinstance(self._payload, list) else []

    def encoded(self) -> bytes:
        return self._payload.encode("ascii", "surrogateescape") if isinstance(self._payload, str) else b""


def parsed(raw: bytes) -> MailPart:
    """Fed in pieces: the parser for whole messages would hold four more copies of a large mail."""
    raw = mended(raw)
    parser = BytesFeedParser(MailPart, policy=compat32)
    for start in range(0, len(raw), _PIECE):
        parser.feed(raw[start : start + _PIECE])
    return cast(MailPart, parser.close())


def parsed_headers(raw: bytes) -> MailPart:
    return cast(MailPart, BytesHeaderParser(MailPart, policy=compat32).parsebytes(mended(raw)))


def opened(part: MailPart, headers: Headers) -> tuple[MailPart, bytes]:
    """The parser opens message/* parts by itself, also encoded ones, which it then cannot read."""
    encoding = headers.token("content-transfer-encoding")
    octets = undo_transfer(_flat(part) if part.children else part.encoded(), encoding)
    if part.children and undo_transfer(b"=41", encoding) != b"=41":
        part = parsed(b"Content-Type: message/rfc822\n\n" + octets)
    return part, octets


def cut_at_its_boundary(part: MailPart, content_type: str) -> MailPart:
    """A multipart whose boundary is not the one it names, or that names none: the lines show it."""
    octets = part.encoded()
    line = _BOUNDARY_LINE.search(octets)
    if line is None or b'"' in line[1]:
        return part
    return parsed(b'Content-Type: %b; boundary="%b"\n\n%b' % (content_type.encode(), line[1], octets))


def _flat(part: MailPart, depth: int = 0) -> bytes:
    """What stands inside a part that the parser opened. Not for parsing again: boundaries are left out."""
    if depth > budget.DEPTH:
        raise budget.OverBudget("too_deep")
    return b"\n".join(_with_headers(child, depth) for child in part.children)


def _with_headers(part: MailPart, depth: int) -> bytes:
    fields = "".join(f"{name}: {value}\n" for name, value in part.raw_items())
    inside = _flat(part, depth + 1) if part.children else part.encoded()
    return fields.encode("utf-8", "surrogateescape") + b"\n" + inside

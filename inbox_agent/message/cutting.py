"""One attachment taken out of a mail's bytes; every other byte stays as it came."""

import base64
import contextlib
import hashlib
import re

from inbox_agent.message import budget
from inbox_agent.message.headers import Headers
from inbox_agent.message.opening import MailPart, parsed
from inbox_agent.message.parts import Attachment
from inbox_agent.message.structure import Walk
from inbox_agent.message.texts import Text

_NOTE = "An attachment stood here. It was taken out and kept apart, or destroyed.\r\nSHA-256: {digest}\r\n"
_IS_NOTE = re.compile(rb"An attachment stood here\. It was taken out [a-z, ]+\.\r?\nSHA-256: [0-9a-f]{64}")
_SHORTEST = 64
"""Octets as they were sent: anything shorter might stand in the mail elsewhere and mean something else."""


def without_attachment(raw: bytes, number: int, octets: bytes) -> bytes | None:
    """The mail with a note and a digest in place of this attachment's `octets`.

    None where they do not stand in it as one piece: in uuencoded text, winmail.dat or a signed envelope.
    """
    with contextlib.suppress(Exception):
        budget.check(raw)
        place = _Place(parsed(raw), number)
        if len(place.encoded) >= _SHORTEST and place.encoded in raw:
            return raw.replace(place.encoded, _note(octets, place.encoding))
    return None


def is_note(octets: bytes) -> bool:
    """Whether this is what `without_attachment` left of one."""
    return _IS_NOTE.fullmatch(octets.strip()) is not None


def _note(octets: bytes, encoding: str) -> bytes:
    text = _NOTE.format(digest=hashlib.sha256(octets).hexdigest()).encode()
    return base64.encodebytes(text).strip() if encoding == "base64" else text


class _Place(Walk):
    """The walk that counts attachments, keeping how one of them was sent."""

    def __init__(self, top: MailPart, number: int) -> None:
        self._number = number
        self._leaf_of: tuple[MailPart, Headers] | None = None
        self.encoded, self.encoding = b"", ""
        super().__init__(top)

    def _leaf(self, part: MailPart, headers: Headers, content_type: str, depth: int) -> list[Text]:
        self._leaf_of = part, headers
        return super()._leaf(part, headers, content_type, depth)

    def _body(self, octets: bytes, content_type: str, described: dict[str, str]) -> list[Text]:
        self._leaf_of = None
        return super()._body(octets, content_type, described)

    def _attach(self, attachment: Attachment, octets: bytes, part: MailPart | None = None) -> None:
        if len(self.structure.attachments) == self._number and self._leaf_of is not None:
            leaf, headers = self._leaf_of
            self.encoded = leaf.encoded().strip()
            self.encoding = headers.token("content-transfer-encoding").partition(";")[0].strip()
        super()._attach(attachment, octets, part)

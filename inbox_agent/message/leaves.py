"""What a mail carries beside its words: its HTML as it was written, and each attachment's bytes."""

import contextlib

from inbox_agent.message import budget
from inbox_agent.message.headers import Headers
from inbox_agent.message.parts import Attachment
from inbox_agent.message.structure import MailPart, Structure, Text, _opened, _parsed, _Walk, read_structure


def html_of(raw: bytes) -> str | None:
    """The HTML form of the text, as hostile as it was sent; None where there is none or it cannot be read.

    At most budget.HTML_LETTERS of it; of a mail over its budget what its beginning holds, as in `parse`.
    """
    structure = _structure(raw)
    written = [text.html for text in structure.texts if text.html] if structure else []
    return "\n".join(written) or None


def attachment_of(raw: bytes, number: int) -> tuple[Attachment, bytes] | None:
    """The attachment at this place (from 0) of `Message.attachments`, and its bytes; None where none is."""
    with contextlib.suppress(Exception):
        budget.check(raw)
        return _Finding(_parsed(raw), number).found
    return None


def _structure(raw: bytes) -> Structure | None:
    with contextlib.suppress(Exception):
        budget.check(raw)
        return read_structure(raw)
    with contextlib.suppress(Exception):
        return read_structure(budget.excerpt(raw))
    return None


class _Finding(_Walk):
    """The walk that counts attachments, stopping to keep the bytes of one."""

    def __init__(self, top: MailPart, number: int) -> None:
        self._number = number
        self.found: tuple[Attachment, bytes] | None = None
        super().__init__(top)

    def _leaf(self, part: MailPart, headers: Headers, content_type: str) -> list[Text]:
        before = len(self.structure.attachments)
        texts = super()._leaf(part, headers, content_type)
        if before == self._number and len(self.structure.attachments) > before:
            self.found = self.structure.attachments[before], _bytes(part, headers)
        return texts


def _bytes(part: MailPart, headers: Headers) -> bytes:
    """A mail that the parser opened on its way is written out again, so that mail programs can read it."""
    opened, octets = _opened(part, headers)
    if opened is part and len(part.children) == 1:
        with contextlib.suppress(Exception):
            return part.children[0].as_bytes()
    return octets

"""What a mail carries beside its words: its HTML as it was written, and each attachment's bytes."""

import contextlib
from collections.abc import Collection

from inbox_agent.message import budget
from inbox_agent.message.opening import MailPart, parsed
from inbox_agent.message.parts import Attachment
from inbox_agent.message.structure import Structure, Walk, read_structure


def html_of(raw: bytes) -> str | None:
    """The HTML form of the text, as hostile as it was sent; None where there is none or it cannot be read.

    At most budget.HTML_LETTERS of it; of a mail over its budget what its beginning holds, as in `parse`.
    """
    structure = _structure(raw)
    written = [text.html for text in structure.texts if text.html] if structure else []
    return "\n".join(written) or None


def attachment_of(raw: bytes, number: int) -> tuple[Attachment, bytes] | None:
    """The attachment at this place (from 0) of `Message.attachments`, and its bytes; None where none is."""
    return attachments_of(raw, {number}).get(number)


def attachments_of(raw: bytes, numbers: Collection[int]) -> dict[int, tuple[Attachment, bytes]]:
    """Those of several places by their place, from one walk; what is not there is missing."""
    with contextlib.suppress(Exception):
        budget.check(raw)
        return _Finding(parsed(raw), numbers).found
    return {}


def _structure(raw: bytes) -> Structure | None:
    with contextlib.suppress(Exception):
        budget.check(raw)
        return read_structure(raw)
    with contextlib.suppress(Exception):
        return read_structure(budget.excerpt(raw))
    return None


class _Finding(Walk):
    """The walk that counts attachments, stopping to keep the bytes of some."""

    def __init__(self, top: MailPart, numbers: Collection[int]) -> None:
        self._numbers = numbers
        self.found: dict[int, tuple[Attachment, bytes]] = {}
        super().__init__(top)

    def _attach(self, attachment: Attachment, octets: bytes, part: MailPart | None = None) -> None:
        number = len(self.structure.attachments)
        if number in self._numbers:
            self.found[number] = attachment, _written_out(part, octets)
        super()._attach(attachment, octets, part)


def _written_out(part: MailPart | None, octets: bytes) -> bytes:
    """A mail that the parser opened on its way is written out again, so that mail programs can read it."""
    if part is not None and len(part.children) == 1:
        with contextlib.suppress(Exception):
            return part.children[0].as_bytes()
    return octets

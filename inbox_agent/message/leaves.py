"""What a mail carries beside its words: its HTML as it was written, and each attachment's bytes."""

import contextlib
from collections.abc import Collection

from inbox_agent.message import budget
from inbox_agent.message.parts import Attachment
from inbox_agent.message.places import places, places_within
from inbox_agent.message.structure import Structure, read_structure


def html_of(raw: bytes) -> str | None:
    """The HTML form of the text, as hostile as it was sent; None where there is none or it cannot be read.

    At most budget.HTML_LETTERS of it; of a mail over its budget what its beginning holds, as in `parse`.
    """
    structure = _structure(raw)
    written = [text.html for text in structure.texts if text.html] if structure else []
    return "\n".join(written) or None


def attachment_of(raw: bytes, number: int, within: int | None = None) -> tuple[Attachment, bytes] | None:
    """The attachment at this place (from 0) of `Message.attachments`, and its bytes; None where none is.

    With `within`, the file at that place within it.
    """
    if within is not None:
        return dict(enumerate(files_within(raw, number))).get(within)
    return attachments_of(raw, {number}).get(number)


def attachments_of(raw: bytes, numbers: Collection[int]) -> dict[int, tuple[Attachment, bytes]]:
    """Those of several places by their place, from one walk; what is not there is missing."""
    return {number: (one.attachment, one.octets) for number, one in places(raw, numbers).items()}


def files_within(raw: bytes, number: int) -> list[tuple[Attachment, bytes]]:
    """The files within the attachment at this place, if it is a mail, winmail.dat or a signed envelope."""
    place = places(raw, {number}).get(number)
    return [(one.attachment, one.octets) for one in places_within(place)] if place is not None else []


def _structure(raw: bytes) -> Structure | None:
    with contextlib.suppress(Exception):
        budget.check(raw)
        return read_structure(raw)
    with contextlib.suppress(Exception):
        return read_structure(budget.excerpt(raw))
    return None

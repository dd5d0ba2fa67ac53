"""One attachment taken out of a mail's bytes; every other byte stays as it came."""

import base64
import contextlib
import hashlib
import re

from inbox_agent.message.places import Placed, places, places_within

_NOTE = "An attachment stood here. It was taken out and kept apart, or destroyed.\r\nSHA-256: {digest}\r\n"
_IS_NOTE = re.compile(rb"An attachment stood here\. It was taken out [a-z, ]+\.\r?\nSHA-256: [0-9a-f]{64}")
_SHORTEST = 64
"""Octets as they were sent: anything shorter might stand in the mail elsewhere and mean something else."""
_AS_IT_IS = frozenset({"", "7bit", "8bit", "binary"})


def without_attachment(raw: bytes, number: int, octets: bytes, within: int | None = None) -> bytes | None:
    """The mail with a note and a digest in place of this attachment's `octets`, or of a file's within it.

    None where they do not stand in it as one piece, as in uuencoded text.
    """
    with contextlib.suppress(Exception):
        place = places(raw, {number})[number]
        if within is None:
            return _exchanged(raw, place.encoded, _note(octets, place.encoding))
        return _without(raw, place, places_within(place)[within])
    return None


def is_note(octets: bytes) -> bool:
    """Whether this is what `without_attachment` left of one."""
    return _IS_NOTE.fullmatch(octets.strip()) is not None


def _without(raw: bytes, place: Placed, file: Placed) -> bytes | None:
    """Where an attachment has to be decoded to see the file in it, its lengths must stay what they are."""
    stood = file.encoded or file.octets
    note = _note(file.octets, file.encoding)
    if place.mail is not None:
        return _exchanged(raw, stood, note)
    blank = note.ljust(len(stood), b"\n" if file.encoding == "base64" else b" ")
    wrapped = _exchanged(place.octets, stood, blank) if len(blank) == len(stood) else None
    if wrapped is None or (place.encoding != "base64" and place.encoding not in _AS_IT_IS):
        return None
    return _exchanged(raw, place.encoded, _encoded(wrapped, place.encoding))


def _exchanged(octets: bytes, old: bytes, new: bytes) -> bytes | None:
    return octets.replace(old, new) if len(old) >= _SHORTEST and old in octets else None


def _note(octets: bytes, encoding: str) -> bytes:
    return _encoded(_NOTE.format(digest=hashlib.sha256(octets).hexdigest()).encode(), encoding)


def _encoded(octets: bytes, encoding: str) -> bytes:
    return base64.encodebytes(octets).strip() if encoding == "base64" else octets

"""Attachments taken out of a mail's bytes; every other byte stays as it came."""

import base64
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from inbox_agent.message.places import Placed, places, places_within

_NOTE = "An attachment stood here. It was taken out and kept apart, or destroyed.\r\nSHA-256: {digest}\r\n"
_IS_NOTE = re.compile(rb"An attachment stood here\. It was taken out [a-z, ]+\.\r?\nSHA-256: [0-9a-f]{64}")
_SHORTEST = 64
"""Octets as they were sent: anything shorter might stand in the mail elsewhere and mean something else."""
_AS_IT_IS = frozenset({"", "7bit", "8bit", "binary"})

Where = tuple[int, int | None]
"""The place of an attachment in `Message.attachments`, and that of a file within it."""


@dataclass(slots=True)
class Cut:
    """The bytes that are left, and what was `taken` out of them by where it stood.

    What `stays` does not stand there as one piece, as in uuencoded text.
    """

    raw: bytes
    taken: dict[Where, bytes] = field(default_factory=dict)
    stays: set[Where] = field(default_factory=set)


def without_attachments(raw: bytes, wanted: Collection[Where]) -> Cut:
    """The mail with a note and a digest in place of each that is wanted, from one walk over it.

    Of the same file attached several times the first is taken, and all are gone. What is not there, or only
    as such a note, is in neither of taken and stays.
    """
    found = places(raw, {number for number, _ in wanted})
    return _cut(raw, [piece for number, place in found.items() for piece in _pieces(number, place, wanted)])


def is_note(octets: bytes) -> bool:
    """Whether this is what `without_attachments` left of one."""
    return _IS_NOTE.fullmatch(octets.strip()) is not None


@dataclass(frozen=True, slots=True)
class _Piece:
    """Octets that stand somewhere, what is to stand there instead, and the files which that takes out."""

    old: bytes
    new: bytes
    takes: dict[Where, bytes]


def _cut(octets: bytes, pieces: Iterable[_Piece]) -> Cut:
    """The longest piece first: a shorter one may be a part of it, and would break it."""
    cut, gone = Cut(octets), set[bytes]()
    for piece in sorted(pieces, key=lambda one: len(one.old), reverse=True):
        if len(piece.old) >= _SHORTEST and piece.old in cut.raw:
            cut.raw = cut.raw.replace(piece.old, piece.new)
            cut.taken |= piece.takes
            gone.add(piece.old)
        elif piece.old not in gone:
            cut.stays |= piece.takes.keys()
    return cut


def _pieces(number: int, place: Placed, wanted: Collection[Where]) -> Iterator[_Piece]:
    if (number, None) in wanted:
        if not is_note(place.octets):
            yield _Piece(place.encoded, _note(place.octets, place.encoding), {(number, None): place.octets})
        return
    within: dict[Where, Placed] = {(number, at): file for at, file in enumerate(places_within(place))}
    files = {at: file for at, file in within.items() if at in wanted and not is_note(file.octets)}
    if place.mail is not None:
        for where, file in files.items():
            yield _Piece(_stood(file), _note(file.octets, file.encoding), {where: file.octets})
    elif files:
        yield from _wrapped(place, files)


def _wrapped(place: Placed, files: dict[Where, Placed]) -> Iterator[_Piece]:
    """Where an attachment has to be decoded to see the files in it, its lengths must stay what they are."""
    cut = _cut(place.octets, [_of_its_length(where, file) for where, file in files.items()])
    if place.encoding == "base64" or place.encoding in _AS_IT_IS:
        yield _Piece(place.encoded, _encoded(cut.raw, place.encoding), cut.taken)
    else:
        cut.stays |= cut.taken.keys()
    yield _Piece(b"", b"", {where: files[where].octets for where in cut.stays})


def _of_its_length(where: Where, file: Placed) -> _Piece:
    stood = _stood(file)
    note = _note(file.octets, file.encoding).ljust(len(stood), b"\n" if file.encoding == "base64" else b" ")
    return _Piece(stood if len(note) == len(stood) else b"", note, {where: file.octets})


def _stood(file: Placed) -> bytes:
    return file.encoded or file.octets


def _note(octets: bytes, encoding: str) -> bytes:
    return _encoded(_NOTE.format(digest=hashlib.sha256(octets).hexdigest()).encode(), encoding)


def _encoded(octets: bytes, encoding: str) -> bytes:
    return base64.encodebytes(octets).strip() if encoding == "base64" else octets

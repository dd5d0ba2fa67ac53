"""winmail.dat: the envelope Outlook puts round a mail when Exchange is told to ([MS-OXTNEF]).

A small reader of our own, in one pass over the lengths: the libraries for it are no longer kept. It takes the
text and the attachments and leaves everything else alone.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from inbox_agent.message.charset_names import codec_for
from inbox_agent.message.charsets import decode
from inbox_agent.message.rtf import decompressed, words_of

_SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTRIBUTES = 5_000
_PROPERTIES = 2_000
_VALUES = 1_000
_NAMES = 100

_BODY, _MESSAGE_PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_ATTACHMENT_BEGINS, _ATTACHMENT_TITLE, _ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x9005
_ATTACHMENT_DATA = 0x800F
_PLAIN, _RTF, _HTML, _INTERNET_CODE_PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_LONG_NAME, _SHORT_NAME = 0x3707, 0x3704
_DATA_AS_PROPERTY = 0x3701
_STRING, _UNICODE, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_FIXED_SIZES = {1: 4, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}


@dataclass(slots=True)
class Wrapped:
    plain: str = ""
    html: str = ""
    names: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)


def unwrapped(octets: bytes) -> Wrapped:
    """Never raises; what is broken is read as far as it goes."""
    found = Wrapped()
    charset = ""
    rich = b""
    for attribute, value in _attributes(octets):
        if attribute == _CODE_PAGE and len(value) >= 4:
            charset = codec_for(f"cp{struct.unpack_from('<I', value)[0]}")
        elif attribute == _BODY:
            found.plain = decode(value, charset)
        elif attribute == _MESSAGE_PROPERTIES:
            rich = _take_text(found, dict(_properties(value)), charset) or rich
        elif attribute == _ATTACHMENT_BEGINS and len(found.names) < _NAMES:
            found.names.append("")
            found.contents.append(b"")
        elif attribute == _ATTACHMENT_TITLE and found.names:
            found.names[-1] = _letters(_STRING, value, charset) or found.names[-1]
        elif attribute == _ATTACHMENT_PROPERTIES and found.names:
            _take_file(found, dict(_properties(value)), charset)
        elif attribute == _ATTACHMENT_DATA and found.contents:
            found.contents[-1] = value or found.contents[-1]
    if rich and not found.plain.strip() and not found.html.strip():
        found.plain = words_of(decompressed(rich))
    return found


def _attributes(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Level, id, type, length, value, checksum, one after the other."""
    if not octets.startswith(_SIGNATURE):
        return
    position = 6
    for _ in range(_ATTRIBUTES):
        if position + 9 > len(octets):
            return
        attribute, _type, length = struct.unpack_from("<xHHI", octets, position)
        yield attribute, octets[position + 9 : position + 9 + length]
        position += 9 + length + 2


def _take_text(found: Wrapped, properties: dict[int, tuple[int, bytes]], charset: str) -> bytes:
    if _INTERNET_CODE_PAGE in properties:
        number = struct.unpack("<I", properties[_INTERNET_CODE_PAGE][1][:4].ljust(4, b"\0"))[0]
        charset = codec_for(f"cp{number}") or charset
    if _PLAIN in properties:
        found.plain = _letters(*properties[_PLAIN], charset)
    if _HTML in properties:
        found.html = _letters(*properties[_HTML], charset)
    return properties.get(_RTF, (0, b""))[1]


def _take_file(found: Wrapped, properties: dict[int, tuple[int, bytes]], charset: str) -> None:
    """Its name, and its octets where no attribute of their own has them ([MS-OXCMSG], 2.2.2.7)."""
    named = properties.get(_LONG_NAME) or properties.get(_SHORT_NAME)
    if named and (name := _letters(*named, charset)):
        found.names[-1] = name
    kind, octets = properties.get(_DATA_AS_PROPERTY, (0, b""))
    if kind == _BINARY and not found.contents[-1]:
        found.contents[-1] = octets


def _letters(kind: int, value: bytes, charset: str) -> str:
    text = value.decode("utf-16-le", "replace") if kind == _UNICODE else decode(value, charset)
    return decode(text.encode("utf-8", "replace"), "utf-8").strip("\0").strip()


def _properties(octets: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Id → (type, first value) of a block of MAPI properties ([MS-OXTNEF], 2.1.3.4)."""
    if len(octets) < 4:
        return
    position = 4
    for _ in range(min(struct.unpack_from("<I", octets)[0], _PROPERTIES)):
        if position + 4 > len(octets):
            return
        kind, name = struct.unpack_from("<HH", octets, position)
        position = _after_name(octets, position + 4) if name & 0x8000 else position + 4
        several = bool(kind & 0x1000)
        value, position = _value(octets, position, kind & 0x0FFF, several=several)
        if position > len(octets):
            return
        yield name, (kind & 0x0FFF, value)


def _after_name(octets: bytes, position: int) -> int:
    """A property may be named instead of numbered: a GUID and a number or a text."""
    if position + 24 > len(octets):
        return len(octets) + 1
    by_text, length = struct.unpack_from("<II", octets, position + 16)
    return position + 24 + (_padded(length) if by_text else 0)


def _value(octets: bytes, position: int, kind: int, *, several: bool) -> tuple[bytes, int]:
    variable = kind in {_STRING, _UNICODE, _BINARY, _OBJECT}
    count = 1
    if variable or several:
        count, position = _number(octets, position)
    first = b""
    for index in range(min(count, _VALUES)):
        size = _FIXED_SIZES.get(kind, len(octets))
        if variable:
            size, position = _number(octets, position)
        first = octets[position : position + size] if index == 0 else first
        position += _padded(size)
        if position > len(octets):
            break
    return first, position


def _number(octets: bytes, position: int) -> tuple[int, int]:
    if position + 4 > len(octets):
        return 0, len(octets) + 1
    return int(struct.unpack_from("<I", octets, position)[0]), position + 4


def _padded(size: int) -> int:
    return size + -size % 4

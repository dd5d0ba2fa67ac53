"""S/MIME: the signed content of a PKCS #7 envelope, or word that it is encrypted (RFC 8551, 5652)."""

from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DEPTH = 20
_PIECES = 20_000


def signed_content(octets: bytes) -> bytes | None:
    """None where the envelope is encrypted, compressed or broken: it says nothing to us."""
    try:
        return _content(octets)
    except (IndexError, StopIteration, RecursionError):
        return None


def _content(octets: bytes) -> bytes | None:
    """ContentInfo { type, [0] SignedData { version, digests, { type, [0] OCTET STRING }, … } }."""
    kind, wrapped = _first(_inside(octets), 2)
    if kind[1] != _SIGNED_DATA:
        return None
    _version, _digests, encapsulated = _first(_inside(wrapped[1]), 3)
    _type, content = _first(_elements(encapsulated[1]), 2)
    return b"".join(_strings(content[1], 0))


def _inside(octets: bytes) -> Iterator[tuple[int, bytes]]:
    return _elements(next(_elements(octets))[1])


def _first(elements: Iterator[tuple[int, bytes]], count: int) -> list[tuple[int, bytes]]:
    return [next(elements) for _ in range(count)]


def _strings(octets: bytes, depth: int) -> Iterator[bytes]:
    """An OCTET STRING may come in pieces within pieces (BER)."""
    for tag, value in _elements(octets):
        if tag & 0x20 and depth < _DEPTH:
            yield from _strings(value, depth + 1)
        else:
            yield value


def _elements(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, content) of each element in a row; raises IndexError where one is cut short."""
    position = 0
    for _ in range(_PIECES):
        if position >= len(octets) or octets[position : position + 2] == b"\0\0":
            return
        tag = octets[position]
        start, size = _length(octets, position + 1)
        end = start + size if size is not None else _end_of_indefinite(octets, start, 0)
        yield tag, octets[start:end]
        position = end + (2 if size is None else 0)


def _length(octets: bytes, position: int) -> tuple[int, int | None]:
    """(where the content begins, how long it is: None where a mark says where it ends)."""
    first = octets[position]
    if first < 0x80:
        return position + 1, first
    if first == 0x80:
        return position + 1, None
    count = first & 0x7F
    return position + 1 + count, int.from_bytes(octets[position + 1 : position + 1 + count], "big")


def _end_of_indefinite(octets: bytes, position: int, depth: int) -> int:
    if depth > _DEPTH:
        raise IndexError
    for _ in range(_PIECES):
        if octets[position : position + 2] == b"\0\0":
            return position
        start, size = _length(octets, position + 1)
        position = start + size if size is not None else _end_of_indefinite(octets, start, depth + 1) + 2
        if position > len(octets):
            break
    raise IndexError

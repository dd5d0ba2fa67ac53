"""Content-Transfer-Encoding undone; what is broken is read as far as it goes."""

import binascii
import contextlib
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)


def undo_transfer(octets: bytes, encoding: str) -> bytes:
    match encoding:
        case "base64":
            return from_base64(octets)
        case "quoted-printable":
            return from_quoted(octets)
        case "x-uuencode" | "uuencode" | "uue" | "x-uue":
            return from_uu(octets)
    return octets


def from_base64(octets: bytes) -> bytes:
    """Without the padding it should have, too; a last lone letter says nothing."""
    with contextlib.suppress(binascii.Error):
        return binascii.a2b_base64(octets)
    letters = _NOT_BASE64.sub(b"", octets)
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def from_quoted(octets: bytes) -> bytes:
    return binascii.a2b_qp(octets)


def from_uu(octets: bytes) -> bytes:
    begin = _UU_BEGIN.search(octets)
    if begin is None:
        return octets
    decoded: list[bytes] = []
    for line in octets[begin.end() :].splitlines():
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            break
    return b"".join(decoded)

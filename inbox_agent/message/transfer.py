"""Content-Transfer-Encoding undone; what is broken is read as far as it goes."""

import binascii
import contextlib
import re

_HIGH = re.compile(rb"[\x80-\xff]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_PADDED_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_UU_FILE = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[!-`][ -`]{1,90}\r?\n)+)(?:[ `]?\r?\n)?end[ \t]*\r?$",
    re.MULTILINE,
)


def undo_transfer(octets: bytes, encoding: str) -> bytes:
    match re.sub("[^a-z0-9]", "", encoding.partition(";")[0]):
        case "base64" | "b":
            return octets if _are_words(octets) else from_base64(octets)
        case "quotedprintable" | "q" | "qp":
            return from_quoted(_PADDED_BREAK.sub(b"=", octets))
        case "xuuencode" | "uuencode" | "uue" | "xuue":
            return from_uu(octets)
    return octets


def _are_words(octets: bytes) -> bool:
    """Called base64 but never encoded: spaces as far apart as between words, or letters base64 has not."""
    sample = octets[:4000]
    spaces = sample.count(b" ")
    return 4 * spaces < len(sample) < 12 * spaces or 3 * len(_HIGH.findall(sample)) > len(sample)


def without_uuencoded(octets: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """(the text, [(name, content)] of the files that old programs put into the middle of it)."""
    if b"begin " not in octets:
        return octets, []
    files = [(found[1], from_uu(found[0])) for found in _UU_FILE.finditer(octets)]
    return (_UU_FILE.sub(b"", octets), files) if files else (octets, [])


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

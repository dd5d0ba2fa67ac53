"""A code of ours in a mail that came: a bounce or a machine's answer may quote the letter that holds it.

The mail may be broken or hostile, so it is not taken apart: the code goes where it stands, in words,
quoted-printable or base64, and every other byte stays.
"""

import binascii
import re

_MASK = b"**** ****"
"""Harmless in every charset and transfer encoding, and as long as most codes."""
_APART = rb"(?:[\s-]|=\r?\n|=(?:20|C2|A0|E2|80|8F)|\xc2\xa0|\xe2\x80\x8f|&nbsp;|&rlm;){0,8}"
"""Spaces, line ends and marks of direction; quoted-printable may break a line within one."""
_BASE64 = re.compile(rb"^(?:[A-Za-z0-9+/]{4,}+\r?\n)*+[A-Za-z0-9+/]*+={0,2}", re.MULTILINE)
_SHORTEST = 16
_LINE = 76
_WITHIN = 3
"""Mails in base64 within mails in base64."""


def hidden_where_quoted(mail: bytes, code: str) -> bytes:
    """The mail with a mask wherever it holds this code; the same bytes where it does not."""
    digits = re.sub(r"\D", "", code).encode()
    if not digits:
        return mail
    together = _APART.join(digits[at : at + 1] for at in range(len(digits)))
    return _hidden(mail, re.compile(rb"(?<!\d)" + together + rb"(?!\d)", re.IGNORECASE), _WITHIN)


def _hidden(octets: bytes, code: re.Pattern[bytes], within: int) -> bytes:
    octets = code.sub(_MASK, octets)
    return _BASE64.sub(lambda block: _hidden_in(block[0], code, within), octets) if within else octets


def _hidden_in(block: bytes, code: re.Pattern[bytes], within: int) -> bytes:
    if len(block) < _SHORTEST:
        return block
    decoded = _decoded(block)
    masked = _hidden(decoded, code, within - 1)
    return block if masked == decoded else _encoded(masked, like=block)


def _decoded(block: bytes) -> bytes:
    """Without the padding it should have, too."""
    letters = block.translate(None, b"\r\n=")
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _encoded(octets: bytes, *, like: bytes) -> bytes:
    end = b"\r\n" if b"\r\n" in like else b"\n"
    letters = binascii.b2a_base64(octets, newline=False)
    lines = [letters[at : at + _LINE] for at in range(0, len(letters), _LINE)]
    return end.join(lines) + (end if like.endswith(b"\n") else b"")

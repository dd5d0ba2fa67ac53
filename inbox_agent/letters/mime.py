"""A mail's bytes, built directly: 7-bit, CRLF, text/plain first. EmailMessage takes many times as long."""

import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Sequence

_BOUNDARY = "=_letter_="  # base64 knows no underscore, so no part can contain it
_LINE = 76
_WORD_BYTES = 39  # with base64, `=?utf-8?b?` and `?=` it makes 64 characters, which fit behind `Subject: `
_REFERENCES = 20

_NOT_ASCII = re.compile(r"[^ -~]")
_NOT_ASCII_RUN = re.compile(r"(\S*[^ -~]\S*(?: +\S*[^ -~]\S*)*)")
_SPECIAL = re.compile(r"[^A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9.-]{1,255}|\[[0-9A-Za-z.:]{2,50}\])"
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


def mail(headers: Iterable[tuple[str, str]], text: str, html: str) -> bytes:
    """The finished mail, as multipart/alternative. Header values are ASCII and already folded."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return b"".join(
        (
            head.encode("ascii"),
            b"MIME-Version: 1.0\r\n",
            b'Content-Type: multipart/alternative; boundary="%b"\r\n\r\n' % _BOUNDARY.encode(),
            _part("text/plain; charset=utf-8; format=flowed", text),
            _part("text/html; charset=utf-8", html),
            b"--%b--\r\n" % _BOUNDARY.encode(),
        )
    )


def folded(name: str, text: str) -> str:
    """The value of header `name`: what is not ASCII in encoded words (RFC 2047), lines of at most 76."""
    lines, room = [""], _LINE - len(name) - 2
    for word in _words(text):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = _LINE - 1
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return "\r\n ".join(lines)


def mailbox(name: str, address: str) -> str:
    """A display name and an address, as the value of From."""
    if _NOT_ASCII.search(name):
        phrase = " ".join(_encoded_words(name))
    elif _SPECIAL.search(name):
        phrase = '"{}"'.format(re.sub(r'(["\\])', r"\\\1", name))
    else:
        phrase = name
    return folded("From", f"{phrase} <{address}>")


def postal(address: str) -> str | None:
    """The address as a header or an SMTP command can have it, its domain in ASCII; None if they cannot."""
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return None
    return plain if _ADDRESS.fullmatch(plain) else None


def thread(in_reply_to: str | None, references: Sequence[str]) -> Iterator[tuple[str, str]]:
    """In-Reply-To and References of an answer (RFC 5322, 3.6.4): well-formed ids, the first and the last."""
    parent = [in_reply_to] if in_reply_to and _MESSAGE_ID.fullmatch(in_reply_to) else []
    if parent:
        yield "In-Reply-To", parent[0]
    known = [one for one in references if _MESSAGE_ID.fullmatch(one) and one not in parent]
    if ids := list(dict.fromkeys([*known, *parent])):
        yield "References", "\r\n ".join([ids[0], *ids[1:][1 - _REFERENCES :]])


def _words(text: str) -> Iterator[str]:
    for place, piece in enumerate(_NOT_ASCII_RUN.split(text)):
        yield from _encoded_words(piece) if place % 2 else piece.split()


def _encoded_words(text: str) -> Iterator[str]:
    while text:
        end = _fitting(text)
        yield f"=?utf-8?b?{b2a_base64(text[:end].encode(), newline=False).decode()}?="
        text = text[end:]


def _fitting(text: str) -> int:
    # Cut between words where there is a gap: some readers show the cut as one.
    fits = len(text.encode()[:_WORD_BYTES].decode(errors="ignore"))
    return fits if fits == len(text) else text.rfind(" ", 0, fits) + 1 or fits


def _part(content_type: str, content: str) -> bytes:
    encoded = b2a_base64(content.encode(), newline=False)
    lines = [encoded[start : start + _LINE] for start in range(0, len(encoded), _LINE)]
    head = f"--{_BOUNDARY}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return b"%b%b\r\n" % (head.encode(), b"\r\n".join(lines))

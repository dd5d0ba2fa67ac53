"""Rich text → words, for mails of Exchange and Outlook that hold nothing else ([MS-OXRTFEX], RTF 1.9.1).

One pass over the tokens; nothing of it is executed, opened or drawn.
"""

import re
import struct

from inbox_agent.message.charset_names import codec_for
from inbox_agent.message.charsets import clean

_TOKEN = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)"
)
_BREAKS = {"par": "\n", "line": "\n", "row": "\n", "cell": " ", "tab": "\t", "page": "\n", "sect": "\n"}
_SIGNS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "rtlmark": "",
    "ltrmark": "",
}
_NOT_TEXT = {
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "generator",
    "xmlnstbl",
}
_CHARSET_OF_FONT = {"178": "cp1256", "177": "cp1255", "204": "cp1251", "161": "cp1253", "162": "cp1254"}
_LETTERS = 200_000
_NESTED = 200

# What every compressed text may refer back to from its first letter on ([MS-OXRTFCP], 2.1.2.1).
_PRESET = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n\\par "
    rb"\pard\plain\f0\fs20\b\i\u\tab\tx"
)


def words_of(rtf: bytes) -> str:
    return _Reader().read(rtf[: 8 * _LETTERS].decode("latin-1"))


def decompressed(packed: bytes) -> bytes:
    """The rich text that Exchange packs ([MS-OXRTFCP]); at most what is read of it."""
    if len(packed) < 16:
        return b""
    size, method = struct.unpack_from("<4xI4s", packed)
    if method == b"MELA":
        return packed[16 : 16 + size]
    window = bytearray(_PRESET)
    end = len(_PRESET) + min(size, 8 * _LETTERS)
    position = 16
    while position < len(packed) and len(window) < end:
        control = packed[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                window += packed[position : position + 1]
                position += 1
                continue
            reference = packed[position : position + 2]
            position += 2
            if not _copied(window, reference):
                return bytes(window[len(_PRESET) :])
    return bytes(window[len(_PRESET) : end])


def _copied(window: bytearray, reference: bytes) -> bool:
    """A place in the last 4096 octets and a length; the place of the next octet itself means the end."""
    if len(reference) < 2:
        return False
    back = (len(window) - (reference[0] << 4 | reference[1] >> 4)) % 4096
    if back == 0 or back > len(window):
        return False
    for _ in range((reference[1] & 15) + 2):
        window.append(window[-back])
    return True


class _Reader:
    """`hidden` is what is no text of the reader's: tables of fonts and, beside wrapped HTML, its tags."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._octets = bytearray()
        self._charset = "cp1252"
        self._fonts: dict[str, str] = {}
        self._font = ""
        self._hidden = False
        self._in_fonts = False
        self._groups: list[tuple[bool, bool, str]] = []
        self._skip = 0
        self._fallback = 1

    def read(self, rtf: str) -> str:
        for token in _TOKEN.finditer(rtf):
            octet, word, number, sign, brace, text = token.groups("")
            if octet:
                self._octet(int(octet, 16))
            elif word:
                self._word(word, number)
            elif brace:
                self._brace(brace)
            elif sign:
                self._sign(sign)
            else:
                self._say(text)
        self._flush()
        return clean("".join(self._said))[:_LETTERS].strip()

    def _octet(self, octet: int) -> None:
        if self._skip:
            self._skip -= 1
        elif not self._hidden:
            self._octets.append(octet)

    def _say(self, text: str) -> None:
        text, self._skip = text[self._skip :], max(0, self._skip - len(text))
        if text and not self._hidden:
            self._flush()
            self._said.append(text)

    def _flush(self) -> None:
        if self._octets:
            charset = self._fonts.get(self._font, self._charset)
            self._said.append(self._octets.decode(charset, "replace"))
            self._octets.clear()

    def _brace(self, brace: str) -> None:
        self._flush()
        if brace == "{" and len(self._groups) < _NESTED:
            self._groups.append((self._hidden, self._in_fonts, self._font))
        elif brace == "}" and self._groups:
            self._hidden, self._in_fonts, self._font = self._groups.pop()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._hidden = True
        elif sign == "~":
            self._say(" ")
        elif sign in "\\{}":
            self._say(sign)
        elif sign in "\r\n":
            self._say("\n")

    def _word(self, word: str, number: str) -> None:
        if word == "u" and number:
            self._say(chr(int(number) % 65536))
            self._skip = self._fallback
        elif word in _BREAKS or word in _SIGNS:
            self._say(_BREAKS.get(word) or _SIGNS.get(word, ""))
        elif word in _NOT_TEXT:
            self._hidden, self._in_fonts = True, word == "fonttbl"
        elif word == "htmlrtf":  # what stands between is only there for readers without HTML
            self._hidden = number != "0"
        else:
            self._setting(word, number)

    def _setting(self, word: str, number: str) -> None:
        if word == "uc" and number:
            self._fallback = min(max(0, int(number)), 8)
        elif word == "ansicpg":
            self._charset = codec_for(f"cp{number}") or "cp1252"
        elif word == "f" and number:
            self._flush()
            self._font = number
        elif word == "fcharset" and self._in_fonts and number in _CHARSET_OF_FONT:
            self._fonts[self._font] = _CHARSET_OF_FONT[number]

"""Bytes → letters, whatever the mail says its charset is."""

import codecs
import re
from functools import lru_cache

# What mail declares → the codec that reads it, as the WHATWG Encoding Standard does: what calls itself
# Latin-1 is written on Windows, what calls itself GB2312 is its superset.
_READ_AS = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-6-e": "iso-8859-6",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "asmo-708": "iso-8859-6",
    "arabic": "iso-8859-6",
    "x-mac-arabic": "mac_arabic",
    "macintosh": "mac_roman",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "x-utf-8": "utf-8",
}

# Only such names reach the codec registry: it also holds idna, punycode and escapes, which are no charsets.
_CHARSET = re.compile(
    r"(utf-?_?(7|8|16|32)([-_]?[bl]e)?|iso[-_]?8859[-_]\d+|windows-?\d+|cp-?\d+|koi8[-_][rut]|iso-2022-[\w-]+|"
    r"big5(-hkscs)?|gb18030|hz(-gb-2312)?|euc[-_]\w\w|mac_\w+|johab|latin\d+|ibm\d+)"
)
_SEVEN_BIT = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
_MULTIBYTE = (*_SEVEN_BIT, "gb18030", "cp949", "cp932", "big5", "euc", "johab")

_NOT_TEXT = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 0xFEFF, 0xFFFE))
_SURROGATES = re.compile("[\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?|\u2028|\u2029|\x85")

_ARABIC_WORD = re.compile(rb"[\xc0-\xd6\xd8-\xdf\xe1\xe3-\xe6\xe7-\xea\xec\xed]{3,}")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_HIGH = re.compile(rb"[\x80-\xff]")


def decode(octets: bytes, declared: str = "") -> str:
    """Never raises; the text is without NUL, surrogates and bare carriage returns."""
    codec = codec_for(declared)
    if octets.isascii() and not codec.startswith(_SEVEN_BIT):
        return clean(octets.decode("ascii"))
    multibyte = codec.startswith(_MULTIBYTE)
    text = _strictly(octets, codec) if multibyte else None
    if text is None:
        text = _utf8(octets)
    if text is None:
        text = octets.decode(codec if multibyte else _single_byte(octets, codec), "replace")
    return clean(text)


def clean(text: str) -> str:
    if text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _NEWLINES.sub("\n", text).translate(_NOT_TEXT))


def recover(value: str, hint: str = "") -> str:
    """A header value as the email package keeps it: raw octets stand in it as surrogates (PEP 383)."""
    return value if value.isascii() else decode(value.encode("utf-8", "surrogateescape"), hint)


@lru_cache(maxsize=256)
def codec_for(declared: str) -> str:
    """The name of a codec that exists, or "" for a name that is unknown or no charset at all."""
    name = declared[:60].strip().strip("\"'").lower()
    name = _READ_AS.get(name, name)
    if not _CHARSET.fullmatch(name):
        return ""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _strictly(octets: bytes, codec: str) -> str | None:
    try:
        return octets.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _utf8(octets: bytes) -> str | None:
    """Also with a few losses: one cut letter must not turn a whole mail into mojibake."""
    text = _strictly(octets, "utf-8")
    if text is None:
        text = octets.decode("utf-8", "replace")
        return text if text.count("\ufffd") * 10 <= len(_HIGH.findall(octets)) else None
    return text


def _single_byte(octets: bytes, codec: str) -> str:
    """The declared charset, unless it says nothing or cannot be: Arabic often goes as Latin-1 or unnamed."""
    if codec not in {"", "cp1252", "utf-8", "iso8859-6"}:
        return codec
    sample = octets[:4000]
    if codec == "iso8859-6":
        return codec if _strictly(octets, codec) is not None else "cp1256"
    if not _looks_arabic(sample):
        return "cp1252"
    return "iso8859-6" if _is_iso_arabic(sample) else "cp1256"


def _looks_arabic(sample: bytes) -> bool:
    """European text has its high bytes one by one between ASCII letters; Arabic has whole words of them."""
    in_words = sum(map(len, _ARABIC_WORD.findall(sample)))
    return in_words * 2 > len(_HIGH.findall(sample)) and in_words * 4 > len(_ASCII_LETTER.findall(sample))


def _is_iso_arabic(sample: bytes) -> bool:
    """Lam and ya, the most frequent letters that the two charsets place differently, tell them apart."""
    iso = sample.count(b"\xc7\xe4") + sample.count(b"\xea")
    windows = sample.count(b"\xc7\xe1") + sample.count(b"\xed")
    return iso > windows and not any(0xDB <= octet <= 0xDF or octet >= 0xF3 for octet in sample)

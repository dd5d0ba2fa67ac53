"""Bytes → letters, whatever the mail says its charset is."""

import re

from inbox_agent.message.charset_names import codec_for

_BY_ESCAPES = ("iso2022", "hz", "utf-7")
_SEVEN_BIT = (*_BY_ESCAPES, "utf-16", "utf-32")
_MULTIBYTE = (*_SEVEN_BIT, "gb18030", "cp949", "cp932", "big5", "euc", "johab")

_NOT_TEXT = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 0xFEFF, 0xFFFE))
_SURROGATES = re.compile("[\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?|\u2028|\u2029|\x85")

_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_WORD = re.compile(rb"[\xc0-\xff]{3,}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
_SAMPLE = 4000

# The letters that more than half of a language's texts consist of, in each charset it is sent in unnamed.
_FREQUENT = {
    codec: frozenset(letters.encode(codec))
    for codec, letters in {
        "cp1256": "ايلمنوتربةهدعسفحك",
        "iso8859-6": "ايلمنوتربةهدعسفحك",
        "cp1251": "оеаинтсрвлкмдпу",
        "koi8-r": "оеаинтсрвлкмдпу",
        "cp1255": "יוהלארתבשמנםדע",
        "cp1253": "αοιετσνρυκπλμηςά",
    }.items()
}
_RARE = frozenset({"cp1255", "cp1253"})
_TELL_RARE = 60
"""High octets that Hebrew and Greek must have: in fewer they may be a name in Arabic or Cyrillic letters."""


def decode(octets: bytes, declared: str = "") -> str:
    """Never raises; the text is without NUL, surrogates and bare carriage returns."""
    codec = _codec_of(octets, codec_for(declared))
    if octets.isascii() and not codec.startswith(_SEVEN_BIT):
        return clean(octets.decode("ascii"))
    multibyte = codec.startswith(_MULTIBYTE)
    text = _strictly(octets, codec) if multibyte else None
    if text is None:
        text = _utf8(octets)
    if text is None:
        by_escapes = codec.startswith(_BY_ESCAPES)  # which have no high octets
        wide = multibyte and not by_escapes
        text = octets.decode(codec if wide else _single_byte(octets, "" if by_escapes else codec), "replace")
    return clean(text)


def fits(octets: bytes, declared: str) -> bool:
    """Not one octet is wrong in the charset that was named, or in UTF-8 where none was."""
    return _strictly(octets, codec_for(declared) or "utf-8") is not None


def _codec_of(octets: bytes, declared: str) -> str:
    """What the octets themselves say stands above what the mail says of them."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if declared.startswith("utf-16"):
        return _utf16_order(octets, declared)
    if not declared and _JAPANESE_ESCAPE.search(octets[:_SAMPLE]):
        return "iso2022_jp_ext"
    return declared


def _utf16_order(octets: bytes, declared: str) -> str:
    """Where nothing says which half of a letter comes first: the half that differs more is the low one.

    What holds no control octet is no UTF-16 at all, whatever it is called.
    """
    sample = octets[:_SAMPLE]
    if min(sample, default=0) > 8 and _strictly(octets, "utf-8") is not None:
        return "utf-8"
    if declared != "utf-16":
        return declared
    return "utf-16-le" if len(set(sample[::2])) >= len(set(sample[1::2])) else "utf-16-be"


def clean(text: str) -> str:
    if text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _NEWLINES.sub("\n", text).translate(_NOT_TEXT))


def recover(value: str, hint: str = "") -> str:
    """A header value as the email package keeps it: raw octets stand in it as surrogates (PEP 383)."""
    return value if value.isascii() else decode(value.encode("utf-8", "surrogateescape"), hint)


def _strictly(octets: bytes, codec: str) -> str | None:
    try:
        return octets.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _utf8(octets: bytes) -> str | None:
    """Also with a few losses: one cut letter must not turn a whole mail into mojibake."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as wrong:
        text = octets.decode("utf-8", "replace")
        cut_at_end = wrong.reason == "unexpected end of data" and not octets[: wrong.start].isascii()
        return text if cut_at_end or text.count("\ufffd") * 10 <= len(_HIGH.findall(octets)) else None


def _single_byte(octets: bytes, codec: str) -> str:
    """The declared charset, unless it says nothing or cannot be: Arabic often goes as Latin-1 or unnamed."""
    if codec not in {"", "cp1252", "utf-8", "iso8859-6"}:
        return codec
    sample = octets[:_SAMPLE]
    if codec == "iso8859-6":
        return codec if _strictly(octets, codec) is not None else "cp1256"
    guessed = _guessed(sample)
    if guessed in {"cp1256", "iso8859-6"}:
        return "iso8859-6" if _is_iso_arabic(sample) else "cp1256"
    return guessed or ("gb18030" if not codec and _looks_chinese(octets) else "cp1252")


def _guessed(sample: bytes) -> str:
    """European text has its high octets one by one between ASCII letters; these have whole words of them."""
    high = len(_HIGH.findall(sample))
    in_words = sum(map(len, _HIGH_WORD.findall(sample)))
    if in_words * 2 <= high or in_words * 4 <= len(_ASCII_LETTER.findall(sample)):
        return ""
    frequent = {
        codec: sum(sample.count(letter) for letter in letters)
        for codec, letters in _FREQUENT.items()
        if high >= _TELL_RARE or codec not in _RARE
    }
    likeliest = max(frequent, key=lambda codec: frequent[codec])
    return likeliest if frequent[likeliest] * 2 > high else ""


def _looks_chinese(octets: bytes) -> bool:
    """Long runs without a space, and every pair of octets in them is a letter."""
    runs = _HIGH_RUN.findall(octets[:_SAMPLE])
    return sum(map(len, runs)) > 7 * len(runs) and _strictly(octets, "gb18030") is not None


def _is_iso_arabic(sample: bytes) -> bool:
    """Lam and ya, the most frequent letters that the two charsets place differently, tell them apart."""
    iso = sample.count(b"\xc7\xe4") + sample.count(b"\xea")
    windows = sample.count(b"\xc7\xe1") + sample.count(b"\xed")
    return iso > windows and not any(0xDB <= octet <= 0xDF or octet >= 0xF3 for octet in sample)

"""What mail calls its charset → the codec that reads it."""

import codecs
import re
from functools import lru_cache

# Names with nothing but letters and digits → the codec that reads them, as the WHATWG Encoding Standard
# does: what calls itself Latin-1 is written on Windows, what calls itself GB2312 is its superset.
_READ_AS = {
    "latin1": "cp1252",
    "l1": "cp1252",
    "isoir100": "cp1252",
    "latin9": "iso-8859-15",
    "arabic": "iso-8859-6",
    "isolatinarabic": "iso-8859-6",
    "ecma114": "iso-8859-6",
    "asmo708": "iso-8859-6",
    "isoir127": "iso-8859-6",
    "msarab": "cp1256",
    "macarabic": "mac_arabic",
    "hebrew": "iso-8859-8",
    "logical": "iso-8859-8",
    "visual": "iso-8859-8",
    "isolatinhebrew": "iso-8859-8",
    "greek": "iso-8859-7",
    "cyrillic": "iso-8859-5",
    "turkish": "cp1254",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "maccyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "macroman": "mac_roman",
    "gb2312": "gb18030",
    "gb231280": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "cngb": "gb18030",
    "euccn": "gb18030",
    "hz": "hz",
    "hzgb2312": "hz",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cnbig5": "big5hkscs",
    "xbig5": "big5hkscs",
    "ksc5601": "cp949",
    "ksc56011987": "cp949",
    "ksc56011989": "cp949",
    "euckr": "cp949",
    "uhc": "cp949",
    "johab": "johab",
    "shiftjis": "cp932",
    "shiftjisx0213": "cp932",
    "sjis": "cp932",
    "mskanji": "cp932",
    "windows31j": "cp932",
    "eucjp": "euc_jp",
    "windowsiso2022jp": "iso2022_jp_ext",
    "tis620": "cp874",
    "utf8sig": "utf-8",
    "unicode11utf7": "utf-7",
    "unicode11utf8": "utf-8",
    "unicode": "utf-16",
    "ucs2": "utf-16",
    "iso10646ucs2": "utf-16",
}

# Windows and IBM number their charsets; these numbers mean another name than cp and the number.
_NUMBERED = {
    "708": "iso-8859-6",
    "819": "cp1252",
    "936": "gb18030",
    "1200": "utf-16",
    "10004": "mac_arabic",
    "20866": "koi8-r",
    "28591": "cp1252",
    "28596": "iso-8859-6",
    "28598": "iso-8859-8",
    "38598": "iso-8859-8",
    "21866": "koi8-u",
    "50220": "iso2022_jp_ext",
    "50221": "iso2022_jp_ext",
    "50222": "iso2022_jp_ext",
    "51932": "euc_jp",
    "51949": "cp949",
    "52936": "hz",
    "54936": "gb18030",
    "65001": "utf-8",
}
_CODE_PAGE = re.compile(r"(?:windows|win|cp|ibm|dos|ms)(\d{3,5})")
_ISO_8859 = re.compile(r"iso8859(\d\d??)(?:i|e|19\d\d|windows.*)?")
_ISO_8859_READ_AS = {"1": "cp1252", "9": "cp1254", "11": "cp874"}

# Only such other names reach the codec registry: it also holds idna, punycode and escapes, no charsets.
_UNICODE = re.compile(r"(utf)(7|8|16|32)([bl]e)?(?:mb4)?")
_ISO_2022 = re.compile(r"iso2022(jp|kr)\w{0,4}")


@lru_cache(maxsize=256)
def codec_for(declared: str) -> str:
    """The name of a codec that exists, or "" for a name that is unknown or no charset at all."""
    name = re.sub(r"[^a-z0-9]", "", re.split(r"[;,%$]", declared[:60].lower())[0])
    for known in (name, name.removeprefix("x"), name.removeprefix("cs")):
        if codec := _codec_named(known):
            return codec
    return ""


def _codec_named(name: str) -> str:
    codec = _READ_AS.get(name, "")
    if numbered := _CODE_PAGE.fullmatch(name):
        codec = _NUMBERED.get(numbered[1], f"cp{numbered[1]}")
    elif iso_8859 := _ISO_8859.fullmatch(name):
        codec = _ISO_8859_READ_AS.get(iso_8859[1], f"iso-8859-{iso_8859[1]}")
    elif unicode := _UNICODE.fullmatch(name):
        codec = "-".join(filter(None, unicode.groups()))
    elif iso_2022 := _ISO_2022.fullmatch(name):
        codec = "iso2022_kr" if iso_2022[1] == "kr" else "iso2022_jp_ext"
    try:
        return codecs.lookup(codec).name if codec else ""
    except LookupError:
        return ""

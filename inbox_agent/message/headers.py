"""Header fields: unfolded, decoded (RFC 2047, RFC 2231, raw 8-bit) and read leniently."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from inbox_agent.message.charsets import clean, decode, fits, recover
from inbox_agent.message.transfer import from_base64, from_quoted

_VALUE_LETTERS = 20_000
_IDS = 100

# A charset, an encoding, the text up to the nearest ?= or, where it was cut off, to the end of the value.
# Bounded, so that a header of openings stays linear.
_ENCODED_WORD = re.compile(
    r"=\?[ \"']?([\w.:+-]{0,60})(?:\*[\w-]{0,20})?[ \"']?\? ?"
    r"(?:([bB]) ?\?([^?]*)|([qQ]) ?\?(.{0,998}?))(?:\?=|\??\Z)(?:[ \t]+(?==\?))?"
)
_QUOTED_OCTET = re.compile("=[0-9A-F]{2}")
_MESSAGE_ID = re.compile(r"<([^<>]{1,500})>")
_PARAMETER = re.compile(r';\s*([\w.!#$%&+^`{}~*-]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_PIECE = re.compile(r"(.+?)\*(\d{1,4})(\*?)")
_CHARSET_AND_LANGUAGE = re.compile(r"([\w.:+-]{0,60})'[\w-]{0,30}'")


class Headers:
    """The fields of one mail or part by lower-case name, each value raw, in order of appearance."""

    __slots__ = ("_fields", "charset")

    def __init__(self, raw_items: Iterable[tuple[str, object]], charset: str = "") -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in raw_items:
            self._fields.setdefault(name.strip().lower(), []).append(str(value)[:_VALUE_LETTERS])
        self.charset = charset or parameters(self.raw("content-type")).get("charset", "")

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def raw(self, name: str) -> str:
        """The first field of this name, unfolded but not decoded."""
        values = self._fields.get(name)
        return unfold(values[0]) if values else ""

    def all_raw(self, name: str) -> list[str]:
        return [unfold(value) for value in self._fields.get(name, ())]

    def text(self, name: str) -> str:
        return decode_words(self.raw(name), self.charset)

    def token(self, name: str) -> str:
        """The value in lower case without comments, for fields that hold a keyword."""
        return without_comments(self.raw(name)).strip().lower()


def unfold(value: str) -> str:
    if "\n" not in value and "\r" not in value:
        return value.strip()
    return " ".join(filter(None, (line.strip() for line in value.splitlines())))


def without_comments(value: str) -> str:
    """Comments in round brackets may be nested (RFC 5322, 3.2.2)."""
    if "(" not in value:
        return value
    kept: list[str] = []
    depth = 0
    for letter in value:
        if letter == "(":
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(letter)
    return "".join(kept)


def decode_words(value: str, hint: str = "") -> str:
    """RFC 2047 as it is written in practice: inside quotes, with spaces, letters cut between two words."""
    if "=?" not in value:
        return _one_line(recover(value, hint))
    decoded = _decoded_words(value, hint)
    if decoded.startswith("=?") and _ENCODED_WORD.fullmatch(decoded):  # encoded twice on its way
        decoded = _decoded_words(decoded, hint)
    return _one_line(decoded)


def _decoded_words(value: str, hint: str) -> str:
    """Neighbours of one charset are decoded as one: a letter, or the base64 itself, may be cut between."""
    decoded: list[str] = []
    pending: list[tuple[bool, str]] = []
    pending_charset = ""
    end = 0
    for word in _ENCODED_WORD.finditer(value):
        charset, is_base64, base64, _, quoted = word.groups()
        if pending and (word.start() > end or charset.lower() != pending_charset):
            decoded.append(_letters(pending, pending_charset))
            pending = []
        decoded.append(recover(value[end : word.start()], hint))
        pending.append((bool(is_base64), base64 or quoted or ""))
        pending_charset = charset.lower()
        end = word.end()
    return "".join([*decoded, _letters(pending, pending_charset), recover(value[end:], hint)])


def _letters(words: list[tuple[bool, str]], charset: str) -> str:
    octets = b"".join(_octets(*word) for word in words)
    if len(words) > 1 and all(is_base64 for is_base64, _ in words):
        lengths = {len(content) % 4 for _, content in words[:-1]}
        if 1 in lengths or (lengths != {0} and not fits(octets, charset)):
            octets = _octets(True, "".join(content for _, content in words))
    return decode(octets, charset)


def _octets(is_base64: bool, content: str) -> bytes:
    octets = content.encode("utf-8", "surrogateescape")
    if is_base64 and _QUOTED_OCTET.search(content) is None:
        return from_base64(octets)
    return from_quoted(octets.replace(b"_", b" "))


def _one_line(value: str) -> str:
    """An encoded line feed must not become a second header in anything made from this value."""
    return " ".join(clean(value).split("\n")).strip()


def parameters(value: str) -> dict[str, str]:
    """The parameters of Content-Type or Content-Disposition, continued and encoded ones joined (RFC 2231)."""
    if ";" not in value:
        value = re.sub(r"[,\s]", ";", value, count=1)  # where the semicolon was forgotten
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for written, quoted in _PARAMETER.findall(value if '"' in value else without_comments(value)):
        name, content = written.lower(), _unquoted(quoted)
        if piece := _PIECE.fullmatch(name):
            pieces.setdefault(piece[1], []).append((int(piece[2]), bool(piece[3]), content))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], []).append((0, True, content))
        else:
            found.setdefault(name, decode_words(content))
    return found | {name: _joined(sorted(parts)) for name, parts in pieces.items()}


def _unquoted(content: str) -> str:
    content = content.strip()
    if not content.startswith('"'):
        return content
    return re.sub(r'\\(["\\])', r"\1", content[1:].removesuffix('"'))


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """The charset stands before the first encoded piece, wherever that is."""
    charset = None
    octets = b""
    for _, encoded, content in parts:
        start = 0
        if encoded and charset is None and (named := _CHARSET_AND_LANGUAGE.match(content)):
            charset, start = named[1], named.end()
        raw = content[start:].encode("utf-8", "surrogateescape")
        octets += unquote_to_bytes(raw) if encoded else raw
    return decode_words(decode(octets, charset or ""))


def message_ids(value: str) -> tuple[str, ...]:
    """Message-IDs with their angle brackets, each once; of very many the nearest ones, which stand last."""
    found = [f"<{''.join(inner.split())}>" for inner in _MESSAGE_ID.findall(recover(value))]
    if not found and "@" in value:
        found = [
            f"<{word}>" for word in recover(value).split() if "@" in word and not set(word) & set("<>()")
        ]
    return tuple(dict.fromkeys(found))[-_IDS:]


def date_of(value: str) -> datetime | None:
    """In UTC; a time without zone is taken as UTC."""
    try:
        moment = parsedate_to_datetime(recover(value)[:200])
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None

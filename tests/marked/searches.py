"""Looks for marks in whatever form they may have been written down."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, LargeBinary, MetaData, create_engine, select

from tests.marked import marks

_SHOWN = 40
_WRAPPED = re.compile(rb"=\r?\n|\r?\n")


@dataclass(frozen=True, slots=True)
class Found:
    """A mark where none may be: the place, the form it was in, and what stands around it."""

    where: str
    form: str
    around: str


def in_bytes(
    where: str, content: bytes, secrets: Iterable[str] = (), stems: Iterable[str] = marks.STEMS
) -> Iterator[Found]:
    """Every form in which a mark, or one of these secrets, stands in the bytes; lines may be wrapped."""
    whole = _WRAPPED.sub(b"", content)
    for stem in (*stems, *secrets):
        for form, needle, is_exact in forms(stem):
            for text in (content, whole):
                at = text.find(needle) if is_exact else text.lower().find(needle)
                if at >= 0:
                    yield Found(where, form, repr(text[max(0, at - _SHOWN) : at + len(needle) + _SHOWN]))
                    break


def in_text(where: str, content: str, secrets: Iterable[str] = ()) -> Iterator[Found]:
    return in_bytes(where, content.encode("utf-8", "surrogateescape"), secrets)


@cache
def forms(stem: str) -> tuple[tuple[str, bytes, bool], ...]:
    """The stem as it may have been encoded: name, bytes, and whether small and capital letters differ."""
    utf_8 = stem.encode()
    written = {
        "utf-8": utf_8,
        "utf-16-le": stem.encode("utf-16-le"),
        "utf-16-be": stem.encode("utf-16-be"),
        "percent": quote(stem).encode(),
        "quoted-printable": "".join(f"={octet:02x}" for octet in utf_8).encode(),
        "hex": utf_8.hex().encode(),
        "hex of utf-16": stem.encode("utf-16-be").hex().encode(),
        "backslash u": json.dumps(stem).strip('"').encode(),
        "backslash x": "".join(f"\\x{octet:02x}" for octet in utf_8).encode(),
        "decimal entity": "".join(f"&#{ord(sign)};" for sign in stem).encode(),
        "hex entity": "".join(f"&#x{ord(sign):x};" for sign in stem).encode(),
    }
    if not stem.isascii():
        written["windows-1256"] = stem.encode("cp1256")
    if stem.isdigit():
        written["arabic digits"] = stem.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")).encode()
    folded = {needle.lower(): name for name, needle in reversed(written.items())}
    return (*((name, needle, False) for needle, name in folded.items()), *_in_base64(stem), *_as_hashes(stem))


def _in_base64(stem: str) -> Iterator[tuple[str, bytes, bool]]:
    """What is sure of it wherever in a text it begins; capitals at its beginning are another text."""
    for written in dict.fromkeys((stem, stem.title(), stem.upper())):
        for before in range(3):
            whole = base64.b64encode(b"\0" * before + written.encode())
            first, last = -(-before * 8 // 6), (before + len(written.encode())) * 8 // 6
            sure = whole[first:last]
            yield "base64", sure, True
            if sure != (other := sure.translate(bytes.maketrans(b"+/", b"-_"))):
                yield "base64url", other, True


def _as_hashes(stem: str) -> Iterator[tuple[str, bytes, bool]]:
    """Hashes without a key tell who tries all addresses and numbers what was hashed."""
    values = {
        marks.LATIN: (marks.address(), marks.latin("sought")),
        marks.DIGITS: (marks.PHONE, marks.ACCOUNT),
    }
    for value in values.get(stem, (stem,) if len(stem) < 12 else ()):
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, value.encode(), usedforsecurity=False)
            yield f"{name} of {value}", digest.digest(), True
            yield f"{name} of {value} in hex", digest.hexdigest().encode(), False


def in_files(folder: Path, secrets: Iterable[str] = ()) -> Iterator[Found]:
    """Names and contents of all files below the folder."""
    for file in sorted(folder.rglob("*")):
        where = str(file.relative_to(folder))
        yield from in_text(f"name of {where}", where, secrets)
        if file.is_file():
            yield from in_bytes(where, file.read_bytes(), secrets)


def in_columns(url: str, secrets: Iterable[str] = (), stems: Iterable[str] = marks.STEMS) -> Iterator[Found]:
    """Every column of every table that is there, whoever made it, but those named sealed_…"""
    engine = create_engine(url)
    try:
        for where, content in _columns(engine):
            yield from in_bytes(where, content, secrets, stems)
    finally:
        engine.dispose()


def _columns(engine: Engine) -> Iterator[tuple[str, bytes]]:
    there = MetaData()
    there.reflect(engine)
    with engine.connect() as connection:
        for table in there.sorted_tables:
            for column in table.columns:
                if column.name.startswith("sealed_"):
                    continue
                values = connection.execute(select(column).where(column.is_not(None))).scalars()
                is_binary = isinstance(column.type, LargeBinary)
                yield (
                    f"{table.name}.{column.name}",
                    b"\x00\x01".join(_octets(one, is_binary) for one in values),
                )


def _octets(value: object, is_binary: bool) -> bytes:
    return bytes(value) if is_binary and isinstance(value, bytes | memoryview) else str(value).encode()

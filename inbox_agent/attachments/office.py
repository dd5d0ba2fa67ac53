"""The words of a word processor's document: DOCX (ECMA-376) and ODT (OASIS OpenDocument), both XML in a ZIP.

Only the one part that holds the text is unpacked, bounded; no entity is declared, no reference followed.
"""

import io
import re
import zipfile
from xml.parsers import expat

from inbox_agent.attachments.budget import LETTERS, UNPACKED, Locked, NotRead

_PIECE = 2**16
_DEPTH = 200
# Older documents are such files; a DOCX with a password is put into one (MS-OFFCRYPTO, 2.3.4.4).
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_AS = "EncryptedPackage".encode("utf-16-le")
_TEXT_PARTS = re.compile(r"word/document\d*\.xml|content\.xml")

_WORDS = {"w:t"}
_ENDS = {"w:p": "\n", "text:p": "\n", "text:h": "\n", "w:tab": "\t", "text:tab": "\t"} | dict.fromkeys(
    ("w:br", "w:cr", "text:line-break"), "\n"
)
_ODT_WORDS = {"text:p", "text:h"}
_NOT_THE_WRITERS = {"office:annotation", "text:tracked-changes", "text:note", "mc:Fallback"}


class _TooMuch(MemoryError):
    """More than a letter of a person could hold."""


def text_of_office(octets: bytes) -> str:
    """Raises Locked, NotRead, MemoryError where it unpacks to too much, and whatever broken ones raise."""
    if octets.startswith(_OLE):
        raise Locked if _LOCKED_AS in octets else NotRead
    with zipfile.ZipFile(io.BytesIO(octets)) as packed:
        part = next(one for one in packed.infolist() if _TEXT_PARTS.fullmatch(one.filename))
        if part.flag_bits & 1:
            raise Locked
        reader = _Reader()
        with packed.open(part) as xml:
            left = UNPACKED
            while piece := xml.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise _TooMuch
                if reader.feed(piece):
                    break
    return reader.text


class _Reader:
    """Keeps letters as they come by; the document itself is never held in memory."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._letters = 0
        self._within: list[str] = []
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        self._parser = parser

    @property
    def text(self) -> str:
        return "".join(self._kept)

    def feed(self, piece: bytes) -> bool:
        """True once enough was read."""
        self._parser.Parse(piece)
        return self._letters > LETTERS

    def _begin(self, name: str, _: dict[str, str]) -> None:
        self._within.append(name)
        if len(self._within) > _DEPTH:
            raise _TooMuch
        if name == "text:s":
            self._keep(" ")

    def _end(self, name: str) -> None:
        self._within.pop()
        self._keep(_ENDS.get(name, ""))

    def _say(self, letters: str) -> None:
        inside = self._within[-1] in _WORDS or not _ODT_WORDS.isdisjoint(self._within)
        if inside and _NOT_THE_WRITERS.isdisjoint(self._within):
            self._keep(letters)

    def _keep(self, letters: str) -> None:
        self._kept.append(letters)
        self._letters += len(letters)


def _refuse(*_: object) -> None:
    """Documents of office programs declare nothing; who does wants to have it expanded or fetched."""
    raise ValueError("a document type is declared")

"""Files as people and their enemies attach them, each made here byte by byte."""

import io
import struct
import zipfile
import zlib
from email import message_from_bytes, policy
from email.message import EmailMessage

import pypdf

from tests.company import mail

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def packed(name: str, content: bytes) -> bytes:
    """A ZIP that holds one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def locked_zip(name: str) -> bytes:
    """The same, marked as encrypted (APPNOTE, 4.4.4) where the file and where the archive lists it."""
    octets = bytearray(packed(name, b"secret"))
    octets[6] |= 1
    octets[octets.index(b"PK\x01\x02") + 8] |= 1
    return bytes(octets)


def ole(stream: str) -> bytes:
    """The file of an older document, with the name of a stream in its directory (MS-CFB, 2.6)."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(96)


def docx(*paragraphs: str, before: str = "") -> bytes:
    """A document of Word; `before` stands in front of its root element."""
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    text = f'{_HEAD}{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return packed("word/document.xml", text.encode())


def odt(*paragraphs: str) -> bytes:
    """A document of LibreOffice."""
    body = "".join(f"<text:p>{one}</text:p>" for one in paragraphs)
    spaces = 'xmlns:office="urn:o" xmlns:text="urn:t"'
    text = f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
    return packed("content.xml", (_HEAD + text).encode())


def docx_bomb() -> bytes:
    """Some kilobytes that unpack to a hundred megabytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        part.write(f'{_HEAD}<w:document xmlns:w="{_W}">'.encode())
        for _ in range(100):
            part.write(b" " * 2**20)
    return out.getvalue()


def laughs() -> str:
    """A billion laughs, as a document type."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE w [<!ENTITY l0 "ha">{entities}]>'


def pdf(*objects: bytes) -> bytes:
    """The objects, numbered from 1, the first of them the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (more, len(content), content)


def deflated(content: bytes) -> bytes:
    return stream(zlib.compress(content), b"/Filter/FlateDecode")


_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"


def pdf_of(
    content: bytes, font: bytes = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", *more: bytes
) -> bytes:
    """One page that is drawn so."""
    return pdf(_CATALOGUE, _PAGES, _PAGE, deflated(content), font, *more)


def english_pdf(*lines: str) -> bytes:
    drawn = "".join(f"({line}) Tj 0 -16 Td " for line in lines)
    return pdf_of(f"BT /F 12 Tf 50 780 Td {drawn} ET".encode())


def arabic_pdf(*lines: str) -> bytes:
    """Each line as it is drawn: glyph by glyph from left to right, `lines` being what the glyphs mean."""
    letters = sorted(set("".join(lines)))
    glyphs = {letter: number for number, letter in enumerate(letters, 1)}
    names = "\n".join(f"<{number:04x}> <{ord(letter):04x}>" for letter, number in glyphs.items())
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <ffff> "
        f"endcodespacerange {len(letters)} beginbfchar\n{names}\nendbfchar endcmap end end"
    )
    drawn = "".join(f"<{''.join(f'{glyphs[one]:04x}' for one in line)}> Tj 0 -16 Td " for line in lines)
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts["
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/DW 500/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>"
    )
    return pdf_of(f"BT /F 12 Tf 50 780 Td {drawn} ET".encode(), font, stream(to_unicode.encode()))


def scan() -> bytes:
    """A page with a picture and no letter."""
    return pdf_of(b"q 595 0 0 842 0 0 cm /I Do Q")


def locked_pdf(algorithm: str, password: str = "password", letter: str = "a secret") -> bytes:
    """A letter that only a password opens; one without letters holds nobody up (ISO 32000-2, 7.6.4)."""
    out, writer = io.BytesIO(), pypdf.PdfWriter(io.BytesIO(english_pdf(letter)))
    writer.encrypt(password, "owner", algorithm=algorithm)
    writer.write(out)
    return out.getvalue()


def endless_pdf() -> bytes:
    """Contents that draw themselves again and again, each form thrice by the one before."""
    forms = [
        stream(
            b"/N Do /N Do /N Do",
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</N %d 0 R>>>>" % next_one,
        )
        for next_one in [*range(7, 66), 6]
    ]
    page = _PAGE.replace(b"/Font<</F 5 0 R>>", b"/XObject<</N 6 0 R>>")
    return pdf(_CATALOGUE, _PAGES, page, deflated(b"/N Do"), b"<<>>", *forms)


def slow_pdf() -> bytes:
    """A page that draws nothing, five million times."""
    return pdf_of(b"BT /F 12 Tf ET " * 5_000_000)


def pdf_bomb() -> bytes:
    """A content of a gigabyte, deflated twice into kilobytes."""
    once = zlib.compress(b"(a) Tj " * (150 * 2**20 // 7), 9)
    content = stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]")
    return pdf(_CATALOGUE, _PAGES, _PAGE, content, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")


def winmail(*files: tuple[str, bytes], text: str = "") -> bytes:
    """What Outlook wraps a mail in ([MS-OXTNEF]): its text, then each file's name and octets."""
    out = b"\x78\x9f\x3e\x22\x01\x00" + (_attribute(1, 0x800C, text.encode()) if text else b"")
    for name, octets in files:
        out += _attribute(2, 0x9002, bytes(14)) + _attribute(2, 0x8010, name.encode() + b"\0")
        out += _attribute(2, 0x800F, octets)
    return out


def winmail_of_properties(*files: tuple[str, bytes]) -> bytes:
    """The same where each file stands among the properties of its attachment ([MS-OXTNEF], 2.1.3.4)."""
    out = b"\x78\x9f\x3e\x22\x01\x00"
    for name, octets in files:
        held = (0x1F, 0x3707, f"{name}\0".encode("utf-16-le")), (0x102, 0x3701, octets)
        properties = b"".join(_property(*one) for one in held)
        out += _attribute(2, 0x9002, bytes(14)) + _attribute(2, 0x9005, struct.pack("<I", 2) + properties)
    return out


def _property(kind: int, name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + bytes(-len(value) % 4)


def _attribute(level: int, attribute: int, value: bytes) -> bytes:
    return (
        struct.pack("<BHHI", level, attribute, 0, len(value)) + value + struct.pack("<H", sum(value) % 65536)
    )


def signed_envelope(mail_inside: bytes, piece: int | None = None) -> bytes:
    """The mail wrapped into its own signature (RFC 5652, 5.1), its octets in pieces where BER is wanted."""
    pieces = b"".join(_der(0x04, one) for one in _cut(mail_inside, piece or len(mail_inside)))
    held = pieces if piece is None else _der(0x24, pieces)
    encapsulated = _der(0x30, _DATA + _der(0xA0, held))
    signed = _der(0x30, _der(0x02, b"\1") + _der(0x31, b"") + encapsulated)
    return _der(0x30, _SIGNED + _der(0xA0, signed))


_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED = bytes.fromhex("06092a864886f70d010702")


def _cut(octets: bytes, piece: int) -> list[bytes]:
    return [octets[start : start + piece] for start in range(0, len(octets), piece)]


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x84]) + struct.pack(">I", len(content)) + content


def with_files(text: str, *files: tuple[str, str, bytes], **how: str) -> bytes:
    """A mail of a customer with files: name, type and bytes of each."""
    message = message_from_bytes(mail(text, **how), policy=policy.default)
    assert isinstance(message, EmailMessage)
    for name, kind, octets in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(octets, main, sub, filename=name)
    return message.as_bytes()

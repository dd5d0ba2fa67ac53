"""What a file is its bytes tell first, then its name and what the mail calls it."""

import pytest

from inbox_agent.attachments import Patience, read_files, trouble_with
from inbox_agent.message import parse
from tests.attachments.files import docx, english_pdf, odt, ole, packed, with_files

LETTER = "Please delete all the personal data you hold about me."
BYTES = "application/octet-stream"
MACROS = "application/vnd.ms-word.document.macroEnabled.12"


def read(name: str, kind: str, octets: bytes) -> tuple[str, str | None]:
    """What a mail that holds only this file says by it, and why what it says is not known."""
    raw = with_files("See attached.", (name, kind, octets))
    files = read_files(raw, parse(raw), Patience())
    said = files[0].words.text.strip() if files[0].words else ""
    return said, trouble_with(files)


@pytest.mark.parametrize(
    ("name", "kind", "octets"),
    [
        ("letter.docm", MACROS, docx(LETTER)),
        ("letter.dotx", BYTES, docx(LETTER)),
        ("letter", BYTES, docx(LETTER)),
        ("letter", BYTES, english_pdf(LETTER)),
        ("letter.pdf", "application/pdf", docx(LETTER)),
        ("letter.docx", BYTES, english_pdf(LETTER)),
        ("letter.docx", BYTES, odt(LETTER)),
    ],
)
def test_a_letter_is_read_whatever_its_file_is_called(name: str, kind: str, octets: bytes) -> None:
    assert read(name, kind, octets) == (LETTER, None)


@pytest.mark.parametrize(
    ("name", "kind", "octets", "trouble"),
    [
        ("letter.docx", BYTES, ole("WordDocument"), "attachment_not_read"),
        ("letter.docx", BYTES, ole("EncryptedPackage"), "attachment_locked"),
        ("letter.doc", "application/msword", ole("WordDocument"), "attachment_not_read"),
        ("letter.msg", "application/vnd.ms-outlook", ole("__properties_version1.0"), "attachment_not_read"),
        ("letter.html", "text/html", b"<p>Please delete my data.", "attachment_not_read"),
        ("letter.docx", BYTES, b"{\\rtf1 hello}", "attachment_broken"),
        ("letter.pdf", "application/pdf", b"\xff\xd8\xff" + bytes(100), "attachment_broken"),
        ("letter.docx", BYTES, packed("xl/workbook.xml", b"<a/>"), "attachment_broken"),
        ("letter.jpg", "image/jpeg", english_pdf(LETTER), "attachment_without_text"),
    ],
)
def test_what_may_hold_a_letter_and_is_not_read_is_said(
    name: str, kind: str, octets: bytes, trouble: str
) -> None:
    assert read(name, kind, octets) == ("", trouble)


@pytest.mark.parametrize("name", ["setup.exe", "letter.pdf.exe", "letter.zip", "video.mp4"])
def test_what_holds_no_letter_is_not_opened(name: str) -> None:
    assert read(name, "application/x-anything", b"MZ" + bytes(200)) == ("", None)

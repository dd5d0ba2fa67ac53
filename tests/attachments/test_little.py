"""A mail that says little lets its attachments speak; one that says what it is about does not."""

import pytest

from inbox_agent.attachments import says_little
from inbox_agent.message import parse
from tests.attachments.files import with_files

FILE = ("letter.pdf", "application/pdf", b"%PDF-")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "See attached.",
        "Dear Sir,\n\nPlease find my letter attached.\n\nKind regards,\nRana",
        "Hello Mittal Cloud team",
        "السلام عليكم ورحمة الله وبركاته\nتجدون خطابي مرفقاً\nوشكراً لكم",
        "مرفق لكم الملف للاطلاع",
    ],
)
def test_greetings_and_pointers_to_a_file_say_little(text: str) -> None:
    assert says_little(parse(with_files(text, FILE)))


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Our router is broken, see the attached picture.", "hello"),
        ("See attached invoice.", "hello"),
        ("See attached.", "Invoice 8842"),
        ("مرفق لكم الفاتورة", "سلام"),
        ("الهاتف لا يعمل، الصورة مرفقة", "سلام"),
    ],
)
def test_what_names_its_matter_says_enough(text: str, subject: str) -> None:
    assert not says_little(parse(with_files(text, FILE, subject=subject)))


def test_without_a_file_there_is_nothing_to_speak() -> None:
    assert not says_little(parse(with_files("See attached.")))

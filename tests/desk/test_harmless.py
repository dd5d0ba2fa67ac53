"""Words and names of strangers can stand anywhere on a page, in a header, on a disk."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inbox_agent.desk.harmless import MARKS_IN_A_ROW, harmless, harmless_file_name, harmless_line

RLO, ZWSP = "\u202e", "\u200b"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\a.dll", "a.dll"),
        ("invoice.pdf                         .exe", "invoice.pdf .exe"),
        ("a" * 300 + ".pdf", "a" * 49 + "….pdf"),
        (".htaccess", "htaccess"),
        ('a"; filename="b.html', "a_; filename=_b.html"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ("report.txt:stream", "report.txt_stream"),
        ("فاتورة.pdf", "فاتورة.pdf"),
        ("..", "attachment-1"),
        (f"{ZWSP}{RLO}", "attachment-1"),
        ("", "attachment-1"),
    ],
)
def test_a_file_name_is_only_a_name(name, safe):
    assert harmless_file_name(name, "attachment-1") == safe


@given(some.text())
def test_a_file_name_never_is_a_path_a_header_or_hidden(name):
    safe = harmless_file_name(name, "attachment-1")
    assert 0 < len(safe) <= 63
    assert not re.search(r'[/\\\r\n"\x00-\x1f\u202a-\u202e\u2066-\u2069]|\A\.', safe)
    assert harmless_file_name(safe, "attachment-1") == safe


@given(some.text())
def test_a_harmless_text_holds_nothing_that_turns_hides_or_piles_up(text):
    clean = harmless(text)
    assert not re.search("[\u202a-\u202e\u2060-\u206f\u200b\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]", clean)
    run = 0
    for letter in clean:
        run = run + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        assert run <= MARKS_IN_A_ROW
    assert harmless(clean) == clean
    assert harmless_line(harmless_line(text)) == harmless_line(text)

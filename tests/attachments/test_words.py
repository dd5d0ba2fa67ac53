"""The words of files are read by a child that no file can make hang, grow, write, call out or speak on."""

import time

import pytest

from inbox_agent.attachments.budget import LETTERS, Limits
from inbox_agent.attachments.words import _PACKAGES, _asked, words_of
from tests.attachments.files import (
    arabic_pdf,
    docx,
    docx_bomb,
    endless_pdf,
    english_pdf,
    laughs,
    locked_pdf,
    locked_zip,
    odt,
    ole,
    packed,
    pdf,
    pdf_bomb,
    scan,
    slow_pdf,
)

LETTER = "Please delete all the personal data you hold about me."


@pytest.mark.parametrize(
    ("kind", "octets"),
    [
        ("pdf", english_pdf(LETTER)),
        ("office", docx("Dear Sir,", LETTER)),
        ("office", odt("Dear Sir,", LETTER)),
        ("plain", LETTER.encode()),
    ],
)
def test_letters_in_files_are_read(kind: str, octets: bytes) -> None:
    words = words_of(kind, octets)
    assert (LETTER in words.text, words.trouble) == (True, None)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_everybody_may_open_is_read_though_it_is_encrypted(algorithm: str) -> None:
    words = words_of("pdf", locked_pdf(algorithm, password="", letter=LETTER))
    assert (words.text.strip(), words.trouble) == (LETTER, None)


# As a page shows it: the last letter of each line at the left, in the shapes that it takes there.
UPRIGHT = "أرجو حذف جميع بياناتي الشخصية خلال 30 يوما"
SHAPES = "ﺃﺭﺟﻮ ﺣﺬﻑ ﺟﻤﻴﻊ ﺑﻴﺎﻧﺎﺗﻲ ﺍﻟﺸﺨﺼﻴﺔ ﺧﻼﻝ 30 ﻳﻮﻣﺎ"


def drawn(line: str) -> str:
    return line[::-1].replace("03", "30")


@pytest.mark.parametrize("line", [UPRIGHT, SHAPES])
def test_arabic_is_read_in_its_own_letters_and_order_however_a_pdf_holds_it(line: str) -> None:
    assert words_of("pdf", arabic_pdf(drawn(line))).text.split() == UPRIGHT.split()


@pytest.mark.parametrize("line", [UPRIGHT, SHAPES])
def test_arabic_that_is_drawn_in_reading_order_is_read_so(line: str) -> None:
    words = words_of("pdf", arabic_pdf(*line.split(" "))).text.split()
    assert words == UPRIGHT.split()


def test_remarks_beside_the_letter_are_not_the_writers() -> None:
    remark = "<office:annotation><text:p>delete this</text:p></office:annotation>"
    assert words_of("office", odt(f"Dear Sir,{remark}")).text.split() == ["Dear", "Sir,"]


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (UPRIGHT, "cp1256"),
        ("请删除我的数据。" * 3, "gb18030"),
        ("テスト", "iso2022_jp"),
        ("Прошу удалить", "koi8-r"),
    ],
)
def test_text_files_are_read_in_the_charsets_that_their_letters_tell(text: str, charset: str) -> None:
    assert words_of("plain", text.encode(charset)).text == text


@pytest.mark.parametrize(
    ("kind", "octets", "trouble"),
    [
        ("pdf", scan(), "attachment_without_text"),
        ("pdf", b"%PDF-1.7 and nothing else", "attachment_broken"),
        ("pdf", b"", "attachment_broken"),
        ("office", b"PK\x03\x04 cut", "attachment_broken"),
        ("office", packed("word/styles.xml", b"<a/>"), "attachment_broken"),
        ("office", docx(LETTER, before=laughs()), "attachment_broken"),
        (
            "office",
            docx("&x;", before='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            "attachment_broken",
        ),
        ("office", ole("WordDocument"), "attachment_not_read"),
        ("office", ole("EncryptedPackage"), "attachment_locked"),
        ("pdf", locked_pdf("RC4-128"), "attachment_locked"),
        ("pdf", locked_pdf("AES-256"), "attachment_locked"),
        ("office", locked_zip("word/document.xml"), "attachment_locked"),
        ("office", docx(before="<a>" * 300), "attachment_over_limits"),
        ("plain", b"\xff\xfe" + b"\x00\xd8" * 50, "attachment_broken"),
        ("office", docx_bomb(), "attachment_over_limits"),
        ("pdf", pdf_bomb(), "attachment_over_limits"),
        ("plain", b"x" * (11 * 2**20), "attachment_over_limits"),
    ],
)
def test_what_cannot_be_read_says_why(kind: str, octets: bytes, trouble: str) -> None:
    words = words_of(kind, octets)
    assert (words.text, words.trouble) == ("", trouble)


@pytest.mark.parametrize("octets", [endless_pdf(), slow_pdf()])
def test_endless_contents_end_in_time(octets: bytes) -> None:
    began = time.monotonic()
    assert words_of("pdf", octets).text == ""
    assert time.monotonic() - began < 9


def test_what_is_no_letter_does_not_leave_a_file() -> None:
    assert words_of("pdf", english_pdf(r"be\000fo\014re")).text.strip() == "before"


def test_of_a_book_the_beginning_is_read() -> None:
    assert len(words_of("plain", b"word " * 2**20).text) == LETTERS


def test_time_of_the_processor_really_ends_a_child() -> None:
    began = time.monotonic()
    words = words_of("pdf", slow_pdf(), Limits(work=1, wait=30))
    assert (words.trouble, time.monotonic() - began < 5) == ("attachment_over_limits", True)


def test_the_clock_really_ends_a_child() -> None:
    began = time.monotonic()
    words = words_of("pdf", english_pdf(LETTER), Limits(wait=0.01))
    assert (words.trouble, time.monotonic() - began < 2) == ("attachment_over_limits", True)


def test_memory_really_ends_a_child() -> None:
    words = words_of("pdf", pdf_bomb(), Limits(memory=192 * 2**20))
    assert words.trouble in {"attachment_over_limits", "attachment_broken"}
    code = (
        f"import sys; sys.path.insert(0, {_PACKAGES!r})\n"
        "from inbox_agent.attachments import child, budget\n"
        "child._give_up_everything(budget.Limits(memory=192 * 2**20))\n"
        "try: bytearray(192 * 2**20); sys.stdout.write('had')\n"
        "except MemoryError: sys.stdout.write('refused')\n"
    )
    assert _asked(code, b"", 10).decode() == "refused"


def test_a_child_can_open_nothing_any_more() -> None:
    code = (
        f"import sys, socket; sys.path.insert(0, {_PACKAGES!r})\n"
        "from inbox_agent.attachments import child, budget\n"
        "child._give_up_everything(budget.Limits())\n"
        "for what in (lambda: open('/etc/hostname'), socket.socket, lambda: open('/tmp/x', 'w')):\n"
        "    try: what(); sys.stdout.write('open ')\n"
        "    except OSError as error: sys.stdout.write(f'{error.errno} ')\n"
    )
    assert _asked(code, b"", 10).decode().split() == ["24", "24", "24"]


def test_a_child_is_given_no_variable_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_AGENT_SECRET", "secret")
    code = "import os, sys; sys.stdout.write(str('INBOX_AGENT_SECRET' in os.environ))"
    assert _asked(code, b"", 10) == b"False"


def test_a_child_can_start_no_process_any_more() -> None:
    code = (
        f"import os, sys; sys.path.insert(0, {_PACKAGES!r})\n"
        "from inbox_agent.attachments import child, budget\n"
        "child._be_nobody()\n"
        "child._give_up_everything(budget.Limits())\n"
        "try: os.fork(); sys.stdout.write('forked')\n"
        "except OSError as error: sys.stdout.write(str(error.errno))\n"
    )
    assert _asked(code, b"", 10).decode() == "11"


def test_pdf_objects_that_name_themselves_do_no_harm() -> None:
    pages = b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999999>>"
    began = time.monotonic()
    assert words_of("pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", pages)).text == ""
    assert time.monotonic() - began < 9

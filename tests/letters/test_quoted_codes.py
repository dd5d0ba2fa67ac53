"""A code of ours is hidden wherever a mail that came quotes it, and every other byte stays."""

import quopri
from base64 import b64encode, encodebytes

import pytest

from inbox_agent.letters.quoted_codes import hidden_where_quoted

CODE = "4821 7730"
HEAD = b"From: mailer-daemon@example.com\nContent-Transfer-Encoding: x\n\n"
WORDS = "مرحبا, write 4821\u00a07730 above your answer, and nothing else. "


@pytest.mark.parametrize(
    "written",
    [
        b"4821 7730",
        b"48217730",
        b"4821-7730",
        b"4821\r\n 7730",
        b"4821=20\n7730",
        b"48=\r\n21=C2=A07730",
        b"4821&nbsp;7730",
    ],
)
def test_a_code_is_hidden_however_it_stands_in_the_bytes(written: bytes) -> None:
    assert hidden_where_quoted(HEAD + b"> Code: %b.\n" % written, CODE) == HEAD + b"> Code: **** ****.\n"


def test_it_is_hidden_in_quoted_printable_wherever_a_line_was_cut() -> None:
    for before in range(80):
        mail = quopri.encodestring(b"a" * before + WORDS.encode())
        decoded = quopri.decodestring(hidden_where_quoted(mail, CODE))
        assert decoded == b"a" * before + WORDS.replace("4821\u00a07730", "**** ****").encode()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("shift", [0, 1, 2])
def test_it_is_hidden_in_base64_and_what_stands_around_stays(end: bytes, shift: int) -> None:
    words = "a" * shift + WORDS
    picture = encodebytes(bytes(range(256)) * 3)
    masked = words.replace("4821\u00a07730", "**** ****")
    mail, told = [
        (HEAD + encodebytes(one.encode()) + b"\n--=_b\n\n" + picture + b"--=_b--\n").replace(b"\n", end)
        for one in (words, masked)
    ]
    assert hidden_where_quoted(mail, CODE) == told


def test_it_is_hidden_in_a_mail_that_another_one_holds_encoded() -> None:
    inner = HEAD + encodebytes(WORDS.encode())
    found = hidden_where_quoted(HEAD + encodebytes(HEAD + encodebytes(inner)), CODE)
    masked = HEAD + encodebytes(WORDS.replace("4821\u00a07730", "**** ****").encode())
    assert found == HEAD + encodebytes(HEAD + encodebytes(masked))


@pytest.mark.parametrize("code", [CODE, "", "none"])
def test_where_it_does_not_stand_every_byte_stays(code: str) -> None:
    mail = (
        HEAD
        + b"4821 7731, 148217730, 48217730 1"[:21]
        + b"\nwords\n"
        + b64encode(b"x" * 1000)
        + b"=A\nabcde\n"
    )
    assert hidden_where_quoted(mail, code) == mail

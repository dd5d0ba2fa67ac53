"""One attachment is taken out of a mail, and nothing else is changed."""

import pytest

from inbox_agent.message import attachment_of, is_note, parse, without_attachment
from tests.attachments.files import with_files

OCTETS = b"\xff\xd8\xff" + b"a face " * 100
FILES = (("a.jpg", "image/jpeg", OCTETS), ("b.bin", "application/octet-stream", b"others " * 50))


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_bytes_around_an_attachment_stay(end: bytes) -> None:
    raw = with_files("hello there", *FILES).replace(b"\n", end)
    cut = without_attachment(raw, 0, OCTETS)
    assert cut is not None
    assert is_note((attachment_of(cut, 0) or (None, b""))[1])
    assert attachment_of(cut, 1) == attachment_of(raw, 1)
    assert (parse(cut).text, parse(cut).message_id) == (parse(raw).text, parse(raw).message_id)


def test_the_same_file_attached_twice_is_taken_out_twice() -> None:
    raw = with_files("hello", FILES[0], FILES[0])
    cut = without_attachment(raw, 1, OCTETS)
    assert cut is not None
    assert [is_note((attachment_of(cut, n) or (None, b""))[1]) for n in (0, 1)] == [True, True]


def test_what_is_no_piece_of_its_own_is_not_cut() -> None:
    text = "begin 644 passport.jpg\n" + "M" + "0" * 60 + "\n`\nend\n"
    raw = b"From: a@example.com\nSubject: x\n\nhello\n" + text.encode()
    assert without_attachment(raw, 0, b"?") is None
    assert without_attachment(b"no mail", 3, b"?") is None


def test_a_note_is_known_only_as_a_whole() -> None:
    assert not is_note(OCTETS)
    assert not is_note(b"An attachment stood here." + OCTETS)

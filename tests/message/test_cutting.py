"""Attachments are taken out of a mail, and nothing else is changed."""

from typing import Any

import pytest

from inbox_agent.message import attachment_of, is_note, parse, places, without_attachments
from tests.attachments.files import winmail, with_files
from tests.attachments.test_within import HOLDERS, Holder, attached_mail

OCTETS = b"\xff\xd8\xff" + b"a face " * 100
OTHERS = b"others " * 50
FILES = (("a.jpg", "image/jpeg", OCTETS), ("b.bin", "application/octet-stream", OTHERS))
MANY = [(f"{number}.jpg", "image/jpeg", OCTETS + b"%05d" % number) for number in range(12)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_bytes_around_an_attachment_stay(end: bytes) -> None:
    raw = with_files("hello there", *FILES).replace(b"\n", end)
    cut = without_attachments(raw, [(0, None)])
    assert (cut.taken, cut.stays) == ({(0, None): OCTETS}, set())
    assert is_note((attachment_of(cut.raw, 0) or (None, b""))[1])
    assert attachment_of(cut.raw, 1) == attachment_of(raw, 1)
    assert (parse(cut.raw).text, parse(cut.raw).message_id) == (parse(raw).text, parse(raw).message_id)


@pytest.mark.parametrize("wanted", [[(1, None)], [(0, None), (1, None)]])
def test_the_same_file_attached_twice_is_taken_once_and_both_are_gone(
    wanted: list[tuple[int, int | None]],
) -> None:
    cut = without_attachments(with_files("hello", FILES[0], FILES[0]), wanted)
    assert (cut.taken, cut.stays) == ({wanted[0]: OCTETS}, set())
    assert [is_note((attachment_of(cut.raw, n) or (None, b""))[1]) for n in (0, 1)] == [True, True]


def test_one_that_is_a_part_of_another_leaves_that_whole() -> None:
    raw = with_files("hello", ("a.jpg", "image/jpeg", OCTETS[:114]), ("b.jpg", "image/jpeg", OCTETS))
    cut = without_attachments(raw, [(0, None), (1, None)])
    assert cut.taken == {(0, None): OCTETS[:114], (1, None): OCTETS}


def test_what_was_taken_out_is_not_there_to_be_taken_again() -> None:
    wanted = [(0, None), (1, None)]
    cut = without_attachments(with_files("hello", *FILES), wanted)
    again = without_attachments(cut.raw, wanted)
    assert (again.raw, again.taken, again.stays) == (cut.raw, {}, set())


def test_what_is_no_piece_of_its_own_is_not_cut() -> None:
    text = "begin 644 passport.jpg\n" + "M" + "0" * 60 + "\n`\nend\n"
    raw = b"From: a@example.com\nSubject: x\n\nhello\n" + text.encode()
    cut = without_attachments(raw, [(0, None)])
    assert (cut.raw, cut.taken, cut.stays) == (raw, {}, {(0, None)})
    nothing = without_attachments(b"no mail", [(3, None), (3, 1)])
    assert (nothing.raw, nothing.taken, nothing.stays) == (b"no mail", {}, set())


def test_a_note_is_known_only_as_a_whole() -> None:
    assert not is_note(OCTETS)
    assert not is_note(b"An attachment stood here." + OCTETS)


@pytest.mark.parametrize("holder", HOLDERS)
def test_many_are_taken_out_within_another_as_they_would_be_one_by_one(holder: Holder) -> None:
    raw = one_by_one = holder("hello", *MANY)
    wanted = [(0, number) for number in range(1, 12)]
    for where in wanted:
        one_by_one = without_attachments(one_by_one, [where]).raw
    cut = without_attachments(raw, wanted)
    assert cut.taken == {(0, number): MANY[number][2] for number in range(1, 12)}
    assert cut.raw == one_by_one
    assert attachment_of(cut.raw, 0, 0) == attachment_of(raw, 0, 0)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The mails that were walked over, and the files that were opened for what stands within them."""
    seen: list[Any] = []

    class Counted(places._Places):
        def __init__(self, top: Any, numbers: Any) -> None:
            seen.append(top)
            super().__init__(top, numbers)

    def opened(octets: bytes) -> Any:
        seen.append(octets)
        return unwrapped(octets)

    unwrapped = places.unwrapped
    monkeypatch.setattr(places, "_Places", Counted)
    monkeypatch.setattr(places, "unwrapped", opened)
    return seen


def test_a_mail_full_of_them_is_walked_over_once(walks: list[Any]) -> None:
    raw = with_files("hello", *MANY)
    cut = without_attachments(raw, [(number, None) for number in range(12)])
    assert (len(cut.taken), len(walks)) == (12, 1)


def test_what_holds_many_of_them_is_opened_once(walks: list[Any]) -> None:
    wrapping = ("winmail.dat", "application/ms-tnef", winmail(*[(name, octets) for name, _, octets in MANY]))
    cut = without_attachments(with_files("hello", wrapping), [(0, number) for number in range(12)])
    assert (len(cut.taken), len(walks)) == (12, 2)
    within = without_attachments(attached_mail("hello", *MANY), [(0, number) for number in range(12)])
    assert (len(within.taken), len(walks)) == (12, 4)

"""A letter that staff wrote in their own mail program, as the page of its case shows it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_agent.mailbox import MaildirDoor, deliver, make_maildir
from tests.company import ADDRESS, COPY_PLEASE, agent, mail
from tests.desk.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    yield opened
    opened.close()


def staff_send(office: Office, folder: Path, raw: bytes) -> None:
    """By a program that keeps what it sends in this folder."""
    sent = MaildirDoor(folder, max_bytes=1 << 20)
    sent.sent = True
    make_maildir(folder)
    for raws in ([], [raw]):
        for one in raws:
            deliver(folder, one)
        looking = agent(office.record, [sent], office.post, clock=lambda: office.now)
        assert looking.once() == []
        looking.close()


def test_it_stands_among_our_letters_and_says_what_it_is(office: Office, tmp_path: Path) -> None:
    ref = office.receive(COPY_PLEASE, sender="rana@example.com")
    raw = mail("We expect to be done on Thursday.", ADDRESS, f"Your request {ref}", To="rana@example.com")
    office.now += timedelta(minutes=1)
    staff_send(office, tmp_path / "sent", raw)
    huda = office.signed_in("huda")
    page = huda.get(f"/cases/{ref}").text
    assert "Written in a mail program" in page
    assert "done on Thursday" in page
    assert "mail--out mail--person" in page
    assert "Sender not checked" not in page.partition("mail--out mail--person")[2].partition("</article>")[0]
    assert "Staff answered from their own mail program" in huda.get(f"/cases/{ref}/history").text

"""A mailbox that nobody reads is told at the top of every page."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_agent.cases import outages
from tests.desk.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path, alarm_minutes=20)
    yield opened
    opened.close()


def test_while_all_is_read_nothing_is_said(office: Office) -> None:
    office.now += timedelta(minutes=19)
    assert "has not been read" not in office.signed_in("huda").get("/queue/decide").text


def test_after_as_long_as_the_setting_says_no_agent_at_work_is_told(office: Office) -> None:
    office.now += timedelta(minutes=21)
    page = office.signed_in("sara").get("/queue/decide").text
    assert "The mailbox has not been read since" in page
    assert "too long ago" in office.signed_in("sara").get("/settings/mail").text


def test_one_of_several_mailboxes_is_named_as_long_as_a_living_agent_says_so(office: Office) -> None:
    with office.record.writing() as session:
        outages.note(session, "imap@support", office.now - timedelta(hours=2), office.now, silent=True)
    page = office.signed_in("sara").get("/queue/decide").text
    assert "imap@support" in page
    assert "has not been read since" in page
    office.now += timedelta(minutes=10)
    office.look()
    office.now += timedelta(minutes=15)
    office.look()
    assert "imap@support" not in office.signed_in("sara").get("/queue/decide").text

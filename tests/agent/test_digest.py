"""The staff's daily mail: once a day, in both languages, without a name."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.agent.office import LINA, Office, read, text_of
from tests.agent.test_casework import ASKED
from tests.servers.dovecot import Dovecot
from tests.servers.sink import Envelope, SmtpSink

STAFF = "privacy-desk@mittalcloud.com"


@pytest.fixture
def office(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    opened = Office(dovecot, smtp_sink, tmp_path, staff_address=STAFF, time_zone="Asia/Amman")
    yield opened
    opened.close()


def digests(office: Office) -> list[Envelope]:
    return [envelope for envelope in office.letters if envelope.recipients == (STAFF,)]


def test_it_goes_once_a_day_and_names_references_only(office: Office) -> None:
    office.receive("My 9 year old son made an account with you. Please delete his data.")
    office.now = (office.now + timedelta(days=1)).replace(hour=3, minute=30)
    office.look()
    assert len(digests(office)) == 1, "half past six in Amman is too early; the first came the day before"
    office.later(hours=2)
    office.later(hours=2)
    office.restart()
    assert len(digests(office)) == 2
    text = text_of(digests(office)[-1])
    assert "- Open: 1" in text
    assert office.case()["ref"] in text
    assert "a child" in text
    assert "طفل" in text
    assert LINA not in text
    assert "son" not in text


def test_a_refused_digest_stops_nothing(office: Office, smtp_sink: SmtpSink) -> None:
    office.now = (office.now + timedelta(days=1)).replace(hour=9)
    smtp_sink.will_answer("RCPT", "550 5.1.1 no such user")
    office.look()
    office.receive(ASKED["en", next(iter(ASKED))[1]])
    assert office.kinds() == ["acknowledgement"]


def test_without_a_staff_address_there_is_no_staff_mail(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    office = Office(dovecot, smtp_sink, tmp_path)
    try:
        office.later(days=1, hours=3)
        assert office.letters == []
    finally:
        office.close()


def test_its_words_come_from_both_catalogues(office: Office) -> None:
    office.later(hours=1)
    assert read(digests(office)[0])["Subject"] == "The privacy desk today | مكتب الخصوصية اليوم [2026-03-02]"

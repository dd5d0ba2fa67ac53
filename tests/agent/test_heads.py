"""The agent signs the record's head each hour, and the digest carries it away."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent.evidence import heads
from inbox_agent.evidence.verifying import verify
from inbox_agent.understanding import RequestType
from tests.agent.office import Office, text_of
from tests.agent.test_casework import ASKED
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink


@pytest.fixture
def office(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    office = Office(dovecot, smtp_sink, tmp_path, staff_address="staff@mittalcloud.com")
    yield office
    office.close()


def test_each_hour_in_which_something_happened_has_its_signed_head(office: Office) -> None:
    office.receive(ASKED["en", RequestType.ACCESS])
    office.later(hours=1)
    office.later(hours=5)
    lines = heads.file_of(office.record).read_text().splitlines()
    assert [json.loads(line)["cases"] for line in lines][-1] == 1
    assert len(lines) <= 2, "hours in which nothing happened have none"
    assert verify(office.record).faults == []
    assert heads.file_of(office.record).stat().st_mode & 0o777 == 0o600


def test_the_digest_carries_the_latest_head(office: Office) -> None:
    office.receive(ASKED["en", RequestType.ACCESS])
    office.later(hours=1)
    office.later(days=1)
    [digest] = [letter for letter in office.letters if letter.recipients == ("staff@mittalcloud.com",)][-1:]
    assert heads.known(office.record).head in text_of(digest).replace("\n", "")

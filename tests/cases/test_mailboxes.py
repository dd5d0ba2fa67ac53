"""From a folder into the record: what is new once, what was missed within the hour, what is old never."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from inbox_agent.agent.collecting import Collector
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail, Mailbox
from inbox_agent.mailbox import ImapDoor, MaildirDoor, deliver, make_maildir
from tests.company import PHONE_BROKEN, mail
from tests.servers.dovecot import Dovecot

START = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def collector(record: Record, dovecot: Dovecot) -> Iterator[Collector]:
    made = Collector(record, ImapDoor(dovecot.settings(), "INBOX", junk=False, max_bytes=1 << 20))
    yield made
    made.door.close()


def uids(record: Record) -> list[int]:
    with record.reading() as session:
        return sorted(session.scalars(select(InboundEmail.uid)))


def test_a_full_mailbox_is_begun_behind_its_last_mail(
    record: Record, dovecot: Dovecot, collector: Collector
) -> None:
    for _ in range(3):
        dovecot.append(mail(PHONE_BROKEN))
    assert collector.collect(START) == 0
    dovecot.append(mail(PHONE_BROKEN))
    assert [collector.collect(START), collector.collect(START)] == [1, 0]
    assert uids(record) == [4]


def test_an_empty_mailbox_is_begun_at_its_first_mail(
    record: Record, dovecot: Dovecot, collector: Collector
) -> None:
    assert collector.collect(START) == 0
    dovecot.append(mail(PHONE_BROKEN))
    assert collector.collect(START) == 1
    assert uids(record) == [1]


def test_a_mail_below_the_cursor_is_found_within_the_hour(
    record: Record, dovecot: Dovecot, collector: Collector
) -> None:
    collector.collect(START)
    for _ in range(3):
        dovecot.append(mail(PHONE_BROKEN))
    with record.writing() as session:  # as if two of them had shown up late
        session.execute(update(Mailbox).values(next_uid=3))
    assert collector.collect(START + HOUR - timedelta(minutes=1)) == 1
    assert collector.collect(START + HOUR) == 2
    assert collector.collect(START + 2 * HOUR) == 0
    assert uids(record) == [1, 2, 3]


def test_a_crash_before_the_cursor_moved_stores_nothing_twice(
    record: Record, dovecot: Dovecot, collector: Collector
) -> None:
    collector.collect(START)
    dovecot.append(mail(PHONE_BROKEN))
    collector.collect(START)
    with record.writing() as session:
        session.execute(update(Mailbox).values(next_uid=1))
    assert collector.collect(START) == 0
    assert uids(record) == [1]


def test_a_maildir_is_begun_with_what_comes_from_now_on(record: Record, tmp_path: Path) -> None:
    make_maildir(tmp_path / "mail")
    deliver(tmp_path / "mail", mail(PHONE_BROKEN))
    [old] = (tmp_path / "mail" / "new").iterdir()
    os.utime(old, (0, 0))
    collector = Collector(record, MaildirDoor(tmp_path / "mail", max_bytes=1 << 20))
    assert collector.collect(START) == 0
    deliver(tmp_path / "mail", mail(PHONE_BROKEN))
    assert [collector.collect(START), collector.collect(START)] == [1, 0]

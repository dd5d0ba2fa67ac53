"""`--since`: mail from before the first start is collected; older than a day it goes to staff, unanswered."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox_agent.cases.record import Record
from inbox_agent.letters import Relay
from inbox_agent.mailbox import Door, ImapDoor, MaildirDoor, make_maildir
from tests.company import COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, agent, cases, mail, mails, settings
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

NOW = datetime.now(UTC).replace(microsecond=0)
LAST_WEEK = NOW - timedelta(days=7)


@pytest.fixture
def record(tmp_path: Path, smtp_sink: SmtpSink) -> Iterator[Record]:
    opened = Record.open(settings(tmp_path, smtp=smtp_sink.settings()))
    yield opened
    opened.close()


def look(record: Record, door: Door, since: datetime | None = None) -> None:
    one = agent(record, [door], Relay(record.settings.smtp), since=since)
    assert one.once() == []
    one.close()


def inbox(dovecot: Dovecot) -> ImapDoor:
    return ImapDoor(dovecot.settings(), "INBOX", max_bytes=1 << 20)


def fill(dovecot: Dovecot) -> None:
    for days, text, sender in (
        (30, COPY_PLEASE, "long-ago@example.com"),
        (5, COPY_PLEASE, "monday@example.com"),
        (4, PHONE_BROKEN, "phone@example.com"),
        (0.5, DELETE_PLEASE, "today@example.com"),
    ):
        dovecot.append(mail(text, sender), at=NOW - timedelta(days=days))


def states(record: Record) -> dict[str, tuple[str, int]]:
    return {case["requester"]: (case["state"], len(case["letters"])) for case in cases(record)}


EXPECTED = {"monday@example.com": ("triage", 0), "today@example.com": ("awaiting_identity", 1)}


def test_at_the_first_start_only_what_came_in_the_last_day_is_answered(
    record: Record, dovecot: Dovecot
) -> None:
    fill(dovecot)
    look(record, inbox(dovecot), LAST_WEEK)
    assert states(record) == EXPECTED
    assert len(mails(record)) == 3, "what is older than the day that was given is never read"


def test_it_works_at_a_later_start_too_and_does_nothing_twice(record: Record, dovecot: Dovecot) -> None:
    fill(dovecot)
    look(record, inbox(dovecot))
    assert states(record) == {}
    dovecot.append(mail(COPY_PLEASE, "new@example.com"))
    look(record, inbox(dovecot))
    for _ in range(2):
        look(record, inbox(dovecot), LAST_WEEK)
    assert states(record) == {"new@example.com": ("awaiting_identity", 1), **EXPECTED}
    assert len(mails(record)) == 4


def test_an_agent_that_died_over_it_goes_on_where_it_was(record: Record, dovecot: Dovecot) -> None:
    """The second start is told nothing of the day any more."""
    fill(dovecot)
    look(record, inbox(dovecot))

    class Dying(ImapDoor):
        def fetch(self, uids):  # type: ignore[no-untyped-def]
            yield from super().fetch(uids[:1])
            raise KeyboardInterrupt

    one = agent(record, [Dying(dovecot.settings(), "INBOX", max_bytes=1 << 20)], since=LAST_WEEK)
    with pytest.raises(KeyboardInterrupt):
        one.once()
    one.close()
    look(record, inbox(dovecot))
    assert states(record) == EXPECTED


def test_flags_stay_as_they_are(record: Record, dovecot: Dovecot) -> None:
    fill(dovecot)
    before = dovecot.flags()
    look(record, inbox(dovecot), LAST_WEEK)
    assert dovecot.flags() == before


def test_a_maildir_is_reached_back_into_as_well(record: Record, tmp_path: Path) -> None:
    make_maildir(tmp_path / "mail")
    for days, sender in ((30, "long-ago@example.com"), (5, "monday@example.com"), (0.5, "today@example.com")):
        file = tmp_path / "mail" / "cur" / f"{days}.x"
        file.write_bytes(mail(COPY_PLEASE, sender))
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(file, (at, at))
    door = MaildirDoor(tmp_path / "mail", max_bytes=1 << 20)
    look(record, door)
    assert states(record) == {}
    look(record, MaildirDoor(tmp_path / "mail", max_bytes=1 << 20), LAST_WEEK)
    assert states(record) == EXPECTED

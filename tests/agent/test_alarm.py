"""A mailbox that nobody reads: known to staff once it lasts, and once it is over, and only then."""

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from inbox_agent.agent import Agent
from inbox_agent.cases import outages
from inbox_agent.cases.record import Record
from inbox_agent.errors import AlreadyRunning, WrongSetting
from inbox_agent.letters import Relay
from inbox_agent.mailbox import ImapDoor, Source, imap_doors
from tests.agent.office import MONDAY, read, text_of
from tests.company import NoPost, running, settings, stationery, understanding
from tests.servers.dovecot import Dovecot
from tests.servers.programs import free_port
from tests.servers.sink import SmtpSink

STAFF = "privacy-desk@mittalcloud.com"


class Watched:
    """A mailbox that `run --once` is told to read every few minutes."""

    def __init__(
        self, dovecot: Dovecot, sink: SmtpSink, folder: Path, mailbox: str = "imap", **changes: Any
    ) -> None:
        given = {"staff_address": STAFF, **changes}
        self._mailbox = mailbox
        self.record = Record.open(settings(folder, smtp=sink.settings(), **given))
        self.now = MONDAY.replace(hour=3)  # no digest is sent so early
        self._dovecot, self._sink = dovecot, sink

    def look(self, **later: float) -> list[str]:
        """Time passes, and everything is read once; the subjects of the mails to staff so far."""
        self.now += timedelta(**later)
        found = partial(imap_doors, self._dovecot.settings(), max_bytes=1 << 20, mailbox=self._mailbox)
        source = Source(self._mailbox, found)
        paper, relay = stationery(), Relay(self.record.settings.smtp)
        agent = Agent(
            self.record, understanding(), paper, sources=[source], carrier=relay, clock=lambda: self.now
        )
        agent.once()
        agent.close()
        return [read(one)["Subject"].split(" | ")[0] for one in self._sink.taken()]


SILENT, OVER = "The mailbox is not being read", "The mailbox is being read again"


@pytest.fixture
def watched(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Watched]:
    one = Watched(dovecot, smtp_sink, tmp_path)
    yield one
    one.record.close()


def test_staff_get_one_mail_when_it_lasts_and_one_when_it_is_over(
    watched: Watched, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    assert watched.look() == []
    dovecot.kill()
    assert watched.look(minutes=14) == []
    assert watched.look(minutes=2) == [SILENT]
    assert watched.look(minutes=30) == [SILENT]
    dovecot.start()
    assert watched.look(minutes=5) == [SILENT, OVER]
    assert watched.look(minutes=5) == [SILENT, OVER]
    said = text_of(smtp_sink.taken()[0])
    assert "the mailbox imap since Monday 2 March 2026, 03:00" in said
    assert "الاثنين 2 مارس 2026، الساعة 03:00" in said


def test_the_log_says_it_once(watched: Watched, dovecot: Dovecot) -> None:
    watched.look()
    dovecot.kill()
    with capture_logs() as logs:
        for _ in range(3):
            watched.look(minutes=20)
    [line] = [one for one in logs if one["log_level"] == "error"]
    assert (line["event"], line["mailbox"]) == ("mailbox_not_read", "imap")


def test_while_the_relay_is_away_too_the_mail_waits_and_an_outage_nobody_heard_of_ends_in_silence(
    watched: Watched, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    watched.look()
    dovecot.kill()
    smtp_sink.will_answer("MAIL", "421 4.3.0 later")
    assert watched.look(minutes=20) == []
    dovecot.start()
    assert watched.look(minutes=1) == []
    dovecot.kill()
    assert watched.look(minutes=20) == [SILENT]


def test_a_living_agent_tells_of_the_mailbox_of_a_dead_one(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path, postgres_url: str
) -> None:
    ours = Watched(dovecot, smtp_sink, tmp_path, database_url=postgres_url)
    theirs = Watched(dovecot, smtp_sink, tmp_path, "imap@support", database_url=postgres_url)
    theirs.look()
    ours.look()
    assert ours.look(minutes=14) == []
    assert ours.look(minutes=2) == [SILENT]
    said = text_of(smtp_sink.taken()[0])
    assert "the mailbox imap@support since Monday 2 March 2026, 03:00" in said
    assert ours.look(minutes=30) == [SILENT]
    theirs.now = ours.now
    assert theirs.look() == [SILENT, OVER]
    assert ours.look(minutes=5) == [SILENT, OVER]
    ours.record.close()
    theirs.record.close()


def test_a_mailbox_that_nobody_reads_for_a_week_was_taken_out_of_the_settings(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    ours = Watched(dovecot, smtp_sink, tmp_path)
    theirs = Watched(dovecot, smtp_sink, tmp_path, "imap@support")
    theirs.look()
    ours.look()
    ours.look(days=6)
    ours.look(days=3)
    with ours.record.reading() as session:
        assert outages.silences(session, ours.now, timedelta(minutes=15)) == []
    assert [read(one)["Subject"].split(" | ")[0] for one in smtp_sink.taken()] == [SILENT]
    ours.record.close()
    theirs.record.close()


def test_without_a_staff_address_nobody_is_written_to(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    watched = Watched(dovecot, smtp_sink, tmp_path, staff_address=None)
    watched.look()
    dovecot.kill()
    assert watched.look(minutes=20) == []
    with watched.record.reading() as session:
        [silence] = outages.silences(session, watched.now, timedelta(minutes=15))
    assert silence.since == MONDAY.replace(hour=3)
    watched.record.close()


def test_the_digest_says_it(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    watched = Watched(dovecot, smtp_sink, tmp_path)
    watched.look()
    dovecot.kill()
    watched.look(hours=5)
    digest = next(one for one in smtp_sink.taken() if "The privacy desk today" in read(one)["Subject"])
    assert "A mailbox has not been read since Monday 2 March 2026, 03:00" in text_of(digest)
    watched.record.close()


def test_an_agent_that_was_away_gives_its_mailbox_time_to_be_read(watched: Watched, dovecot: Dovecot) -> None:
    watched.look()
    watched.now += timedelta(days=3)
    door = ImapDoor(dovecot.settings(), "INBOX", max_bytes=1 << 20)
    with capture_logs() as logs, running(watched.record, [door], NoPost(), clock=lambda: watched.now):
        time.sleep(0.5)
    assert "mailbox_not_read" not in [one["event"] for one in logs]


def test_a_mailbox_that_is_there_only_later_is_read_then_and_keeps_nobody_waiting(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    record = Record.open(settings(tmp_path))
    dovecot.kill()
    sources = [
        Source("imap", lambda: imap_doors(dovecot.settings(), max_bytes=1 << 20)),
        Source("imap@other", lambda: imap_doors(dovecot.settings(port=free_port()), max_bytes=1 << 20)),
    ]
    with running(record, [], NoPost(), sources=sources):
        time.sleep(0.3)
        dovecot.start()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with record.reading() as session:
                if outages.last_read(session, ["imap:INBOX"]):
                    break
            time.sleep(0.05)
        else:
            raise AssertionError("it was not read")
    record.close()


def test_where_every_mailbox_is_refused_the_agent_ends(dovecot: Dovecot, tmp_path: Path) -> None:
    record = Record.open(settings(tmp_path))
    source = Source("imap", lambda: imap_doors(dovecot.settings(password="wrong"), max_bytes=1 << 20))
    agent = Agent(record, understanding(), stationery(), sources=[source], carrier=NoPost())
    with pytest.raises(WrongSetting, match="sign-in refused"):
        agent.run()
    agent.close()
    record.close()


def test_a_second_agent_on_the_same_mailbox_ends(dovecot: Dovecot, tmp_path: Path) -> None:
    record = Record.open(settings(tmp_path))
    door = ImapDoor(dovecot.settings(), "INBOX", max_bytes=1 << 20)
    with running(record, [door], NoPost()):
        time.sleep(0.3)
        second = Agent(record, understanding(), stationery(), sources=[Source.of(door)], carrier=NoPost())
        with pytest.raises(AlreadyRunning):
            second.run()
        second.close()
    record.close()

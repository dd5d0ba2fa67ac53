"""The disk fills, the database is locked, the clock jumps: nothing is lost, nothing is sent twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from inbox_agent import database
from inbox_agent.cases import search
from inbox_agent.understanding import RequestType
from tests.agent.office import Office
from tests.agent.test_casework import ASKED, proven
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

ACCESS, DELETION = RequestType.ACCESS, RequestType.DELETION


@pytest.fixture
def opened(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Callable[[], Office]]:
    offices: list[Office] = []

    def make() -> Office:
        offices.append(Office(dovecot, smtp_sink, tmp_path))
        return offices[-1]

    yield make
    for office in offices:
        office.close()


@contextmanager
def a_full_disk(office: Office) -> Iterator[None]:
    """SQLite may not grow by one page (SQLITE_FULL), as on a disk without room."""

    def limit(connection: object, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined] # never below what it has

    office.record.engine.dispose()
    event.listen(office.record.engine, "connect", limit)
    yield
    event.remove(office.record.engine, "connect", limit)
    office.record.engine.dispose()


@contextmanager
def a_locked_database(office: Office) -> Iterator[None]:
    """Another program has the database for itself, longer than anybody waits."""
    with office.record.engine.connect() as other:
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN EXCLUSIVE")
        yield
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN")


@pytest.mark.parametrize("trouble", [a_full_disk, a_locked_database])
def test_what_cannot_be_written_now_is_done_once_it_can(
    opened: Callable[[], Office],
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Office], object],
) -> None:
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    office = opened()
    with trouble(office):  # type: ignore[attr-defined]
        with pytest.raises(AssertionError, match=r"out of reach: database (or disk is full|is locked)"):
            office.receive(ASKED["en", ACCESS] + "\n\n" + "> an older line\n" * 3_000)
        assert office.letters == []
    office.look()
    assert (office.count(), office.kinds()) == (1, ["acknowledgement"])
    assert len(office.letters) == 1


def test_a_clock_that_jumps_forward_and_back_sends_nothing_twice(opened: Callable[[], Office]) -> None:
    office = opened()
    proven(office, "en", ACCESS)
    sent = [str(letter.content) for letter in office.letters]
    office.now -= timedelta(hours=3)
    office.look()
    office.receive(ASKED["ar", DELETION], sender="samir@example.net")
    office.now += timedelta(days=2)
    office.look()
    office.now -= timedelta(days=2)
    office.look()
    assert [str(letter.content) for letter in office.letters][: len(sent)] == sent
    contents = [letter.content for letter in office.letters]
    assert len(set(contents)) == len(contents)
    with office.record.reading() as session:
        assert [case.broken_at() for case in search.cases(session)] == [None, None]


def test_a_letter_of_a_clock_that_was_ahead_leaves_once_the_time_has_come(
    opened: Callable[[], Office], smtp_sink: SmtpSink
) -> None:
    office = opened()
    office.now += timedelta(days=1)
    smtp_sink.will_answer("RCPT", "451 4.3.0 later")
    office.receive(ASKED["en", ACCESS])
    assert office.letters == []
    office.now -= timedelta(days=1)
    office.look()
    assert office.letters == []
    office.later(days=1, minutes=10)
    assert len(office.letters) == 1

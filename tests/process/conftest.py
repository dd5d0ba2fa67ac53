"""Mail put into the record without a mailbox."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox_agent.cases import inbound, mailboxes
from inbox_agent.cases.record import Record
from inbox_agent.mailbox import Arrival, Position
from inbox_agent.process import process_waiting
from tests.cases.records import local_record
from tests.company import stationery, understanding

__all__ = ["Post", "local_record", "post"]


class Post:
    """Puts mails into the record as a door would, and processes them."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.now = datetime.now(UTC)
        self._uid = 0
        with record.writing() as session:
            self._box = mailboxes.at(session, "imap:INBOX", Position(1, 1), self.now - timedelta(hours=1))
            session.flush()
            session.expunge(self._box)

    def bring(
        self, *raws: bytes, junk: bool = False, complete: bool = True, at: datetime | None = None
    ) -> None:
        """New mail is stored; nobody has looked at it yet."""
        arrivals = [self._arrival(raw, complete, at) for raw in raws]
        emails = inbound.sealed(self.record.keyring, self._box, arrivals, junk=junk, now=self.now)
        with self.record.writing() as session:
            inbound.store(session, emails)

    def process(self) -> Sequence[Any]:
        """All that waits is brought to its end."""
        outcomes: list[Any] = []
        while batch := process_waiting(
            self.record, understanding(), stationery(), owner="tests", now=self.now
        ):
            outcomes += batch
        return outcomes

    def receive(self, *raws: bytes, **how: Any) -> Sequence[Any]:
        self.now += timedelta(seconds=1)
        self.bring(*raws, **how)
        return self.process()

    def _arrival(self, raw: bytes, complete: bool, at: datetime | None) -> Arrival:
        self._uid += 1
        return Arrival(self._uid, at or self.now, raw, len(raw), complete)


@pytest.fixture
def post(record: Record) -> Post:
    return Post(record)

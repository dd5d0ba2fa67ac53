"""The office: a mailbox, the agent at work, staff who act, and a clock that is moved."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox_agent.agent.collecting import Collector
from inbox_agent.agent.ticking import tick
from inbox_agent.cases import search
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import State
from inbox_agent.cases.triage import PendingDecision
from inbox_agent.cli.sample_office.customers import Customers
from inbox_agent.cli.sample_office.stories import Story
from inbox_agent.errors import AlreadyRunning
from inbox_agent.letters import Stationery, acting, outbox
from inbox_agent.mailbox import MaildirDoor, make_maildir
from inbox_agent.process import process_waiting
from inbox_agent.process.decisions import carry_out
from inbox_agent.understanding import Understanding

OWNER = "sample-office"


class Office:
    """Everything happens at `now`; `refs` has the reference of each story's case."""

    def __init__(
        self,
        record: Record,
        stationery: Stationery,
        understanding: Understanding,
        customers: Customers,
        now: datetime,
    ) -> None:
        assert record.settings.maildir.path is not None, "mail arrives in a Maildir"
        self.record = record
        self.stationery = stationery
        self.understanding = understanding
        self.now = now
        self.refs: dict[str, str] = {}
        self._customers = customers
        self._maildir = record.settings.maildir.path
        self._collector = Collector(
            record, MaildirDoor(self._maildir, max_bytes=record.settings.max_mail_bytes)
        )
        self._mails = 0

    def __enter__(self) -> Self:
        """The agent looks at its mailbox for the first time; what comes from now on is answered."""
        make_maildir(self._maildir)
        if not self._collector.lock.acquire():
            raise AlreadyRunning("another collector is running on this mailbox")
        self._collector.collect(self.now)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._collector.door.close()
        self._collector.lock.release()

    def wait_until(self, moment: datetime) -> None:
        """Time passes; whatever falls due meanwhile happens at its time."""
        while (due := self._next_due()) is not None and due <= moment:
            self.now = max(self.now, due)
            carry_out(self.record, self.stationery, self.now)
            tick(self.record, self.stationery, self.now)
            self._send()
        self.now = moment

    def receive(self, story: Story, raw: bytes) -> None:
        """A mail arrives and is brought to its end."""
        self._mails += 1
        _put(self._maildir, f"{self._mails:04}.{story.name}", raw, self.now)
        self._collector.collect(self.now)
        outcomes = process_waiting(
            self.record, self.understanding, self.stationery, owner=OWNER, now=self.now
        )
        self._send()
        opened = [outcome.case_id for outcome in outcomes if outcome.case_id is not None]
        if opened and story.name not in self.refs:
            with self.record.reading() as session:
                self.refs[story.name] = session.get_one(Case, opened[0]).ref

    @contextmanager
    def acting(self, by: str) -> Iterator[tuple[Session, Act]]:
        """A person signed in at the desk does something; what they write leaves at once."""
        with acting(self.record, self.stationery, by=by, now=self.now, is_known_person=True) as acted:
            yield acted
        self._send()

    def case_of(self, session: Session, story: str) -> Case:
        return search.case(session, self.refs[story])

    def _next_due(self) -> datetime | None:
        """When time, or a decision of staff, next has something to do."""
        ticks = select(func.min(Case.tick_at)).where(Case.state != State.CLOSED)
        decisions = select(func.min(PendingDecision.due))
        with self.record.reading() as session:
            return min(filter(None, (session.scalar(ticks), session.scalar(decisions))), default=None)

    def _send(self) -> None:
        send = partial(outbox.send_some, self.record, self._customers, owner=OWNER, now=self.now)
        while send() == outbox.AT_ONCE:
            pass


def _put(maildir: Path, name: str, raw: bytes, at: datetime) -> None:
    """Into the Maildir, as any mail server does it; the time of the file is the time of receipt."""
    waiting = maildir / "tmp" / name
    waiting.write_bytes(raw)
    os.utime(waiting, (at.timestamp(), at.timestamp()))
    waiting.rename(maildir / "new" / name)

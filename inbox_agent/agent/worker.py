"""Who is alive: each running agent holds a lock by its name, which the system gives back when it dies."""

import uuid
from datetime import datetime

from inbox_agent.cases import inbound
from inbox_agent.cases.record import Record
from inbox_agent.errors import TryAgainLater
from inbox_agent.letters import outbox


class Worker:
    """This process, as other workers on the same record see it."""

    def __init__(self, record: Record) -> None:
        self.name = uuid.uuid4().hex[:12]
        self._record = record
        self._lock = record.lock(_lock_name(self.name))
        if not self._lock.acquire():
            raise TryAgainLater("this worker's own lock is taken")

    def take_over(self, now: datetime) -> None:
        """What dead workers had in hand is there for the living again: mails and letters."""
        if not self._lock.holds():
            self._lock.acquire()
        with self._record.reading() as session:
            reading, sending = inbound.owners(session), outbox.owners(session)
        dead = [name for name in {*reading, *sending} if name != self.name and self._is_dead(name)]
        if dead:
            with self._record.writing() as session:
                inbound.let_go(session, dead)
            outbox.recover(self._record, dead, now)

    def close(self) -> None:
        self._lock.release(for_good=True)

    def _is_dead(self, name: str) -> bool:
        lock = self._record.lock(_lock_name(name))
        try:
            return lock.acquire()
        finally:
            lock.release(for_good=True)


def _lock_name(name: str) -> str:
    return f"worker {name}"

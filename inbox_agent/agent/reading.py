"""One mailbox as the agent reads it: its folders found, each with its collector."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from inbox_agent.agent.collecting import Collector
from inbox_agent.cases import outages
from inbox_agent.cases.record import Record
from inbox_agent.errors import AlreadyRunning
from inbox_agent.mailbox import Source


class Reader:
    """`collectors` is empty until the mailbox has been opened, which may take its server's coming back."""

    def __init__(self, record: Record, source: Source, since: datetime | None = None) -> None:
        self.name = source.name
        self.collectors: list[Collector] = []
        self._record = record
        self._source = source
        self._since = since

    def open(self) -> None:
        """Find the folders and take their locks.

        Raises AlreadyRunning when another collector holds one, and what the mailbox raises.
        """
        if self.collectors:
            return
        found = [Collector(self._record, door, self._since) for door in self._source.doors()]
        for collector in found:
            if not collector.lock.acquire():
                raise AlreadyRunning("another collector is running on this mailbox")
        self.collectors = found

    def steps(self, now: datetime) -> list[Callable[[], object]]:
        """What to do to read it once, each by itself."""
        return [partial(collector.collect, now) for collector in self.collectors]

    def last_read(self) -> datetime | None:
        """When the folder was read that waits longest; None where one of them never was."""
        with self._record.reading() as session:
            if not self.collectors:
                return outages.last_read_at_all(session, self.name)
            return outages.last_read(session, [collector.door.name for collector in self.collectors])

    def leave(self) -> None:
        """End what its folders wait for; safe to call from another thread."""
        for collector in self.collectors:
            collector.door.close()

    def close(self) -> None:
        self.leave()
        for collector in self.collectors:
            collector.lock.release()

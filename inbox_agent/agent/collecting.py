"""From a door into the record: new mail is stored, and only then the cursor moves."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import structlog

from inbox_agent.cases import inbound, mailboxes
from inbox_agent.cases.inbound import BATCH_BYTES, BATCH_MAILS
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Mailbox
from inbox_agent.errors import AlreadyRunning
from inbox_agent.mailbox import Arrival, Door, Position

log = structlog.get_logger()


class Collector:
    """Collects one folder. Only one collector may do so at a time: its holder has the folder's lock.

    With `since`, it begins with what was received since then, also before the agent's first start.
    """

    def __init__(self, record: Record, door: Door, since: datetime | None = None) -> None:
        self._record = record
        self.door = door
        self._since = since
        self.lock = record.lock(f"collect {door.name}")
        self._seen: set[int] = set()

    def collect(self, now: datetime) -> int:
        """Store what is new; returns how many mails that were. Raises TryAgainLater, WrongSetting."""
        if not self.lock.holds() and not self.lock.acquire():
            raise AlreadyRunning("another collector is running on this mailbox")
        position = self.door.position()
        box = self._cursor(position, now)
        stored = self._store(box, self._new_uids(box, position), now)
        self._move_on(box, box.reread_below)
        sweep = mailboxes.sweep_from(box, now)
        if sweep is not None:
            stored += self._store(box, self._missed_uids(box, sweep), now)
        self._note_poll(now, swept=sweep is not None)
        return stored

    def _cursor(self, position: Position, now: datetime) -> Mailbox:
        with self._record.writing() as session:
            box = mailboxes.at(session, self.door.name, position, now)
            if self._since is not None:
                mailboxes.reach_back(box, self._since, now)
            session.flush()
            session.expunge(box)
        return box

    def _new_uids(self, box: Mailbox, position: Position) -> list[int]:
        if position.next_uid:
            if box.next_uid < box.reread_below:
                return self._missed_uids(box, box.next_uid)
            return list(self.door.uids(box.next_uid))
        return self._missed_uids(box, 0)  # a Maildir numbers nothing: what is not known is new

    def _missed_uids(self, box: Mailbox, first: int) -> list[int]:
        there = [uid for uid in self.door.uids(first, box.started_at) if uid not in self._seen]
        if not there:
            return []
        with self._record.reading() as session:
            known = mailboxes.known_uids(session, box, min(there))
        self._seen = known | self._seen if box.next_uid == 0 else self._seen
        return [uid for uid in there if uid not in known]

    def _store(self, box: Mailbox, uids: list[int], now: datetime) -> int:
        stored = 0
        for first in range(0, len(uids), BATCH_MAILS):
            asked = uids[first : first + BATCH_MAILS]
            for arrivals in _bounded(self.door.fetch(asked)):
                stored += self._keep(box, arrivals, now)
            self._move_on(box, asked[-1] + 1)
        return stored

    def _keep(self, box: Mailbox, arrivals: list[Arrival], now: datetime) -> int:
        wanted = [arrival for arrival in arrivals if not _before_our_time(box, arrival)]
        emails = inbound.sealed(
            self._record.keyring, box, wanted, junk=self.door.junk, sent=self.door.sent, now=now
        )
        with self._record.writing() as session:
            stored = inbound.store(session, emails)
        if box.next_uid == 0:
            self._seen.update(arrival.uid for arrival in arrivals)
        log.info("mail_stored", mailbox=box.name, mails=stored)
        return stored

    def _move_on(self, box: Mailbox, next_uid: int) -> None:
        if box.next_uid and next_uid > box.next_uid:
            box.next_uid = next_uid
            with self._record.writing() as session:
                session.get_one(Mailbox, box.name).next_uid = next_uid

    def _note_poll(self, now: datetime, *, swept: bool) -> None:
        with self._record.writing() as session:
            box = session.get_one(Mailbox, self.door.name)
            box.polled_at = now
            box.swept_at = now if swept else box.swept_at


def _before_our_time(box: Mailbox, arrival: Arrival) -> bool:
    # In a Maildir, and below where the UIDs stood at a change, all that was ever there can be seen again.
    unordered = box.next_uid == 0
    return (unordered or arrival.uid < box.reread_below) and arrival.received_at < box.started_at


def _bounded(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    batch: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        if batch and size + len(arrival.raw) > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(arrival)
        size += len(arrival.raw)
    if batch:
        yield batch

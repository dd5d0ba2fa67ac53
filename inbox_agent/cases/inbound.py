"""Inbound email: stored before anything can fail, taken up in batches, and what became of each.

received → filed | left | set_aside | needs_staff(reason)
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import InboundEmail, Mailbox, Table, as_row
from inbox_agent.database import insert_new, new_id
from inbox_agent.errors import NotWritten

BATCH_MAILS = 50
BATCH_BYTES = 8 * 1024 * 1024
GIVE_UP_AFTER = 3

REASONS = {
    "not_given": "the mailbox would not give it; look at it there",
    "crashed": "the agent died three times while reading it",
    "too_large": "larger than the setting MAX_MAIL_BYTES; only its beginning was kept",
    "someone_else_on_case": "it belongs to a known case, but somebody else wrote it",
    "unexpected_error": "the agent met an error that it does not know",
    "write_failed": "the database would not take what was decided",
}
"""Why a mail waits for a person, beyond the reason codes of `message` (its errors)."""


class Arriving(Protocol):
    """A mail as a door gives it; see `mailbox.Arrival`."""

    @property
    def uid(self) -> int: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def size(self) -> int: ...
    @property
    def complete(self) -> bool: ...


def sealed(
    keyring: Keyring,
    box: Mailbox,
    arrivals: Iterable[Arriving],
    *,
    junk: bool,
    sent: bool = False,
    now: datetime,
) -> list[InboundEmail]:
    """Arrivals as rows, each sealed under a key of its own; the keys are saved here, before the rows."""
    rows = [_sealed(keyring, box, arrival, now) for arrival in arrivals]
    for row in rows:
        row.junk, row.sent, row.answerable = junk, sent, row.answerable and not (junk or sent)
    keyring.save()
    return rows


def store(session: Session, emails: Iterable[InboundEmail]) -> int:
    """Keep raw bytes before anything can fail; says how many were not here already."""
    return insert_new(session, InboundEmail, [as_row(email) for email in emails])


def _sealed(keyring: Keyring, box: Mailbox, arrival: Arriving, now: datetime) -> InboundEmail:
    email_id, key_id = new_id(now), keyring.new_key(now)
    return InboundEmail(
        id=email_id,
        mailbox=box.name,
        uidvalidity=box.uidvalidity,
        uid=arrival.uid,
        received_at=arrival.received_at,
        stored_at=now,
        size=arrival.size,
        complete=arrival.complete,
        answerable=arrival.received_at >= box.answer_from,
        key_id=key_id,
        sealed_raw=keyring.seal(key_id, arrival.raw, "inbound_email.raw", email_id),
        state="received",
        tries=0,
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail in hand, out of the database: what `process` thinks about."""

    id: uuid.UUID
    key_id: uuid.UUID
    sealed_raw: bytes
    received_at: datetime
    size: int
    complete: bool
    answerable: bool
    junk: bool
    sent: bool
    tries: int

    def raw(self, keyring: Keyring) -> bytes:
        """The bytes as they arrived; raises Erased."""
        return keyring.open(self.sealed_raw, "inbound_email.raw", self.id)


def take_up(session: Session, owner: str) -> list[Taken]:
    """Take waiting mail in hand, oldest first, so that no other worker does; at most 50 or 8 MB.

    A mail whose last reader died is taken alone, so that it can bring down nothing but itself.
    """
    waiting = (
        select(InboundEmail.id, InboundEmail.size, InboundEmail.tries)
        .where(InboundEmail.state == "received", InboundEmail.owner.is_(None))
        .order_by(InboundEmail.received_at, InboundEmail.id)
        .limit(BATCH_MAILS)
        .with_for_update(skip_locked=True)
    )
    chosen = _batch(session.execute(waiting).all())
    if not chosen:
        return []
    session.execute(
        update(InboundEmail)
        .where(InboundEmail.id.in_(chosen))
        .values(owner=owner, tries=InboundEmail.tries + 1)
        .execution_options(synchronize_session=False)
    )
    columns = [getattr(InboundEmail, name) for name in Taken.__slots__]
    rows = session.execute(
        select(*columns)
        .where(InboundEmail.id.in_(chosen))
        .order_by(InboundEmail.received_at, InboundEmail.id)
    )
    return [Taken(*row) for row in rows]


def _batch(waiting: Sequence[tuple[uuid.UUID, int, int]]) -> list[uuid.UUID]:
    chosen: list[uuid.UUID] = []
    total = 0
    for email_id, size, tries in waiting:
        total += size
        if chosen and (total > BATCH_BYTES or tries):
            break
        chosen.append(email_id)
        if tries:
            break
    return chosen


def put_back(session: Session, owner: str) -> None:
    """What this worker took up and could not write, though it lived on, is there again as if untouched."""
    session.execute(
        update(InboundEmail)
        .where(InboundEmail.state == "received", InboundEmail.owner == owner)
        .values(owner=None, tries=InboundEmail.tries - 1)
        .execution_options(synchronize_session=False)
    )


def let_go(session: Session, dead: Iterable[str]) -> None:
    """Mail in the hands of workers that died is there for the living again."""
    session.execute(
        update(InboundEmail)
        .where(InboundEmail.state == "received", InboundEmail.owner.in_(list(dead)))
        .values(owner=None)
        .execution_options(synchronize_session=False)
    )


def owners(session: Session) -> list[str]:
    """The workers that have mail in hand."""
    found = select(InboundEmail.owner).where(InboundEmail.state == "received").distinct()
    return [owner for owner in session.scalars(found) if owner is not None]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mail, column by column; `this` is its id."""

    this: uuid.UUID
    state: str
    reason: str | None
    decision: str | None
    automatic: str | None
    nearness: float | None
    digest: bytes | None
    case_id: uuid.UUID | None
    key_id: uuid.UUID | None
    sealed_raw: bytes | None
    sealed_reading: bytes | None


_COLUMNS = [name for name in Result.__slots__ if name != "this"]
_SETTLE = (
    update(Table.metadata.tables["inbound_emails"])
    .where(InboundEmail.id == bindparam("this"))
    .where(InboundEmail.state == "received", InboundEmail.owner == bindparam("hand"))
    .values({"owner": None} | {name: bindparam(name) for name in _COLUMNS})
)


def settle(session: Session, results: Sequence[Result], owner: str) -> None:
    """Write what became of mails in this worker's hands.

    Raises NotWritten for a second copy of a known mail, and when another worker took one over meanwhile.
    """
    rows = [asdict(result) | {"hand": owner} for result in results]
    done = session.connection().execute(_SETTLE, rows)
    if done.rowcount != len(rows):
        raise NotWritten("a mail is no longer in this worker's hands")


def is_in_hand(session: Session, email_id: uuid.UUID, owner: str) -> bool:
    """Whether this worker still has it; where rows can be locked, nobody takes it before the commit."""
    mine = select(InboundEmail.id).where(
        InboundEmail.id == email_id, InboundEmail.state == "received", InboundEmail.owner == owner
    )
    return session.scalar(mine.with_for_update()) is not None


def is_here(session: Session, digest: bytes) -> bool:
    """Whether a mail with this content has been settled before."""
    return session.scalar(select(InboundEmail.id).where(InboundEmail.digest == digest)) is not None


def at(session: Session, mailbox: str, uidvalidity: int, uid: int) -> InboundEmail | None:
    """The mail stored from this place of a mailbox."""
    found = select(InboundEmail).where(
        InboundEmail.mailbox == mailbox, InboundEmail.uidvalidity == uidvalidity, InboundEmail.uid == uid
    )
    return session.scalar(found)


def counts(session: Session, since: datetime) -> dict[str, int]:
    """How many of the mails stored since then are in each state."""
    found = select(InboundEmail.state, func.count()).where(InboundEmail.stored_at >= since)
    return dict(session.execute(found.group_by(InboundEmail.state)).all())

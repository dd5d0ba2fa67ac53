"""How far each folder has been read, so that nothing is read twice, skipped, or answered though it is old."""

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases.tables import InboundEmail, Mailbox

SWEEP_EVERY = timedelta(hours=1)
SWEEP_UIDS = 500
GRACE = timedelta(days=1)
GENERATION = 1 << 32  # UIDVALIDITY has 32 bits; above them stands how often a server forgot to change it


class Standing(Protocol):
    """Where a folder stands on its server; see `mailbox.Position`."""

    @property
    def uidvalidity(self) -> int: ...
    @property
    def next_uid(self) -> int: ...


def at(session: Session, name: str, position: Standing, now: datetime) -> Mailbox:
    """The folder's cursor: as it was, begun at this moment, or begun anew after a UIDVALIDITY change."""
    box = session.get(Mailbox, name)
    if box is None:
        box = _begun(name, position, now)
        session.add(box)
    elif _has_other_uids(box, position):
        _begin_anew(box, position)
    return box


def _has_other_uids(box: Mailbox, position: Standing) -> bool:
    """UIDNEXT never falls (RFC 9051 §2.3.1.1): where it did, this is another mailbox or an older copy."""
    fell = 0 < position.next_uid < box.next_uid
    return box.uidvalidity % GENERATION != position.uidvalidity or fell


def _begun(name: str, position: Standing, now: datetime) -> Mailbox:
    # INTERNALDATE has whole seconds (RFC 9051): a mail of this second must not look older than the start.
    start = now.replace(microsecond=0)
    return Mailbox(
        name=name,
        uidvalidity=position.uidvalidity,
        first_uid=position.next_uid,
        next_uid=position.next_uid,
        reread_below=0,
        started_at=start,
        answer_from=start,
        polled_at=now,
        swept_at=now,
    )


def _begin_anew(box: Mailbox, position: Standing) -> None:
    """All UIDs mean nothing any more (RFC 9051 §2.3.1.1): read what came since the agent first started.

    Copies of known mail meet their content digest; what is older than the last good poll minus a day may
    have been answered by a person meanwhile, so it goes to staff without a letter.
    """
    if box.uidvalidity % GENERATION == position.uidvalidity:
        box.uidvalidity += GENERATION  # the same UIDs name other mails now: they need a name of their own
    else:
        box.uidvalidity = box.uidvalidity // GENERATION * GENERATION + position.uidvalidity
    box.first_uid = box.next_uid = 1
    box.reread_below = position.next_uid
    box.answer_from = max(box.answer_from, box.polled_at - GRACE)


def reach_back(box: Mailbox, since: datetime, now: datetime) -> None:
    """Begin anew with what was received since then, where that is before the agent's first start.

    What is known stays as it is; what is older than a day may have been answered by a person meanwhile, so it
    goes to staff without a letter.
    """
    if since >= box.started_at:
        return
    box.started_at = since
    box.answer_from = min(box.answer_from, max(since, now - GRACE))
    if box.next_uid:
        box.reread_below = max(box.reread_below, box.next_uid)
        box.first_uid = box.next_uid = 1


def sweep_from(box: Mailbox, now: datetime) -> int | None:
    """Where to look again below the cursor, once an hour, for mail that became visible late."""
    if now - box.swept_at < SWEEP_EVERY:
        return None
    return max(box.first_uid, box.next_uid - SWEEP_UIDS)


def known_uids(session: Session, box: Mailbox, first: int) -> set[int]:
    """The UIDs at or above `first` that are already stored."""
    stored = select(InboundEmail.uid).where(
        InboundEmail.mailbox == box.name,
        InboundEmail.uidvalidity == box.uidvalidity,
        InboundEmail.uid >= first,
    )
    return set(session.scalars(stored))

"""Mailboxes that nobody reads: since when, and whether staff know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from inbox_agent.cases.tables import Mailbox, Outage

log = structlog.get_logger()

_FORGOTTEN_AFTER = timedelta(days=1)
_TAKEN_OUT_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Silence:
    """A mailbox that has not been read since then; without a name it is all of them."""

    mailbox: str | None
    since: datetime


def last_read(session: Session, folders: Sequence[str]) -> datetime | None:
    """When the folder was read that waits longest; None where one of them never was."""
    found = session.scalars(select(Mailbox.polled_at).where(Mailbox.name.in_(folders))).all()
    return min(found) if found and len(found) == len(folders) else None


def last_read_at_all(session: Session, mailbox: str) -> datetime | None:
    """When any folder of a mailbox was read last, where nobody knows now which folders it has."""
    within = or_(Mailbox.name == mailbox, Mailbox.name.startswith(f"{mailbox}:", autoescape=True))
    return session.scalar(select(func.max(Mailbox.polled_at)).where(within))


def last_read_by_others(session: Session, mine: Collection[str], now: datetime) -> dict[str, datetime]:
    """When each mailbox was read last that other agents read, whether they live or not.

    What nobody has read for a week was taken out of the settings.
    """
    read = select(Mailbox.name, Mailbox.polled_at).where(Mailbox.polled_at > now - _TAKEN_OUT_AFTER)
    found: dict[str, datetime] = {}
    for folder, polled_at in session.execute(read.order_by(Mailbox.polled_at)):
        mailbox = folder if folder.startswith("maildir:") else folder.partition(":")[0]
        if mailbox not in mine and folder not in mine:
            found[mailbox] = polled_at
    return found


def silences(session: Session, now: datetime, after: timedelta) -> list[Silence]:
    """What has not been read for so long, whether a living agent says so or none lives."""
    latest = session.scalar(select(func.max(Mailbox.polled_at)))
    if latest is not None and now - latest > after:
        return [Silence(None, latest)]
    seen = select(Outage).where(Outage.over_at.is_(None), Outage.seen_at > now - after).order_by(Outage.since)
    return [Silence(one.mailbox, one.since) for one in session.scalars(seen)]


def note(session: Session, mailbox: str, since: datetime, now: datetime, *, silent: bool) -> None:
    """What an agent finds of one of its mailboxes: an outage begins, goes on, ends, or there is none."""
    outage = session.get(Outage, mailbox, with_for_update=True)
    if silent and outage is None:
        session.add(Outage(mailbox=mailbox, since=since, seen_at=now))
        log.error("mailbox_not_read", mailbox=mailbox, since=since.isoformat(timespec="minutes"))
    elif silent and outage is not None:
        outage.seen_at, outage.over_at = now, None
    elif outage is not None and outage.over_at is None:
        log.warning("mailbox_read_again", mailbox=mailbox)
        outage.over_at = now


def forget_those_of_no_mailbox(session: Session, now: datetime) -> None:
    """A mailbox that was taken out of the settings in the middle of an outage."""
    session.execute(delete(Outage).where(Outage.seen_at < now - _FORGOTTEN_AFTER))


def to_tell(session: Session) -> list[Outage]:
    """Outages of which staff have not been told that they began, or that they ended."""
    return list(session.scalars(select(Outage).where(Outage.told_at.is_(None) | Outage.over_at.is_not(None))))


def claim(session: Session, outage: Outage, now: datetime) -> bool:
    """Only one worker tells of it: whoever notes it first. One that is over goes."""
    if outage.over_at is not None:
        gone = delete(Outage).where(Outage.mailbox == outage.mailbox, Outage.over_at.is_not(None))
        return session.connection().execute(gone).rowcount == 1
    told = update(Outage).where(Outage.mailbox == outage.mailbox, Outage.told_at.is_(None))
    return session.connection().execute(told.values(told_at=now)).rowcount == 1

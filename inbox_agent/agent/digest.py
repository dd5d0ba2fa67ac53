"""The staff's daily mail: how many cases wait for what, and which are urgent; references only, no names."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from inbox_agent.cases.case import ATTENTION, Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import State
from inbox_agent.cases.tables import DigestSent
from inbox_agent.letters import Draft, Stationery, compose
from inbox_agent.letters.outbox import Carrier

FROM_HOUR = 7
MOST_URGENT = 20
_SOON = timedelta(days=2)
_WAITING = {State.AWAITING_IDENTITY, State.AWAITING_INFO, State.AWAITING_GUARDIAN}


def send_digest(record: Record, stationery: Stationery, carrier: Carrier, now: datetime) -> bool:
    """Send today's digest once it is seven o'clock, where a staff address is set; says whether it went.

    Raises TryAgainLater when the relay is out of reach; it goes later the same day, once.
    """
    to, local = record.settings.staff_address, now.astimezone(record.law.zone)
    if to is None or record.settings.sending == "off" or local.hour < FROM_HOUR:
        return False
    with record.reading() as session:
        if session.get(DigestSent, local.date()) is not None:
            return False
        facts = digest(session, record, now)
    carrier.send(record.settings.address, to, compose(_draft(local.date(), to, now, facts), stationery))
    with record.writing() as session:
        session.merge(DigestSent(day=local.date(), at=now))
    return True


def digest(session: Session, record: Record, now: datetime) -> dict[str, Any]:
    """Counts of the open cases, and the most urgent ones with why and by when."""
    found = select(Case).where(Case.state != State.CLOSED).options(selectinload(Case.rights))
    cases = session.scalars(found.order_by(Case.opened_at)).all()
    counts = Counter(one for case in cases for one in _counted(case, now))
    urgent = sorted((case for case in cases if case.attention), key=_urgency)[:MOST_URGENT]
    return {
        "today": record.law.day(now).isoformat(),
        "counts": {name: counts[name] for name in ("open", "decide", "overdue", "soon", "waiting", "new")},
        "urgent": [
            {"ref": case.ref, "why": case.attention, "due": record.law.day(case.due_at).isoformat()}
            for case in urgent
            if case.due_at is not None
        ],
    }


def _counted(case: Case, now: datetime) -> list[str]:
    due = case.due_at
    told = {
        "open": True,
        "decide": case.state == State.TRIAGE,
        "overdue": due is not None and due < now,
        "soon": due is not None and now <= due < now + _SOON,
        "waiting": case.state in _WAITING,
        "new": case.opened_at > now - timedelta(days=1),
    }
    return [name for name, is_so in told.items() if is_so]


def _urgency(case: Case) -> tuple[int, str]:
    return ATTENTION.index(case.attention or ATTENTION[-1]), case.ref


def _draft(day: date, to: str, now: datetime, facts: dict[str, Any]) -> Draft:
    return Draft(
        kind="digest",
        languages=("en", "ar"),
        to=to,
        message_id=f"<digest.{day:%Y%m%d}.{now.timestamp():.0f}@{to.partition('@')[2]}>",
        date=now,
        ref=day.isoformat(),
        facts=facts,
    )

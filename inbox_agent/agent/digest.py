"""The staff's daily mail: how many cases wait for what, and which are urgent; references only, no names."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from inbox_agent.cases import outages, retention
from inbox_agent.cases.attention import ATTENTION
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import State
from inbox_agent.cases.tables import DigestSent
from inbox_agent.errors import InboxAgentError, NotWritten
from inbox_agent.evidence import heads
from inbox_agent.letters import Draft, Refused, Stationery, compose
from inbox_agent.letters.outbox import Carrier

log = structlog.get_logger()

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
    if not _claimed(record, local.date(), now):
        return False
    try:
        carrier.send(record.settings.address, to, compose(_draft(local.date(), to, now, facts), stationery))
    except Refused as refused:
        log.warning("digest_refused", code=refused.code)
    except InboxAgentError:
        with record.writing() as session:
            session.delete(session.get_one(DigestSent, local.date()))
        raise
    return True


def _claimed(record: Record, day: date, now: datetime) -> bool:
    """One worker sends it: whoever notes the day first."""
    try:
        with record.writing() as session:
            session.add(DigestSent(day=day, at=now))
    except NotWritten:
        return False
    return True


def digest(session: Session, record: Record, now: datetime) -> dict[str, Any]:
    """Counts of the open cases, and the most urgent ones with why and by when."""
    shown = or_(Case.state != State.CLOSED, Case.attention.is_not(None))
    found = select(Case).where(shown).options(selectinload(Case.rights))
    cases = session.scalars(found.order_by(Case.opened_at)).all()
    counts = Counter(one for case in cases if case.state != State.CLOSED for one in _counted(case, now))
    urgent = sorted((case for case in cases if case.attention), key=_urgency)[:MOST_URGENT]
    return {
        "today": record.law.day(now).isoformat(),
        "country": record.law.calendar.country,
        "counts": {name: counts[name] for name in ("open", "decide", "overdue", "soon", "waiting", "new")},
        "urgent": [
            {"ref": case.ref, "why": case.attention, "due": _day(record, case.due_at)} for case in urgent
        ],
        "silent": _silent(session, record, now),
        "retention": _retention(session, record, now),
        "head": heads.known(record).head,
    }


def _silent(session: Session, record: Record, now: datetime) -> dict[str, str] | None:
    """Since when a mailbox has not been read."""
    silences = outages.silences(session, now, record.settings.silent_after)
    if not silences:
        return None
    since = min(one.since for one in silences).astimezone(record.law.zone)
    return {"since": since.date().isoformat(), "at": f"{since:%H:%M}"}


def _retention(session: Session, record: Record, now: datetime) -> dict[str, Any] | None:
    """What the last run erased and what is held; `late` where none has come to its end for two days."""
    run = retention.last_run(session)
    if run is None:
        return None
    counts = {name: getattr(run, name) for name in ("bodies", "records", "mails", "held")}
    late = now - run.began_at > 2 * retention.EVERY
    return counts | {"day": record.law.day(run.began_at).isoformat(), "late": late}


def _day(record: Record, due: datetime | None) -> str | None:
    return record.law.day(due).isoformat() if due else None


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
        message_id=f"<digest.{day:%Y%m%d}@{to.partition('@')[2]}>",
        date=now,
        ref=day.isoformat(),
        facts=facts,
    )

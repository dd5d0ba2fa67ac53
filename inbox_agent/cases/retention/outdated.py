"""What is past its date, and what holds it all the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.states import State
from inbox_agent.cases.tables import CaseLink, InboundEmail
from inbox_agent.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """What was closed or came before these moments is past its date."""

    bodies: datetime
    record: datetime
    quarantine: datetime

    @classmethod
    def of(cls, settings: Settings, now: datetime) -> "Limits":
        return cls(
            now - timedelta(days=settings.keep_bodies_days),
            months_before(now, settings.keep_record_months),
            now - timedelta(days=settings.keep_quarantine_days),
        )


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of the month so many months ago; the 28th where the month may have no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, 28))


def bodies(past: Limits) -> ColumnElement[bool]:
    """Closed for so long with its bodies, or with what came to it since they were erased."""
    again = and_(Case.event_count > Case.bodies_erased_seq, Case.bodies_erased_at < past.bodies)
    return and_(
        Case.state == State.CLOSED,
        Case.closed_at < past.bodies,
        or_(Case.bodies_erased_at.is_(None), again),
    )


def record(past: Limits) -> ColumnElement[bool]:
    return and_(Case.state == State.CLOSED, Case.closed_at < past.record)


def free(due: ColumnElement[bool]) -> Select[Any]:
    """The ids of the cases that are due and that nothing holds; those that were merged go with another."""
    return select(Case.id).where(due, Case.merged_into.is_(None), ~held())


def held() -> ColumnElement[bool]:
    """Whether something holds a case, whatever its date."""
    return or_(*_holds().values())


def _holds() -> Mapping[str, ColumnElement[bool]]:
    """A complaint, a protest, what staff have not seen, an open case beside it, a letter that leaves."""
    other = aliased(Case)
    is_open, here, there = other.state != State.CLOSED, CaseLink.case_id, CaseLink.other_id
    beside = exists().where(here == Case.id, there == other.id, is_open)
    before = exists().where(there == Case.id, here == other.id, is_open)
    leaving = exists().where(Letter.case_id == Case.id, Letter.state.in_(("ready", "sending")))
    return {
        "keeps_all": Case.keeps_all.is_(True),
        "frozen": Case.frozen.is_(True),
        "attention": Case.attention.is_not(None),
        "linked": or_(beside, before),
        "letter": leaving,
    }


def holds(session: Session, case: Case) -> list[str]:
    """Which of these hold this case."""
    found = select(*(hold.label(name) for name, hold in _holds().items())).where(Case.id == case.id)
    return [name for name, holds_it in session.execute(found).one()._asdict().items() if holds_it]


def held_back(session: Session, past: Limits) -> dict[str, int]:
    """How many cases past their date something holds, by what it is; one may be held by several."""
    due = [Case.state == State.CLOSED, Case.closed_at < past.bodies, Case.merged_into.is_(None)]
    wanted = or_(bodies(past), record(past))
    return {
        name: session.scalar(select(func.count()).select_from(Case).where(*due, wanted, hold)) or 0
        for name, hold in _holds().items()
    }


def held_in_all(session: Session, past: Limits) -> int:
    wanted = or_(bodies(past), record(past)), Case.merged_into.is_(None), held()
    return session.scalar(select(func.count()).select_from(Case).where(*wanted)) or 0


def unsettled(past: Limits) -> Select[Any]:
    """The ids of the mails in quarantine that nobody has looked at for so long."""
    return select(InboundEmail.id).where(
        InboundEmail.state == "needs_staff",
        InboundEmail.case_id.is_(None),
        InboundEmail.stored_at < past.quarantine,
    )


def count(session: Session, found: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0

"""Time goes on: what falls due on cases, and dates reckoned anew after a change of law."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases import ticking
from inbox_agent.cases.act import AGENT, Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import State
from inbox_agent.database import savepoint
from inbox_agent.errors import TryAgainLater, where
from inbox_agent.letters import Stationery
from inbox_agent.letters import write as write_letters

log = structlog.get_logger()

AFTER_TROUBLE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Office:
    """Where time is at work: the record, what letters are written on, and the moment."""

    record: Record
    stationery: Stationery
    now: datetime


def tick(record: Record, stationery: Stationery, now: datetime) -> int:
    """Do for every open case what time asks for; returns how many cases were looked at.

    A case that cannot be brought up to date is tried again after an hour and stops none of the others.
    """
    looked_at, office = 0, Office(record, stationery, now)
    while True:
        with record.writing() as session:
            cases = ticking.due_cases(session, now)
            for case in cases:
                _alone(office, session, case, ticking.tick)
        looked_at += len(cases)
        if len(cases) < ticking.AT_ONCE:
            return looked_at


def reckon(record: Record, stationery: Stationery, now: datetime) -> int:
    """The dates of all open cases anew, in case the law profile changed; returns how many were looked at."""
    with record.reading() as session:
        ids = session.scalars(select(Case.id).where(Case.state != State.CLOSED).order_by(Case.id)).all()
    office = Office(record, stationery, now)
    for first in range(0, len(ids), ticking.AT_ONCE):
        with record.writing() as session:
            some = select(Case).where(Case.id.in_(ids[first : first + ticking.AT_ONCE])).with_for_update()
            for case in session.scalars(some).all():
                _alone(office, session, case, ticking.reckon)
    return len(ids)


def _alone(office: Office, session: Session, case: Case, do: Callable[[Session, Act, Case], object]) -> None:
    record = office.record
    act = record.act(office.now, AGENT)
    try:
        with savepoint(session):
            do(session, act, case)
            letters = [row for row in act.rows if isinstance(row, Letter)]
            write_letters(letters, record.keyring, office.stationery)
            record.keyring.save()
            write(session, act.rows)
    except TryAgainLater:
        raise
    except Exception as error:
        log.error("tick_failed", case=case.ref, error=where(error))
        case.tick_at = office.now + AFTER_TROUBLE

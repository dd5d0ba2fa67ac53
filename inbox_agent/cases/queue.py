"""The queue: what needs a person, most urgent first, and why.

A case needs a person unless it waits for its customer, is asleep, or somebody has just decided it. Of several
reasons the one that weighs most is shown.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, selectinload

from inbox_agent.cases import words
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import address_hash
from inbox_agent.cases.record import Record
from inbox_agent.cases.references import references_in
from inbox_agent.cases.right import UNDECIDED, WARN_BEFORE, Right
from inbox_agent.cases.staff import Role, by_name
from inbox_agent.cases.standing import View, Why, on_shelf, standings, urgency, why_of
from inbox_agent.cases.states import State
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.errors import PersonNeeded

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are looked for; days are those of the law's time zone, both included."""

    view: View = View.DECIDE
    q: str = ""
    type: str = ""
    language: str = ""
    state: str = ""
    person: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the queue: a case, why it is shown, by when it must be answered."""

    case: Case
    why: Why
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the queue, and how many rows there are in all."""

    lines: Sequence[Line]
    total: int


def look(session: Session, record: Record, wanted: Filter, *, me: str, now: datetime) -> Found:
    """One page of a view, the most urgent first; of closed cases the last one first.

    A search in all cases looks among the closed ones, too, and so does who asks for their state.
    """
    only = list(_only(record, wanted))
    among_all = wanted.view is View.ALL and (wanted.q.strip() or wanted.state == State.CLOSED)
    if wanted.view is View.CLOSED or among_all:
        return _of_the_past(session, wanted, only, now)
    there = standings(now, only)
    # Counted on the way: to put all standings together a second time would take as long again.
    found = select(there.c.id, there.c.rank, there.c.due, func.count().over())
    found = found.where(on_shelf(there, wanted.view, me, now))
    rows = session.execute(_page(found.order_by(*urgency(there, wanted.view)), wanted)).all()
    total = rows[0][-1] if rows else _count(session, found.with_only_columns(there.c.id))
    cases = _loaded(session, [case_id for case_id, *_ in rows])
    return Found([Line(cases[case_id], why_of(rank), due) for case_id, rank, due, _ in rows], total)


def _of_the_past(session: Session, wanted: Filter, only: list[ColumnElement[bool]], now: datetime) -> Found:
    """Cases that may all be closed: in the order in which they ended, the open ones first."""
    closed, last_first = Case.state == State.CLOSED, Case.closed_at.desc()
    found, order = select(Case).where(*only), last_first.nulls_first()
    if wanted.view is View.CLOSED:  # none without a date, and so in the very order of the index
        found, order = found.where(closed), last_first
    ordered = found.order_by(order, Case.id.desc()).options(selectinload(Case.rights))
    cases = session.scalars(_page(ordered, wanted)).all()
    there = standings(now, [Case.id.in_([one.id for one in cases])])
    rows = session.execute(select(there.c.id, there.c.rank, there.c.due))
    standing = {case_id: (why_of(rank), due) for case_id, rank, due in rows}
    lines = [Line(one, *standing.get(one.id, (Why.NOTHING, None))) for one in cases]
    return Found(lines, _count(session, found.with_only_columns(Case.id)))


def _page(found: Select[Any], wanted: Filter) -> Select[Any]:
    return found.limit(PAGE).offset(PAGE * (wanted.page - 1))


def _loaded(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Case]:
    found = select(Case).where(Case.id.in_(ids)).options(selectinload(Case.rights))
    return {one.id: one for one in session.scalars(found)}


def _count(session: Session, found: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def counts(session: Session, *, me: str, now: datetime) -> dict[str, int]:
    """How many cases stand on each open shelf and wait in triage, how many mails wait in quarantine."""
    there = standings(now)
    shelves = {str(view): on_shelf(there, view, me, now) for view in View if view is not View.CLOSED}
    shelves["triage"] = and_(there.c.state == State.TRIAGE, there.c.needs_person)
    counted = session.execute(select(*(_sum(held).label(name) for name, held in shelves.items()))).one()
    return counted._asdict() | {"quarantine": in_quarantine(session)}


def _sum(held: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((held, 1), else_=0)), 0)


def in_quarantine(session: Session) -> int:
    """How many mails the agent could not bring to their end."""
    return session.scalar(select(func.count()).where(InboundEmail.state == "needs_staff")) or 0


def to_triage(session: Session, now: datetime) -> Sequence[str]:
    """The references of the unsure mails that nobody has decided, oldest first."""
    there = standings(now, [Case.state == State.TRIAGE])
    found = select(Case.ref).join(there, there.c.id == Case.id).where(there.c.needs_person)
    return session.scalars(found.order_by(Case.received_at, Case.id)).all()


def next_date(session: Session, now: datetime) -> datetime | None:
    """When the next open right must be answered."""
    ahead = select(func.min(Right.legal_due)).where(UNDECIDED, Right.legal_due >= now)
    return session.scalar(ahead)


def colleague(session: Session, name: str) -> str | None:
    """The name of somebody who works on cases; None for none; raises PersonNeeded for anybody else."""
    person = by_name(session, name) if name else None
    if name and (person is None or not person.active or not person.may(Role.AGENT)):
        raise PersonNeeded("no_such_person", "nobody of that name works on cases")
    return person.name if person else None


def assign(act: Act, of: Case, to: str | None) -> None:
    """Somebody takes it on, or nobody has it any more."""
    of.assigned_to = to
    of.tell(act, "assigned", to=to)


def snooze(act: Act, of: Case, until: datetime | None) -> None:
    """Out of the way until then; raises PersonNeeded where that would be too late.

    Whatever the customer does wakes it before.
    """
    due = of.due_at
    if until is not None and due is not None and until > due - WARN_BEFORE:
        raise PersonNeeded("too_late_to_snooze", f"{of.ref} must be answered before that")
    of.snoozed_until = until
    of.tell(act, "snoozed", until=until.isoformat() if until else None)


def _only(record: Record, wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """What the filters ask of a case."""
    if wanted.q.strip():
        yield _matching(record, wanted.q)
    if wanted.language:
        yield Case.language == wanted.language
    if wanted.state:
        yield Case.state == wanted.state
    if wanted.person:
        yield Case.assigned_to == (None if wanted.person == "nobody" else wanted.person)
    if wanted.type:
        yield exists().where(Right.case_id == Case.id, Right.type == wanted.type)
    if wanted.since:
        yield Case.received_at > record.law.end_of(wanted.since - timedelta(days=1))
    if wanted.until:
        yield Case.received_at <= record.law.end_of(wanted.until)


def _matching(record: Record, text: str) -> ColumnElement[bool]:
    """By reference, by address, or by all of the words."""
    if refs := references_in(text):
        return Case.ref.in_(refs)
    if "@" in text:
        return Case.requester_hash == address_hash(record.keyring, text.strip())
    each = [Case.id.in_(query) for query in words.with_all(record.keyring, text)]
    return and_(*each) if each else Case.ref == text.strip()

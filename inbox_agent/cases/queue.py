"""The queue: what needs a person, most urgent first, and why.

A case needs a person unless it waits for its customer, is asleep, or somebody has just decided it. Of several
reasons the one that weighs most is shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, selectinload

from inbox_agent.cases import words
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import address_hash
from inbox_agent.cases.record import Record
from inbox_agent.cases.references import references_in
from inbox_agent.cases.right import UNDECIDED, WARN_BEFORE, Right
from inbox_agent.cases.staff import Role, by_name
from inbox_agent.cases.standing import Standing, View, Why, standings
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

    A search in all cases looks among the closed ones, too.
    """
    only = list(_only(record, wanted))
    if wanted.view is View.CLOSED or (wanted.view is View.ALL and wanted.q.strip()):
        return _of_the_past(session, wanted, only, now)
    there = [one for one in standings(session, only) if one.is_on(wanted.view, me, now)]
    page = sorted(there, key=lambda one: one.urgency(wanted.view, now))[_slice(wanted)]
    cases = _loaded(session, page)
    return Found([Line(cases[one.id], one.why(now), one.due) for one in page if one.id in cases], len(there))


def _of_the_past(session: Session, wanted: Filter, only: list[ColumnElement[bool]], now: datetime) -> Found:
    """Cases that may all be closed: in the order in which they ended, the open ones first."""
    closed, last_first = Case.state == State.CLOSED, Case.closed_at.desc()
    found, order = select(Case).where(*only), last_first.nulls_first()
    if wanted.view is View.CLOSED:  # none without a date, and so in the very order of the index
        found, order = found.where(closed), last_first
    total = session.scalar(select(func.count()).select_from(found.with_only_columns(Case.id).subquery())) or 0
    ordered = found.order_by(order, Case.id.desc()).options(selectinload(Case.rights))
    cases = session.scalars(ordered.limit(PAGE).offset(PAGE * (wanted.page - 1))).all()
    standing = {one.id: one for one in standings(session, [Case.id.in_([one.id for one in cases])])}
    lines = [Line(one, *_why_and_due(standing.get(one.id), now)) for one in cases]
    return Found(lines, total)


def _why_and_due(standing: Standing | None, now: datetime) -> tuple[Why, datetime | None]:
    return (standing.why(now), standing.due) if standing else (Why.NOTHING, None)


def _slice(wanted: Filter) -> slice:
    return slice(PAGE * (wanted.page - 1), PAGE * wanted.page)


def _loaded(session: Session, page: Sequence[Standing]) -> dict[object, Case]:
    found = select(Case).where(Case.id.in_([one.id for one in page])).options(selectinload(Case.rights))
    return {case.id: case for case in session.scalars(found)}


def counts(session: Session, *, me: str, now: datetime) -> dict[str, int]:
    """How many cases stand on each shelf, wait in triage, and how many mails wait in quarantine."""
    there = standings(session)
    shelves = {str(view): sum(one.is_on(view, me, now) for one in there) for view in View}
    closed = select(func.count()).where(Case.state == State.CLOSED)
    return shelves | {
        "triage": sum(one.state == State.TRIAGE and one.needs_person(now) for one in there),
        "closed": session.scalar(closed) or 0,
        "quarantine": in_quarantine(session),
    }


def in_quarantine(session: Session) -> int:
    """How many mails the agent could not bring to their end."""
    return session.scalar(select(func.count()).where(InboundEmail.state == "needs_staff")) or 0


def to_triage(session: Session, now: datetime) -> Sequence[str]:
    """The references of the unsure mails that nobody has decided, oldest first."""
    there = [one for one in standings(session, [Case.state == State.TRIAGE]) if one.needs_person(now)]
    found = select(Case.ref).where(Case.id.in_([one.id for one in there]))
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

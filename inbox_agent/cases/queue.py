"""The queue: what needs a person, most urgent first, and why.

A case needs a person unless it waits for its customer, is asleep, or somebody has just decided it. Of several
reasons the one that weighs most is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from inbox_agent.cases import words
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter, address_hash
from inbox_agent.cases.record import Record
from inbox_agent.cases.references import references_in
from inbox_agent.cases.right import WARN_BEFORE, Right
from inbox_agent.cases.states import State
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.cases.triage import PendingDecision
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType

PAGE = 50

OPEN = tuple(state for state in State if state is not State.CLOSED)
WAITING = (State.AWAITING_IDENTITY, State.AWAITING_INFO, State.AWAITING_GUARDIAN, State.RESPONDED)
_OURS = tuple(state for state in OPEN if state not in WAITING)


class View(StrEnum):
    """The shelves of the queue."""

    DECIDE = "decide"
    MINE = "mine"
    WAITING = "waiting"
    SOON = "soon"
    ALL = "all"
    CLOSED = "closed"


class Why(StrEnum):
    """Why a case needs a person, what weighs most first."""

    CHILD = "child"
    LEGAL_THREAT = "legal_threat"
    NOT_ME = "not_me"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    UNSURE = "unsure"
    REPLY = "reply"
    REFUSED = "refused"
    SECOND_PERSON = "second_person"
    RELEASE = "release"
    ON_HOLD = "on_hold"
    WORK = "work"
    NOTHING = "nothing"


_OF_ATTENTION = {
    "child": Why.CHILD,
    "complaint": Why.LEGAL_THREAT,
    "legal_threat": Why.LEGAL_THREAT,
    "not_me": Why.NOT_ME,
    "overdue": Why.OVERDUE,
    "due_soon": Why.DUE_SOON,
    "unsure": Why.UNSURE,
    "letter_refused": Why.REFUSED,
}
_REPLIES = ("reply_waiting", "someone_else", "confirmed", "verified")


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
    """One page of a view, the most urgent first; of closed cases the last one first."""
    due, why = _due(), _why(now)
    found = _restricted(select(Case, why.label("why"), due.label("due")), record, wanted, me=me, now=now)
    total = session.scalar(select(func.count()).select_from(found.with_only_columns(Case.id).subquery())) or 0
    page = found.order_by(*_order(wanted.view, why, due)).limit(PAGE).offset(PAGE * (wanted.page - 1))
    rows = session.execute(page.options(selectinload(Case.rights))).all()
    return Found([Line(row[0], list(Why)[row[1]], _aware(row[0], row[2])) for row in rows], total)


def counts(session: Session, *, me: str, now: datetime) -> dict[str, int]:
    """How many cases stand on each shelf, and how many mails wait in quarantine."""
    shelves = [view for view in View if view is not View.CLOSED]
    sums = [func.sum(case((_on(view, me, now), 1), else_=0)) for view in shelves]
    row = session.execute(select(*sums).where(_interesting())).one()
    counted = {str(view): count or 0 for view, count in zip(shelves, row, strict=True)}
    closed = select(func.count()).where(Case.state == State.CLOSED)
    triage = select(func.count()).where(Case.state == State.TRIAGE, _awake(now), ~_decided())
    stuck = select(func.count()).where(InboundEmail.state == "needs_staff")
    more = {"closed": closed, "triage": triage, "quarantine": stuck}
    return counted | {name: session.scalar(query) or 0 for name, query in more.items()}


def to_triage(session: Session, now: datetime) -> Sequence[str]:
    """The references of the unsure mails that nobody has decided, oldest first."""
    found = select(Case.ref).where(Case.state == State.TRIAGE, _awake(now), ~_decided())
    return session.scalars(found.order_by(Case.received_at, Case.id)).all()


def next_date(session: Session, now: datetime) -> datetime | None:
    """When the next open right must be answered."""
    ahead = select(func.min(Right.legal_due)).where(Right.state.in_(OPEN), Right.legal_due >= now)
    return session.scalar(ahead)


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


def _restricted(found: Select[Any], record: Record, wanted: Filter, *, me: str, now: datetime) -> Select[Any]:
    searching = bool(wanted.q.strip())
    found = found.where(*([] if searching and wanted.view is View.ALL else [_on(wanted.view, me, now)]))
    if searching:
        found = found.where(_matching(record, wanted.q))
    for column, value in ((Case.language, wanted.language), (Case.state, wanted.state)):
        found = found.where(column == value) if value else found
    if wanted.person:
        found = found.where(Case.assigned_to == (None if wanted.person == "nobody" else wanted.person))
    if wanted.type:
        found = found.where(exists().where(Right.case_id == Case.id, Right.type == wanted.type))
    if wanted.since:
        found = found.where(Case.received_at > record.law.end_of(wanted.since - timedelta(days=1)))
    if wanted.until:
        found = found.where(Case.received_at <= record.law.end_of(wanted.until))
    return found


def _matching(record: Record, text: str) -> ColumnElement[bool]:
    """By reference, by address, or by all of the words."""
    if refs := references_in(text):
        return Case.ref.in_(refs)
    if "@" in text:
        return Case.requester_hash == address_hash(record.keyring, text.strip())
    each = [Case.id.in_(query) for query in words.with_all(record.keyring, text)]
    return and_(*each) if each else Case.ref == text.strip()


def _on(view: View, me: str, now: datetime) -> ColumnElement[bool]:
    is_open = Case.state.in_(OPEN)
    match view:
        case View.DECIDE:
            return _needs(now)
        case View.MINE:
            return and_(Case.assigned_to == me, or_(is_open, Case.attention.is_not(None)))
        case View.WAITING:
            return and_(Case.state.in_(WAITING), ~_needs(now))
        case View.SOON:
            return and_(is_open, _due() < now + timedelta(days=7))
        case View.ALL:
            return or_(is_open, Case.attention.is_not(None))
        case View.CLOSED:
            return Case.state == State.CLOSED


def _interesting() -> ColumnElement[bool]:
    return or_(Case.state.in_(OPEN), Case.attention.is_not(None))


def _needs(now: datetime) -> ColumnElement[bool]:
    calls = or_(
        Case.attention.is_not(None),
        Case.state.in_(_OURS),
        and_(Case.state.in_(OPEN), or_(_due() < now + WARN_BEFORE, _has_held_letter())),
    )
    return and_(calls, _interesting(), _awake(now), ~_decided())


def _awake(now: datetime) -> ColumnElement[bool]:
    return or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now)


def _decided() -> ColumnElement[bool]:
    return exists().where(PendingDecision.case_id == Case.id)


def _has_held_letter() -> ColumnElement[bool]:
    return exists().where(Letter.case_id == Case.id, Letter.state == "held")


def _is_about_a_child() -> ColumnElement[bool]:
    undecided = [state for state in OPEN if state is not State.RESPONDED]
    of_child = Right.type == RequestType.CHILD_DATA, Right.state.in_(undecided)
    return exists().where(Right.case_id == Case.id, *of_child)


def _due() -> Any:
    """The earliest legal date of its rights that are not decided."""
    undecided = [state for state in OPEN if state is not State.RESPONDED]
    earliest = select(func.min(Right.legal_due)).where(Right.case_id == Case.id, Right.state.in_(undecided))
    return earliest.correlate(Case).scalar_subquery()


def _why(now: datetime) -> Any:
    """The number of the reason that weighs most."""
    rank = {why: number for number, why in enumerate(Why)}
    reasons: list[tuple[ColumnElement[bool], Why]] = [
        (_is_about_a_child(), Why.CHILD),
        *((Case.attention == code, why) for code, why in _OF_ATTENTION.items()),
        (_due() < now, Why.OVERDUE),
        (_due() < now + WARN_BEFORE, Why.DUE_SOON),
        (Case.state == State.TRIAGE, Why.UNSURE),
        (Case.attention.in_(_REPLIES), Why.REPLY),
        (Case.state == State.REVIEW, Why.SECOND_PERSON),
        (_has_held_letter(), Why.RELEASE),
        (Case.state == State.ON_HOLD, Why.ON_HOLD),
        (Case.state.in_(_OURS), Why.WORK),
        (true(), Why.NOTHING),
    ]
    ordered = sorted(reasons, key=lambda one: rank[one[1]])
    return case(*((condition, rank[why]) for condition, why in ordered))


def _order(view: View, why: Any, due: Any) -> list[Any]:
    if view is View.CLOSED:
        return [Case.closed_at.desc(), Case.id]
    if view is View.SOON:
        return [due, Case.id]
    return [why, due.is_(None), due, Case.received_at, Case.id]


def _aware(of: Case, due: object) -> datetime | None:
    """A subquery's moment has lost its type; the rights have it."""
    return None if due is None else min(right.legal_due for right in of.rights if not right.is_decided)

"""Where an open case stands in the queue: which shelves, why a person should look, by when.

The database itself puts this together, by partial indexes of what is open: a page of the queue must not take
longer the more cases are closed, nor bring every open case here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, or_, select, true, union, union_all

from inbox_agent.cases.attention import CALLS
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.right import UNDECIDED, WARN_BEFORE, Right
from inbox_agent.cases.states import State
from inbox_agent.cases.triage import PendingDecision
from inbox_agent.understanding import RequestType

OPEN = tuple(state for state in State if state is not State.CLOSED)
WAITING = (State.AWAITING_IDENTITY, State.AWAITING_INFO, State.AWAITING_GUARDIAN, State.RESPONDED)
OURS = tuple(state for state in OPEN if state not in WAITING)


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
    LINK_LOCKED = "link_locked"
    LINK_UNUSED = "link_unused"
    SECOND_PERSON = "second_person"
    RELEASE = "release"
    ON_HOLD = "on_hold"
    WORK = "work"
    NOTHING = "nothing"


_SOON = timedelta(days=7)
_REPLIES = ("reply_waiting", "someone_else", "confirmed", "verified")
_RANKS = {why: rank for rank, why in enumerate(Why)}
_STUCK = select(Letter.case_id).where(Letter.state.in_(("held", "refused")))
_DECIDED = select(PendingDecision.case_id)
_DATES = (
    select(
        Right.case_id,
        func.min(Right.legal_due).label("due"),
        func.max(case((Right.type == RequestType.CHILD_DATA, 1), else_=0)).label("about_child"),
    )
    .where(UNDECIDED)
    .group_by(Right.case_id)
    .cte("dates")
)
"""The earliest legal date of each case with undecided rights, and whether one is about a child."""


def standings(now: datetime, only: Iterable[ColumnElement[bool]] = ()) -> CTE:
    """Every case that is open or calls for a look, of those only that meet all of `only`, as a table.

    Its columns: `id`, `state`, `assigned_to`; `due`, the earliest legal date of the rights that are not
    decided; `rank`, for `why_of`; `needs_person`, which is false for what waits for its customer, is asleep,
    or was decided a moment ago.
    """
    columns = (Case.id, Case.state, Case.assigned_to, _DATES.c.due)
    told = (*columns, _rank(now).label("rank"), _needs_person(now).label("needs_person"))
    every = select(*told).outerjoin(_DATES, _DATES.c.case_id == Case.id).where(*only)
    # Each part finds its rows by an index of its own; an OR would read every case.
    still_calling = union(select(Case.id).where(CALLS), _STUCK)
    closed = every.where(Case.state.not_in(OPEN), Case.id.in_(still_calling))
    return union_all(every.where(Case.state.in_(OPEN)), closed).cte("standing")


def why_of(rank: int) -> Why:
    """What a `rank` stands for."""
    return tuple(Why)[rank]


def on_shelf(there: CTE, view: View, me: str, now: datetime) -> ColumnElement[bool]:
    """Which of the standings a view holds."""
    match view:
        case View.DECIDE:
            return there.c.needs_person
        case View.MINE:
            return there.c.assigned_to == me
        case View.WAITING:
            return and_(there.c.state.in_(WAITING), ~there.c.needs_person)
        case View.SOON:
            return _before(there.c.due, now + _SOON)
        case View.ALL:
            return true()
        case View.CLOSED:
            return there.c.state == State.CLOSED


def urgency(there: CTE, view: View) -> tuple[ColumnElement[Any], ...]:
    """What sorts a shelf: what weighs most first, then by date; where only dates matter, by date."""
    by_date = (there.c.due.is_(None), there.c.due, there.c.id)
    return by_date if view is View.SOON else (there.c.rank, *by_date)


def _needs_person(now: datetime) -> ColumnElement[bool]:
    near = _before(_DATES.c.due, now + WARN_BEFORE)
    calls = or_(Case.attention.is_not(None), Case.state.in_(OURS), Case.id.in_(_STUCK), near)
    awake = or_(Case.snoozed_until.is_(None), Case.snoozed_until <= now)
    return and_(calls, awake, Case.id.not_in(_DECIDED))


def _rank(now: datetime) -> ColumnElement[int]:
    """The place of the reason that weighs most: `case` takes the first that holds."""
    attention, state, due = Case.attention, Case.state, _DATES.c.due
    reasons: dict[Why, ColumnElement[bool]] = {
        Why.CHILD: or_(_DATES.c.about_child == 1, attention == "child"),
        Why.LEGAL_THREAT: attention.in_(("complaint", "legal_threat")),
        Why.NOT_ME: attention == "not_me",
        Why.OVERDUE: or_(attention == "overdue", due < now),
        Why.DUE_SOON: or_(attention == "due_soon", due < now + WARN_BEFORE),
        Why.UNSURE: or_(attention == "unsure", state == State.TRIAGE),
        Why.REPLY: attention.in_(_REPLIES),
        Why.REFUSED: attention == "letter_refused",
        Why.LINK_LOCKED: attention == "link_locked",
        Why.LINK_UNUSED: attention == "link_unused",
        Why.SECOND_PERSON: state == State.REVIEW,
        Why.RELEASE: Case.id.in_(_STUCK),
        Why.ON_HOLD: state == State.ON_HOLD,
        Why.WORK: state.in_((State.OPEN, State.IN_PROGRESS)),
    }
    return case(*((reasons[why], _RANKS[why]) for why in Why if why in reasons), else_=_RANKS[Why.NOTHING])


def _before(date: ColumnElement[datetime | None], moment: datetime) -> ColumnElement[bool]:
    """Never unknown, as a comparison with no date would be: its contrary is asked for, too."""
    return and_(date.is_not(None), date < moment)

"""Where an open case stands in the queue: which shelves, why a person should look, by when.

What is needed of all open cases is read with a few narrow queries and put together here: a page of the queue
must not take longer the more cases are closed.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, select, union
from sqlalchemy.orm import Session

from inbox_agent.cases.case import CALLS, IS_OPEN, Case
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


_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open case, or one that calls for a look, as narrow as the queue needs it.

    `due` is the earliest legal date of its rights that are not decided. `held` says that a letter waits for
    a person, held or refused, `decided` that somebody has just decided what it is.
    """

    id: uuid.UUID
    state: str
    attention: str | None
    assigned_to: str | None
    snoozed_until: datetime | None
    due: datetime | None
    about_child: bool
    held: bool
    decided: bool

    def needs_person(self, now: datetime) -> bool:
        """Unless it waits for its customer, is asleep, or was decided a moment ago."""
        asleep = self.snoozed_until is not None and self.snoozed_until > now
        near = self.due is not None and self.due < now + WARN_BEFORE
        calls = self.attention is not None or self.state in OURS or self.held or near
        return calls and not asleep and not self.decided

    def is_on(self, view: View, me: str, now: datetime) -> bool:
        match view:
            case View.DECIDE:
                return self.needs_person(now)
            case View.MINE:
                return self.assigned_to == me
            case View.WAITING:
                return self.state in WAITING and not self.needs_person(now)
            case View.SOON:
                return self.due is not None and self.due < now + _SOON
            case View.ALL:
                return True
            case View.CLOSED:
                return self.state == State.CLOSED

    def why(self, now: datetime) -> Why:
        """The reason that weighs most."""
        return min(self._reasons(now), key=_RANKS.__getitem__, default=Why.NOTHING)

    def _reasons(self, now: datetime) -> Iterator[Why]:
        if self.about_child:
            yield Why.CHILD
        if self.attention in _OF_ATTENTION:
            yield _OF_ATTENTION[self.attention]
        if self.attention in _REPLIES:
            yield Why.REPLY
        if self.due is not None and self.due < now + WARN_BEFORE:
            yield Why.OVERDUE if self.due < now else Why.DUE_SOON
        if self.held:
            yield Why.RELEASE
        if self.state in _OF_STATE:
            yield _OF_STATE[self.state]

    def urgency(self, view: View, now: datetime) -> tuple[int, bool, datetime, uuid.UUID]:
        """What sorts a shelf: what weighs most first, then by date; where only dates matter, by date."""
        rank = 0 if view is View.SOON else _RANKS[self.why(now)]
        return rank, self.due is None, self.due or now, self.id


_RANKS = {why: number for number, why in enumerate(Why)}
_OF_STATE: dict[str, Why] = {
    State.TRIAGE: Why.UNSURE,
    State.REVIEW: Why.SECOND_PERSON,
    State.ON_HOLD: Why.ON_HOLD,
    State.OPEN: Why.WORK,
    State.IN_PROGRESS: Why.WORK,
}


_DATES = (
    select(
        Right.case_id,
        func.min(Right.legal_due),
        func.max(case((Right.type == RequestType.CHILD_DATA, 1), else_=0)),
    )
    .where(UNDECIDED)
    .group_by(Right.case_id)
)
"""The earliest legal date of each case with undecided rights, and whether one is about a child."""
_NO_RIGHT = (None, False)


def standings(session: Session, only: Iterable[ColumnElement[bool]] = ()) -> list[Standing]:
    """Every case that is open or calls for a look, of those only that meet all of `only`."""
    columns = (Case.id, Case.state, Case.attention, Case.assigned_to, Case.snoozed_until)
    # Each half of the union finds its rows by an index of its own; an OR would read every case.
    stuck = select(Letter.case_id).where(Letter.state.in_(("held", "refused")))
    calling = union(select(Case.id).where(IS_OPEN), select(Case.id).where(CALLS), stuck)
    rows = session.execute(select(*columns).where(Case.id.in_(calling), *only)).all()
    rights = {case_id: (due, bool(child)) for case_id, due, child in session.execute(_DATES)}
    held = set(session.scalars(stuck))
    decided = set(session.scalars(select(PendingDecision.case_id)))
    return [Standing(*row, *rights.get(row[0], _NO_RIGHT), row[0] in held, row[0] in decided) for row in rows]

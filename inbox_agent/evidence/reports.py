"""Counting: what was asked for, how it ended, how long it took, what stands open.

A request is one right of a case: one mail may hold several. Left out are those that a person has not yet
settled or has found to be none, and those merged into another, which is counted. One that was reopened is
open again, one asked for anew counts from then. All days are days in the law's time zone.

The database groups and counts, so that what comes back is short however many cases there are.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, SQLColumnExpression, cast, extract, func, or_, select
from sqlalchemy.orm import Session

from inbox_agent.cases.case import Case
from inbox_agent.cases.clocks import Law
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, Reason, State
from inbox_agent.evidence.figures import Figures, Month, Spread, Standing, Week
from inbox_agent.evidence.periods import Periods
from inbox_agent.understanding import Language, RequestType

_Column = SQLColumnExpression[Any]
_OPEN = [state for state in State if state is not State.CLOSED]
_IS_REQUEST = (
    Right.state != State.TRIAGE,
    or_(Right.outcome.is_(None), Right.outcome.not_in([Outcome.NOT_A_REQUEST, Outcome.MERGED])),
)


def figures(
    session: Session,
    law: Law,
    since: date,
    until: date,
    *,
    now: datetime,
    corrections: Sequence[tuple[datetime, bool]] = (),
) -> Figures:
    """The figures of the days `since` to `until`, and of `now`.

    `corrections` says when a person judged a reading, and whether it had been right.
    """
    whole = Periods.whole(law, since, until)
    [closed] = _closed(session, whole)
    return Figures(
        since=since,
        until=until,
        weeks=_weeks(session, Periods.weeks(law, since, until), corrections),
        received=_by_type_and_language(session, whole),
        outcomes=closed.outcomes,
        denied=closed.denied,
        minutes_to_acknowledge=_acknowledged(session, whole),
        days_to_close=closed.days,
        late=closed.late,
        standing=_standing(session, now),
        workload=_workload(session),
    )


def monthly(session: Session, law: Law, months: Sequence[date]) -> list[Month]:
    """The figures of consecutive months, each given by its first day (see `last_months`)."""
    periods = Periods.months(law, months)
    by_type: list[Counter[RequestType]] = [Counter() for _ in months]
    columns = (periods.number(Right.received_at), Right.type)
    for number, kind, count in _counted(session, columns, periods.hold(Right.received_at), *_IS_REQUEST):
        by_type[number][kind] = count
    return [
        Month(first, kinds, closed.days, closed.late, closed.denied)
        for first, kinds, closed in zip(months, by_type, _closed(session, periods), strict=True)
    ]


@dataclass(slots=True)
class _Closed:
    """What was closed in one period."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    denied: Counter[Reason] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    late: int = 0

    def add(self, outcome: Outcome, reason: str | None, late: bool, hours: int, count: int) -> None:
        self.outcomes[outcome] += count
        self.hours[hours] += count
        if late:
            self.late += count
        if outcome is Outcome.DENIED:
            self.denied[Reason(reason or Reason.OTHER)] += count

    @property
    def days(self) -> Spread:
        return Spread.of(self.hours, unit=24)


def _closed(session: Session, periods: Periods) -> list[_Closed]:
    columns = (
        periods.number(Right.closed_at),
        Right.outcome,
        Right.reason,
        (Right.closed_at > Right.legal_due).label("late"),
        _seconds(Right.received_at, Right.closed_at, in_steps_of=3600),
    )
    closed = [_Closed() for _ in periods.firsts]
    for number, outcome, *rest in _counted(session, columns, periods.hold(Right.closed_at), *_IS_REQUEST):
        closed[number].add(Outcome(outcome), *rest)
    return closed


def _weeks(session: Session, weeks: Periods, corrections: Sequence[tuple[datetime, bool]]) -> list[Week]:
    received, closed = (_per_period(session, weeks, at) for at in (Right.received_at, Right.closed_at))
    asked = Counter(weeks.number_of(at) for at, _ in corrections)
    right = Counter(weeks.number_of(at) for at, was_right in corrections if was_right)
    return [
        Week(first, received[number], closed[number], asked[number], right[number])
        for number, first in enumerate(weeks.firsts)
    ]


def _per_period(session: Session, periods: Periods, at: _Column) -> Counter[int]:
    counted = _counted(session, [periods.number(at)], periods.hold(at), *_IS_REQUEST)
    return Counter(dict(counted))


def _by_type_and_language(session: Session, whole: Periods) -> dict[tuple[RequestType, Language], int]:
    theirs = (Case.id == Right.case_id, whole.hold(Right.received_at), *_IS_REQUEST)
    counted = _counted(session, [Right.type, Case.language], *theirs)
    return {(kind, language): count for kind, language, count in counted}


def _acknowledged(session: Session, whole: Periods) -> Spread:
    seconds = _seconds(Case.received_at, Case.acknowledged_at)
    there = (whole.hold(Case.received_at), Case.acknowledged_at.is_not(None))
    return Spread.of(dict(_counted(session, [seconds], *there)), unit=60)


def _standing(session: Session, now: datetime) -> Standing:
    overdue = (Right.legal_due < now).label("overdue")
    counts = _counted(session, [Right.state, overdue], Right.state.in_(_OPEN))
    return Standing(
        open=sum(count for *_, count in counts),
        in_triage=sum(count for state, _, count in counts if state == State.TRIAGE),
        overdue=sum(count for _, late, count in counts if late),
    )


def _workload(session: Session) -> dict[str, int]:
    counted = _counted(session, [Case.assigned_to], Case.state != State.CLOSED)
    by_person = {person or "": count for person, count in counted}
    return dict(sorted(by_person.items(), key=lambda of: (-of[1], of[0])))


def _counted(
    session: Session, columns: Sequence[_Column], *where: ColumnElement[bool]
) -> list[tuple[Any, ...]]:
    """How often each combination of the columns occurs: rows of their values, the number last."""
    counted = select(*columns, func.count()).where(*where).group_by(*columns)
    return [tuple(row) for row in session.execute(counted)]


def _seconds(begin: _Column, end: _Column, *, in_steps_of: int = 1) -> ColumnElement[int]:
    """Whole steps of so many seconds between two moments, reckoned by the database."""
    last, first = (cast(extract("epoch", at), BigInteger) for at in (end, begin))
    return ((last - first) // in_steps_of).label("seconds")

"""Counting: what was asked for, how it ended, how long it took, what stands open.

What a request is says `counting`. One that was reopened is open again, one asked for anew counts from then.
All days are days in the law's time zone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from inbox_agent.cases.case import Case
from inbox_agent.cases.clocks import Law
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, Reason, State
from inbox_agent.evidence.counting import IS_REQUEST, Column, counted, seconds
from inbox_agent.evidence.figures import Figures, Month, Spread, Standing, Week
from inbox_agent.evidence.periods import Periods
from inbox_agent.understanding import Language, RequestType

_OPEN = [state for state in State if state is not State.CLOSED]


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
    for number, kind, count in counted(session, columns, periods.hold(Right.received_at), *IS_REQUEST):
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
        seconds(Right.received_at, Right.closed_at, in_steps_of=3600),
    )
    closed = [_Closed() for _ in periods.firsts]
    for number, outcome, *rest in counted(session, columns, periods.hold(Right.closed_at), *IS_REQUEST):
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


def _per_period(session: Session, periods: Periods, at: Column) -> Counter[int]:
    found = counted(session, [periods.number(at)], periods.hold(at), *IS_REQUEST)
    return Counter(dict(found))


def _by_type_and_language(session: Session, whole: Periods) -> dict[tuple[RequestType, Language], int]:
    theirs = (Case.id == Right.case_id, whole.hold(Right.received_at), *IS_REQUEST)
    found = counted(session, [Right.type, Case.language], *theirs)
    return {(kind, language): count for kind, language, count in found}


def _acknowledged(session: Session, whole: Periods) -> Spread:
    took = seconds(Case.received_at, Case.acknowledged_at)
    there = (whole.hold(Case.received_at), Case.acknowledged_at.is_not(None))
    return Spread.of(dict(counted(session, [took], *there)), unit=60)


def _standing(session: Session, now: datetime) -> Standing:
    overdue = (Right.legal_due < now).label("overdue")
    counts = counted(session, [Right.state, overdue], Right.state.in_(_OPEN))
    return Standing(
        open=sum(count for *_, count in counts),
        in_triage=sum(count for state, _, count in counts if state == State.TRIAGE),
        overdue=sum(count for _, late, count in counts if late),
    )


def _workload(session: Session) -> dict[str, int]:
    found = counted(session, [Case.assigned_to], Case.state != State.CLOSED)
    by_person = {person or "": count for person, count in found}
    return dict(sorted(by_person.items(), key=lambda of: (-of[1], of[0])))

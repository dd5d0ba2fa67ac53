"""A year in figures, as 11 CCR § 7102 asks for them, and the same under every law.

What came is counted in the year in which it came, what was answered in that in which it was answered, as the
months do. A year begins where the law in force has its time zone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox_agent.cases.case import Case
from inbox_agent.cases.clocks import Law
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.evidence.counting import IS_REQUEST, counted, seconds
from inbox_agent.evidence.figures import Spread
from inbox_agent.evidence.periods import Periods
from inbox_agent.understanding import RequestType

CCPA_METRICS: Mapping[RequestType, str] = {
    RequestType.DELETION: "delete",
    RequestType.CORRECTION: "correct",
    RequestType.ACCESS: "know",
    RequestType.OPT_OUT: "opt_out",
}
"""What § 7102(a)(1) calls them; its requests to limit are read as other_privacy, not told apart."""

ANSWERS = frozenset(
    {
        *(Outcome.FULFILLED, Outcome.PARTIAL, Outcome.DENIED, Outcome.NO_DATA_FOUND),
        *(Outcome.ROUTED_TO_CUSTOMER, Outcome.TRANSFERRED, Outcome.ANSWERED),
    }
)
"""Ends that answer what was asked: only these have days to respond."""

_REFUSED = frozenset({Outcome.PARTIAL, Outcome.DENIED})


@dataclass(slots=True)
class OfYear:
    """Requests of one type under one law: received in the year; answered or ended in it, and how.

    `refused` counts why they were denied in whole or in part, `hours` from receipt to the answer.
    """

    law: str
    type: RequestType
    received: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refused: Counter[Reason] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    late: int = 0

    @property
    def closed(self) -> int:
        return self.outcomes.total()

    @property
    def days(self) -> Spread:
        return Spread.of(self.hours, unit=24)

    @property
    def mean_days(self) -> float | None:
        count = self.hours.total()
        return sum(hours * times for hours, times in self.hours.items()) / count / 24 if count else None

    def add(self, outcome: Outcome, reason: str | None, late: bool, hours: int, count: int) -> None:
        self.outcomes[outcome] += count
        self.late += count if late else 0
        if outcome in ANSWERS:
            self.hours[hours] += count
        if outcome in _REFUSED:
            self.refused[Reason(reason or Reason.OTHER)] += count


def yearly(session: Session, law: Law, year: int) -> list[OfYear]:
    """The year's figures for every law and type that occurred in it, in the order of their names."""
    whole = Periods.whole(law, *days_of_year(year))
    found: dict[tuple[str, RequestType], OfYear] = {}
    theirs = (Case.id == Right.case_id, *IS_REQUEST)
    columns = (Case.law, Right.type)
    for name, kind, count in counted(session, columns, *theirs, whole.hold(Right.received_at)):
        found.setdefault((name, kind), OfYear(name, kind)).received = count
    ended = (
        Right.outcome,
        Right.reason,
        (Right.closed_at > Right.legal_due).label("late"),
        seconds(Right.received_at, Right.closed_at, in_steps_of=3600),
    )
    for name, kind, outcome, *rest in counted(
        session, (*columns, *ended), *theirs, whole.hold(Right.closed_at)
    ):
        found.setdefault((name, kind), OfYear(name, kind)).add(Outcome(outcome), *rest)
    return sorted(found.values(), key=lambda one: (one.law, list(RequestType).index(one.type)))


def days_of_year(year: int) -> tuple[date, date]:
    """Its first and its last day."""
    return date(year, 1, 1), date(year, 12, 31)


def years(session: Session, law: Law, today: date) -> Sequence[int]:
    """This year and those before it, back to the first request, the newest first."""
    first = session.scalar(select(func.min(Right.received_at)).where(*IS_REQUEST))
    since = min(law.day(first).year, today.year) if first else today.year
    return range(today.year, since - 1, -1)

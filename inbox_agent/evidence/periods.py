"""Weeks and months, in which the database counts and nobody has to carry rows about."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_
from sqlalchemy import case as when

from inbox_agent.cases.clocks import Law


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods one after the other: the first day of each, and the moments between which they lie."""

    firsts: tuple[date, ...]
    edges: tuple[datetime, ...]

    @classmethod
    def between(cls, law: Law, firsts: Sequence[date], after: date) -> "Periods":
        """Periods that begin on these days in the law's time zone; `after` is the first day past the last."""
        moments = (datetime.combine(day, time(), law.zone).astimezone(UTC) for day in (*firsts, after))
        return cls(tuple(firsts), tuple(moments))

    @classmethod
    def whole(cls, law: Law, since: date, until: date) -> "Periods":
        """One period, both days within it."""
        return cls.between(law, [since], until + timedelta(days=1))

    @classmethod
    def weeks(cls, law: Law, since: date, until: date) -> "Periods":
        """ISO weeks, which begin on Monday; the first and the last hold only days from `since` to `until`."""
        monday = since - timedelta(days=since.weekday())
        mondays = [monday + timedelta(weeks=n) for n in range((until - monday).days // 7 + 1)]
        return cls.between(law, [max(since, day) for day in mondays], until + timedelta(days=1))

    @classmethod
    def months(cls, law: Law, firsts: Sequence[date]) -> "Periods":
        """Consecutive months, each given by its first day."""
        return cls.between(law, firsts, _next_month(firsts[-1]))

    def hold(self, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        return and_(column >= self.edges[0], column < self.edges[-1])

    def number(self, column: SQLColumnExpression[Any]) -> ColumnElement[int]:
        """Which of the periods, from 0, a moment that they hold lies in; reckoned by the database."""
        return when(*((column < edge, n) for n, edge in enumerate(self.edges[1:]))).label("period")

    def number_of(self, at: datetime) -> int | None:
        """The same for a moment in hand; None outside of them."""
        number = bisect_right(self.edges, at) - 1
        return number if 0 <= number < len(self.firsts) else None


def last_months(until: date, count: int) -> list[date]:
    """The first days of the `count` months that end with the month of `until`, the earliest first."""
    month = until.year * 12 + until.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(month - count + 1, month + 1)]


def _next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1)

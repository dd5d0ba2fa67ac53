"""The figures of the desk, as they stand in a report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.understanding import Language, RequestType


@dataclass(frozen=True, slots=True)
class Spread:
    """How long things took: half of them no longer than `median`, nine in ten no longer than `ninetieth`.

    Both are nearest ranks: times that really occurred, of an even number the lower middle one. None where
    nothing was measured.
    """

    count: int = 0
    median: float | None = None
    ninetieth: float | None = None

    @classmethod
    def of(cls, times: Mapping[int, int], unit: int = 1) -> "Spread":
        """From each time and how often it occurred; shown in units of so many."""
        if not (count := sum(times.values())):
            return cls()
        median, ninetieth = (_ranked(times, -(-count * tenths // 10)) for tenths in (5, 9))
        return cls(count, median / unit, ninetieth / unit)


@dataclass(frozen=True, slots=True)
class Week:
    """Requests received and closed; readings that staff judged (`asked`), and how many of them were right."""

    first: date
    received: int
    closed: int
    asked: int
    right: int

    @property
    def name(self) -> str:
        """Its ISO 8601 name: 2026-W49."""
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class Month:
    """Requests received, by type; of those closed how long it took in days, how many late, why refused."""

    first: date
    by_type: Mapping[RequestType, int]
    days_to_close: Spread
    late: int
    denied: Mapping[Reason, int]

    @property
    def received(self) -> int:
        return sum(self.by_type.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """Requests not closed at a moment: all, those among them not settled yet, those past their legal date."""

    open: int
    in_triage: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the days `since` to `until`, both included.

    `received` counts requests by type and language; `minutes_to_acknowledge` is of cases received in these
    days, the rest of requests closed in them. `standing` and `workload` (open cases by person; "" is nobody)
    are of now.
    """

    since: date
    until: date
    weeks: Sequence[Week]
    received: Mapping[tuple[RequestType, Language], int]
    outcomes: Mapping[Outcome, int]
    denied: Mapping[Reason, int]
    minutes_to_acknowledge: Spread
    days_to_close: Spread
    late: int
    standing: Standing
    workload: Mapping[str, int]

    @property
    def is_empty(self) -> bool:
        """Nothing came, nothing was done, nothing is open."""
        busy = any(week.received or week.closed or week.asked for week in self.weeks)
        return not busy and not self.standing.open and not self.workload

    def by_type(self) -> Counter[RequestType]:
        counts: Counter[RequestType] = Counter()
        for (kind, _), count in self.received.items():
            counts[kind] += count
        return counts

    def by_language(self) -> Counter[Language]:
        counts: Counter[Language] = Counter()
        for (_, language), count in self.received.items():
            counts[language] += count
        return counts


def _ranked(times: Mapping[int, int], rank: int) -> int:
    """The time that stands at this rank, from 1, when all are put in order."""
    for time in sorted(times):
        rank -= times[time]
        if rank <= 0:
            return time
    raise AssertionError("no rank is beyond the last time")

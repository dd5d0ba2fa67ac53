"""The reports, as a page and as CSV files; the same numbers are counted once in five minutes."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache

from starlette.responses import Response

from inbox_agent.cases import staff, triage
from inbox_agent.cases.record import Record
from inbox_agent.desk.reports import PERIODS, days_of, report_facts
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import PersonNeeded
from inbox_agent.evidence import (
    Figures,
    Month,
    figures,
    last_months,
    monthly,
    months_csv,
    types_csv,
    weeks_csv,
)

_COUNTED_EVERY = timedelta(minutes=5)


def show(visit: Visit) -> Response:
    period = _period(visit)
    counted, months = _counted(visit, period)
    with visit.record.reading() as session:
        people = {person.name: person.display_name for person in staff.everybody(session)}
    since, until = days_of(period, visit.record.law.day(visit.now))
    told = report_facts(counted, months, visit.words, people)
    return visit.page(
        "reports.html", period=period, since=visit.words.day(since), until=visit.words.day(until), **told
    )


def csv(visit: Visit) -> Response:
    """One table as a file that spreadsheets open."""
    counted, months = _counted(visit, _period(visit))
    sheets = {
        "weeks": lambda: weeks_csv(counted),
        "types": lambda: types_csv(counted),
        "months": lambda: months_csv(months),
    }
    sheet = sheets.get(visit.path("table"))
    if sheet is None:
        raise PersonNeeded("no_such_id")
    name = f"{visit.path('table')}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(sheet(), media_type="text/csv; charset=utf-8", headers=headers)


def _period(visit: Visit) -> str:
    asked = visit.query("period")
    return asked if asked in PERIODS else PERIODS[1]


def _counted(visit: Visit, period: str) -> tuple[Figures, Sequence[Month]]:
    since_epoch = int(visit.now.timestamp() // _COUNTED_EVERY.total_seconds())
    return _count(_Counting(visit.record, visit.now), period, since_epoch)


class _Counting:
    """A record at a moment, as the memory of what was counted sees it: only the record tells two apart."""

    def __init__(self, record: Record, now: datetime) -> None:
        self.record, self.now = record, now

    def __hash__(self) -> int:
        return id(self.record.engine)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Counting) and other.record.engine is self.record.engine


@lru_cache(maxsize=16)
def _count(of: _Counting, period: str, _since_epoch: int) -> tuple[Figures, Sequence[Month]]:
    law, now = of.record.law, of.now
    since, until = days_of(period, law.day(now))
    beginning = datetime.combine(since, time.min, law.zone)
    with of.record.reading() as session:
        corrections = triage.corrections(session, beginning)
        counted = figures(session, law, since, until, now=now, corrections=corrections)
        return counted, monthly(session, law, last_months(until, 12 if period == "12m" else 3))

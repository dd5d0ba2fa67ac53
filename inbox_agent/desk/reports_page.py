"""The reports, as a page and as CSV files; the same numbers are counted once in five minutes."""

from collections.abc import Sequence
from datetime import datetime, time
from functools import lru_cache

from starlette.responses import Response

from inbox_agent.cases import staff, triage
from inbox_agent.desk import report_years
from inbox_agent.desk.reports import PERIODS, days_of, report_facts
from inbox_agent.desk.reports_memory import Counting, epoch
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


def show(visit: Visit) -> Response:
    period = _period(visit)
    counted, months = _counted(visit, period)
    with visit.record.reading() as session:
        people = {person.name: person.display_name for person in staff.everybody(session)}
    since, until = days_of(period, visit.record.law.day(visit.now))
    told = report_facts(counted, months, visit.words, people)
    told |= {"since": visit.words.day(since), "until": visit.words.day(until)}
    return visit.page("reports.html", period=period, **told, **report_years.facts(visit))


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
    return _count(Counting(visit.record, visit.now), period, epoch(visit.now))


@lru_cache(maxsize=16)
def _count(of: Counting, period: str, _epoch: int) -> tuple[Figures, Sequence[Month]]:
    law, now = of.record.law, of.now
    since, until = days_of(period, law.day(now))
    beginning = datetime.combine(since, time.min, law.zone)
    with of.record.reading() as session:
        corrections = triage.corrections(session, beginning)
        counted = figures(session, law, since, until, now=now, corrections=corrections)
        return counted, monthly(session, law, last_months(until, 12 if period == "12m" else 3))

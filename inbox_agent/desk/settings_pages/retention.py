"""What is kept how long, what is past its date, and what was erased."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from starlette.responses import Response

from inbox_agent.cases.case import Case
from inbox_agent.cases.states import State
from inbox_agent.desk import labels
from inbox_agent.desk.report_parts import Table, month
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit

BODIES_KEPT = timedelta(days=90)
RECORD_KEPT_YEARS = 2


def show(visit: Visit) -> Response:
    bodies, record = visit.now - BODIES_KEPT, _years_before(visit.now, RECORD_KEPT_YEARS)
    return menu.page(
        visit,
        "retention",
        days=BODIES_KEPT.days,
        months=12 * RECORD_KEPT_YEARS,
        bodies_past=_closed_before(visit, bodies),
        record_past=_closed_before(visit, record),
        held_back=_closed_before(visit, bodies, Case.keeps_all.is_(True)),
        ledger=_ledger(visit),
    )


def _closed_before(visit: Visit, moment: datetime, *more: ColumnElement[bool]) -> int:
    """Closed by then; what was received later cannot have been, and the index knows that."""
    by_then = (Case.state == State.CLOSED, Case.received_at < moment, Case.closed_at < moment)
    with visit.record.reading() as session:
        return session.scalar(select(func.count()).where(*by_then, *more)) or 0


def _ledger(visit: Visit) -> Table:
    words = visit.words
    rows = [
        [
            month(date(year, one, 1), words),
            words.say(labels.ERASURES.get(why, why)),
            words.number(count),
        ]
        for year, one, why, count in visit.record.keyring.erasures()
    ]
    return Table([words.say("Month"), words.say("Why"), words.say("Keys destroyed")], rows)


def _years_before(moment: datetime, years: int) -> datetime:
    """The same day of the year; the 28th where February then had no 29th."""
    day = min(moment.day, 28) if moment.month == 2 else moment.day
    return moment.replace(year=moment.year - years, day=day)

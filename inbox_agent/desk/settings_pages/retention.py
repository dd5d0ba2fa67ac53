"""What is kept how long, what is past its date, and what was erased."""

from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
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
    bodies_past, held_back, record_past = _past(visit)
    return menu.page(
        visit,
        "retention",
        days=BODIES_KEPT.days,
        months=12 * RECORD_KEPT_YEARS,
        bodies_past=bodies_past,
        held_back=held_back,
        record_past=record_past,
        ledger=_ledger(visit),
    )


def _past(visit: Visit) -> tuple[int, int, int]:
    """Closed cases whose mails are past their date; those of them that keep everything; those past all dates.

    What was received later cannot have been closed by then, and the index knows that.
    """
    bodies, record = visit.now - BODIES_KEPT, _years_before(visit.now, RECORD_KEPT_YEARS)
    held_back, record_past = case((Case.keeps_all, 1)), case((Case.closed_at < record, 1))
    counted = select(func.count(), func.count(held_back), func.count(record_past)).where(
        Case.state == State.CLOSED, Case.received_at < bodies, Case.closed_at < bodies
    )
    with visit.record.reading() as session:
        past, held, wholly = session.execute(counted).one()
        return past, held, wholly


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

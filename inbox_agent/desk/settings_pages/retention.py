"""What is kept how long, what the last run did, what is past its date, and what was erased."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import retention
from inbox_agent.cases.keys import backups
from inbox_agent.cases.retention import outdated
from inbox_agent.cases.retention.outdated import Limits
from inbox_agent.desk import labels
from inbox_agent.desk.report_parts import Table, month
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit


def show(visit: Visit) -> Response:
    settings, past = visit.record.settings, Limits.of(visit.record.settings, visit.now)
    with visit.record.reading() as session:
        run = retention.last_run(session)
        due = retention.foreseen_in(session, past, visit.now)
        holds = list(_holds(visit, session, past))
    return menu.page(
        visit,
        "retention",
        settings=settings,
        run=run,
        late=run is not None and visit.now - run.began_at > 2 * retention.EVERY,
        due=due,
        holds=holds,
        ledger=_ledger(visit),
    )


def _holds(visit: Visit, session: Session, past: Limits) -> Iterator[tuple[str, int]]:
    for name, count in outdated.held_back(session, past).items():
        if count:
            yield visit.words.say(labels.RETENTION_HOLDS[name]), count


def _ledger(visit: Visit) -> Table:
    words = visit.words
    rows = [
        [
            month(date(year, one, 1), words),
            words.say(labels.ERASURES.get(why, why)),
            words.number(count),
            _complete(visit, last),
        ]
        for year, one, why, count, last in visit.record.keyring.erasures()
    ]
    heads = [words.say("Month"), words.say("Why"), words.say("Keys destroyed"), words.say("Complete")]
    return Table(heads, rows)


def _complete(visit: Visit, last: datetime) -> str:
    """When the last backup of the keys that may hold one of them is deleted."""
    at, words = backups.completes_at(visit.record.settings, last), visit.words
    day = words.day(visit.record.law.day(at))
    return words.say("since %(day)s", day=day) if at <= visit.now else words.say("on %(day)s", day=day)

"""The part of the reports page about a calendar year: what authorities ask for, each law by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import structlog
from starlette.responses import Response

from inbox_agent import evidence
from inbox_agent.cases.clocks import law_names, load_law
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.paths import whole
from inbox_agent.desk.report_parts import NOTHING, Table, digits
from inbox_agent.desk.reports_memory import Counting, epoch
from inbox_agent.desk.visit import Visit
from inbox_agent.desk.words import Words
from inbox_agent.evidence import OfYear

log = structlog.get_logger()

_ANSWERS: Mapping[str, Sequence[Outcome]] = {
    N_("Done in full"): (Outcome.FULFILLED,),
    N_("Done in part"): (Outcome.PARTIAL,),
    N_("Refused"): (Outcome.DENIED,),
}
_OTHER_ENDS: Mapping[str, Sequence[Outcome]] = {
    N_("We found no data"): (Outcome.NO_DATA_FOUND,),
    N_("Answered or passed on"): (Outcome.ANSWERED, Outcome.ROUTED_TO_CUSTOMER, Outcome.TRANSFERRED),
    N_("Ended without proof of identity"): (Outcome.UNVERIFIED_LAPSED,),
    N_("Withdrawn"): (Outcome.WITHDRAWN,),
}
"""How requests ended, and under which head that stands: first what authorities count."""


@dataclass(frozen=True, slots=True)
class UnderLaw:
    """One law's table; `is_ccpa` says that its figures have names of their own in California."""

    title: str
    table: Table
    is_ccpa: bool


def facts(visit: Visit) -> dict[str, Any]:
    """What the page shows of the year that was chosen, this one if none was."""
    year, choices, lines = _counted(visit)
    titles = {name: _title(visit, name) for name in {one.law for one in lines}}
    return year_facts(year, choices, lines, titles, visit.words)


def year_facts(
    year: int, choices: Sequence[int], lines: Sequence[OfYear], titles: Mapping[str, str], words: Words
) -> dict[str, Any]:
    """`year`, the `years` to choose from, and `laws`, a table each; `titles` says how a law is called."""
    by_law = groupby(lines, key=lambda one: one.law)
    return {
        "year": year,
        "years": [(str(one), words.number(one)) for one in choices],
        "laws": [UnderLaw(titles[law], _table(list(ones), words), law == "ccpa") for law, ones in by_law],
    }


def year_csv(visit: Visit) -> Response:
    """The year's figures as a file that spreadsheets open."""
    year, _, lines = _counted(visit)
    return _file(evidence.yearly_csv(year, lines), f"year-{year}.csv")


def requests_csv(visit: Visit) -> Response:
    """The record of the year's requests; that somebody took it is logged."""
    record, (year, *_) = visit.record, _counted(visit)
    first, last = evidence.days_of_year(year)
    with record.reading() as session:
        found = evidence.entries(session, record.keyring, record.law, now=visit.now, since=first, until=last)
        sheet = evidence.requests_csv(found, record.law)
    log.info("requests_downloaded", by=str(visit.me.id), year=year)
    return _file(sheet, f"requests-{year}.csv")


def _file(sheet: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(sheet, media_type="text/csv; charset=utf-8", headers=headers)


def _title(visit: Visit, law: str) -> str:
    """A profile that is not there any more keeps its name."""
    if law not in law_names():
        return law
    return load_law(law, visit.record.settings.zone).title[visit.words.language]


def _counted(visit: Visit) -> tuple[int, Sequence[int], Sequence[OfYear]]:
    choices = _years(Counting(visit.record, visit.now), epoch(visit.now))
    asked = whole(visit.query("year"), choices[0])
    year = asked if asked in choices else choices[0]
    return year, choices, _year(Counting(visit.record, visit.now), year, epoch(visit.now))


@lru_cache(maxsize=4)
def _years(of: Counting, _epoch: int) -> Sequence[int]:
    with of.record.reading() as session:
        return evidence.years(session, of.record.law, of.record.law.day(of.now))


@lru_cache(maxsize=16)
def _year(of: Counting, year: int, _epoch: int) -> Sequence[OfYear]:
    with of.record.reading() as session:
        return evidence.yearly(session, of.record.law, year)


def _table(lines: Sequence[OfYear], words: Words) -> Table:
    """A line for each type, and the reasons of refusal that occurred."""
    _ = words.say
    reasons = [reason for reason in Reason if any(reason in one.refused for one in lines)]
    heads = [
        *(_("Type"), _("Received")),
        *map(_, _ANSWERS),
        *(_("Median (days)"), _("Average (days)"), _("Closed late")),
        *map(_, _OTHER_ENDS),
        *(_("Refused: %(reason)s", reason=_(labels.REASONS[reason])) for reason in reasons),
    ]
    return Table(heads, [_row(one, reasons, words) for one in lines])


def _row(one: OfYear, reasons: Sequence[Reason], words: Words) -> list[str]:
    days = (one.days.median, one.mean_days)
    return [
        words.say(labels.TYPES[one.type]),
        words.number(one.received),
        *_ended(one, _ANSWERS, words),
        *(NOTHING if value is None else digits(value, words) for value in days),
        words.number(one.late),
        *_ended(one, _OTHER_ENDS, words),
        *(words.number(one.refused[reason]) for reason in reasons),
    ]


def _ended(one: OfYear, heads: Mapping[str, Sequence[Outcome]], words: Words) -> list[str]:
    return [words.number(sum(one.outcomes[end] for end in ends)) for ends in heads.values()]

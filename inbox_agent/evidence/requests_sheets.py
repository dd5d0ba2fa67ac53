"""The record of requests and the yearly figures as CSV and JSON; the names of columns stay as they are."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from inbox_agent.cases.clocks import Law
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.evidence.requests import Entry
from inbox_agent.evidence.sheets import Cell, tenths, to_csv
from inbox_agent.evidence.yearly import CCPA_METRICS, OfYear

_OUTCOMES = [one for one in Outcome if one not in {Outcome.MERGED, Outcome.NOT_A_REQUEST}]


def requests_csv(entries: Iterable[Entry], law: Law) -> str:
    """One line for each request; days are days in the law's time zone."""
    names = [field.name for field in fields(Entry)]
    return to_csv(names, ([_cell(getattr(one, name), law) for name in names] for one in entries))


def request_json(entry: Entry) -> dict[str, Any]:
    """The same with its moments."""
    return asdict(entry)


def _cell(value: Any, law: Law) -> Cell:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return law.day(value).isoformat()
        case list() | tuple():
            return " ".join(value)
        case int() | None:
            return value
    return str(value)


def yearly_csv(year: int, lines: Sequence[OfYear]) -> str:
    rows = [year_json(year, one) for one in lines]
    return to_csv(_YEARLY, ([row[name] for name in _YEARLY] for row in rows))


def year_json(year: int, one: OfYear) -> dict[str, Cell]:
    """One law and type; `refused_…` counts reasons of what was denied in whole or in part."""
    return {
        "year": year,
        "law": one.law,
        "type": str(one.type),
        "ccpa_metric": CCPA_METRICS.get(one.type) if one.law == "ccpa" else None,
        "received": one.received,
        "closed": one.closed,
        **{str(outcome): one.outcomes[outcome] for outcome in _OUTCOMES},
        "median_days_to_respond": tenths(one.days.median),
        "mean_days_to_respond": tenths(one.mean_days),
        "late": one.late,
        **{f"refused_{reason}": one.refused[reason] for reason in Reason},
    }


_YEARLY = (
    *("year", "law", "type", "ccpa_metric", "received", "closed"),
    *map(str, _OUTCOMES),
    *("median_days_to_respond", "mean_days_to_respond", "late"),
    *(f"refused_{reason}" for reason in Reason),
)

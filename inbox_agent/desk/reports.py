"""The reports page: what of the figures stands on it, in a reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from inbox_agent.cases.states import Reason
from inbox_agent.desk import labels
from inbox_agent.desk import report_charts as charts
from inbox_agent.desk.report_parts import Card, Table, days_in_words, minutes_in_words, month
from inbox_agent.desk.words import Words
from inbox_agent.evidence import Figures, Month, last_months
from inbox_agent.understanding import RequestType

PERIODS = ("4w", "12w", "12m")
"""What one can choose: so many weeks or months, up to today."""


def days_of(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period; whole weeks or months, but for the last.

    What is none of PERIODS counts as 12w.
    """
    if period == "12m":
        return last_months(today, 12)[0], today
    weeks = 4 if period == "4w" else 12
    return today - timedelta(days=today.weekday(), weeks=weeks - 1), today


def report_facts(
    figures: Figures, months: Sequence[Month], words: Words, people: Mapping[str, str]
) -> dict[str, Any]:
    """What stands on the page.

    `cards`, `charts` over time, `lists` of what was most frequent, the table of `months`, and the `periods`
    to choose from; `figures` as they are. `people` says how the name of a member of staff is shown.
    """
    over_time = (
        charts.flow(figures, words),
        charts.durations(months, words),
        charts.lateness(months, words),
        charts.readings(figures, words),
    )
    lists = (
        charts.types(figures, words),
        charts.languages(figures, words),
        charts.outcomes(figures, words),
        charts.denials(figures, words),
        charts.workload(figures, words, people),
    )
    return {
        "figures": figures,
        "cards": _cards(figures, words),
        "charts": [chart for chart in over_time if chart is not None],
        "lists": [chart for chart in lists if chart is not None],
        "months": _months(months, words),
        "periods": _periods(words),
    }


def _periods(words: Words) -> list[tuple[str, str]]:
    weeks = (words.count("%(num)s week", "%(num)s weeks", num) for num in (4, 12))
    months = words.count("%(num)s month", "%(num)s months", 12)
    return list(zip(PERIODS, (*weeks, months), strict=True))


def _cards(figures: Figures, words: Words) -> list[Card]:
    _, standing = words.say, figures.standing
    acknowledged, closed = figures.minutes_to_acknowledge, figures.days_to_close
    in_triage, all_closed = words.number(standing.in_triage), words.number(closed.count)
    return [
        Card(
            _("Time to acknowledge (median)"),
            minutes_in_words(acknowledged.median, words),
            _("90th percentile: %(time)s", time=minutes_in_words(acknowledged.ninetieth, words)),
        ),
        Card(
            _("Time to close (median)"),
            days_in_words(closed.median, words),
            _("90th percentile: %(time)s", time=days_in_words(closed.ninetieth, words)),
        ),
        Card(
            _("Closed late"),
            words.number(figures.late),
            _("of %(all)s closed in this period", all=all_closed),
        ),
        Card(_("Open now"), words.number(standing.open), _("in triage: %(count)s", count=in_triage)),
        Card(_("Overdue now"), words.number(standing.overdue), _("open after the date the law gives")),
    ]


def _months(months: Sequence[Month], words: Words) -> Table:
    """Each month with its types, and with the reasons of refusal that occurred."""
    _ = words.say
    reasons = [reason for reason in Reason if any(reason in one.denied for one in months)]
    measured = [_("Closed"), _("Median (days)"), _("90th percentile (days)"), _("Closed late")]
    heads = [
        *(_("Month"), _("Received")),
        *(_(labels.TYPES[kind]) for kind in RequestType),
        *measured,
        *(_("Refused: %(reason)s", reason=_(labels.REASONS[reason])) for reason in reasons),
    ]
    return Table(heads, [_month(one, reasons, words) for one in months])


def _month(one: Month, reasons: Sequence[Reason], words: Words) -> list[str]:
    return [
        month(one.first, words),
        words.number(one.received),
        *(words.number(one.by_type.get(kind, 0)) for kind in RequestType),
        *charts.spread(one.days_to_close, words),
        words.number(one.late),
        *(words.number(one.denied.get(reason, 0)) for reason in reasons),
    ]

"""The charts of the reports page; each says in words what it finds, and gives its numbers as a table too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from inbox_agent.desk import labels
from inbox_agent.desk.charts import Chart, Series
from inbox_agent.desk.report_parts import (
    NOTHING,
    Drawn,
    Table,
    days_in_words,
    digits,
    month,
    short_day,
    short_month,
)
from inbox_agent.desk.words import Words
from inbox_agent.evidence import Figures, Month, Spread
from inbox_agent.understanding import Language


def flow(figures: Figures, words: Words) -> Drawn:
    """Received against closed, by week."""
    _ = words.say
    received = Series(_("Received"), [week.received for week in figures.weeks])
    closed = Series(_("Closed"), [week.closed for week in figures.weeks])
    how = _("One column for each week, the earliest on the left. Above the line: received. Below it: closed.")
    finding = _flow_found(sum(received.values), sum(closed.values), words)
    picture = _chart("flow", finding, how, words).mirrored(_mondays(figures, words), received, closed)
    table = _by_week(figures, [received, closed], words)
    return Drawn(_("Received and closed by week"), finding, picture, table)


def _flow_found(received: float, closed: float, words: Words) -> str:
    _, facts = words.say, {"received": words.number(received), "closed": words.number(closed)}
    if received > closed:
        return _("More came in than was closed: %(received)s received, %(closed)s closed", **facts)
    if received < closed:
        return _("More was closed than came in: %(closed)s closed, %(received)s received", **facts)
    return _("As much was closed as came in: %(closed)s", **facts)


def readings(figures: Figures, words: Words) -> Drawn | None:
    """How often staff found a reading right, by week; None where they judged none."""
    _ = words.say
    judged = Series(_("Judged"), [week.asked for week in figures.weeks])
    right = Series(_("Read right"), [week.right for week in figures.weeks])
    if not any(judged.values):
        return None
    facts = {"right": words.number(sum(right.values)), "judged": words.number(sum(judged.values))}
    finding = _("The agent had read %(right)s of %(judged)s mails right that staff judged", **facts)
    how = _("One column for each week, the earliest on the left. Its full part was read right.")
    picture = _chart("readings", finding, how, words).nested(_mondays(figures, words), judged, right)
    table = _by_week(figures, [judged, right], words)
    return Drawn(_("Corrections of the reading by week"), finding, picture, table)


def _mondays(figures: Figures, words: Words) -> list[str]:
    return [short_day(week.first, words) for week in figures.weeks]


def _by_week(figures: Figures, series: Sequence[Series], words: Words) -> Table:
    days = (words.day(week.first) for week in figures.weeks)
    counts = zip(*(one.values for one in series), strict=True)
    rows = [[day, *map(words.number, row)] for day, row in zip(days, counts, strict=True)]
    return Table([words.say("Week from"), *(one.name for one in series)], rows)


def durations(months: Sequence[Month], words: Words) -> Drawn | None:
    """How long requests took, by the month in which they were closed; None where none was."""
    if not any(one.days_to_close.count for one in months):
        return None
    _, times = words.say, [one.days_to_close for one in months]
    half = Series(_("Median"), [of.median or 0 for of in times])
    in_ten = _("%(some)s in %(all)s", some=words.number(9), all=words.number(10))
    most = Series(in_ten, [of.ninetieth or 0 for of in times])
    how = _("One column for each month, the earliest on the left. Its full part ends at the median.")
    finding = _durations_found(months, words)
    names = [short_month(one.first, words) for one in months]
    picture = _chart("durations", finding, how, words).nested(names, most, half)
    rows = [[month(one.first, words), *spread(one.days_to_close, words)] for one in months]
    heads = [_("Month"), _("Closed"), _("Median (days)"), _("90th percentile (days)")]
    return Drawn(_("Days to close by month"), finding, picture, Table(heads, rows))


def _durations_found(months: Sequence[Month], words: Words) -> str:
    last = [one for one in months if one.days_to_close.count][-1]
    return words.say(
        "%(month)s: half closed within %(median)s, nine in ten within %(ninetieth)s",
        month=month(last.first, words),
        median=days_in_words(last.days_to_close.median, words),
        ninetieth=days_in_words(last.days_to_close.ninetieth, words),
    )


def lateness(months: Sequence[Month], words: Words) -> Drawn | None:
    """How many requests were closed after their legal date, by month; None where none was closed."""
    _ = words.say
    closed = Series(_("Closed"), [one.days_to_close.count for one in months])
    late = Series(_("Closed late"), [one.late for one in months])
    if not any(closed.values):
        return None
    facts = {"late": words.number(sum(late.values)), "closed": words.number(sum(closed.values))}
    finding = _("%(late)s of %(closed)s closed after the date the law gives", **facts)
    how = _("One column for each month, the earliest on the left. Its full part was closed late.")
    names = [short_month(one.first, words) for one in months]
    picture = _chart("lateness", finding, how, words).nested(names, closed, late)
    heads = [_("Month"), closed.name, late.name]
    rows = [
        [month(one.first, words), words.number(one.days_to_close.count), words.number(one.late)]
        for one in months
    ]
    return Drawn(_("Closed late by month"), finding, picture, Table(heads, rows))


def spread(of: Spread, words: Words) -> list[str]:
    """Count, median and 90th percentile, as cells of a table."""
    times = (NOTHING if time is None else digits(time, words) for time in (of.median, of.ninetieth))
    return [words.number(of.count), *times]


def types(figures: Figures, words: Words) -> Drawn | None:
    """What was asked for; its table says also in which language."""
    _ = words.say
    topic = _Topic("types", _("Received by type"), _("Type"))
    drawn = _ranked(topic, figures.by_type(), labels.TYPES, words)
    return drawn and replace(drawn, table=_types_by_language(figures, words))


def _types_by_language(figures: Figures, words: Words) -> Table:
    rows = [
        [
            words.say(labels.TYPES[kind]),
            *(words.number(figures.received.get((kind, language), 0)) for language in Language),
            words.number(count),
        ]
        for kind, count in figures.by_type().most_common()
    ]
    languages = [words.say(labels.LANGUAGES[language]) for language in Language]
    return Table([words.say("Type"), *languages, words.say("All")], rows)


def languages(figures: Figures, words: Words) -> Drawn | None:
    _ = words.say
    topic = _Topic("languages", _("Received by language"), _("Language"))
    return _ranked(topic, figures.by_language(), labels.LANGUAGES, words)


def outcomes(figures: Figures, words: Words) -> Drawn | None:
    _ = words.say
    topic = _Topic("outcomes", _("How requests ended"), _("Outcome"))
    return _ranked(topic, figures.outcomes, labels.OUTCOMES, words)


def denials(figures: Figures, words: Words) -> Drawn | None:
    _ = words.say
    topic = _Topic("reasons", _("Why requests were refused"), _("Reason"))
    return _ranked(topic, figures.denied, labels.REASONS, words)


def workload(figures: Figures, words: Words, people: Mapping[str, str]) -> Drawn | None:
    """Open cases by the person they are assigned to; `people` says how a name is shown."""
    _, called = words.say, {"": words.say("Nobody"), **people}
    items = [(called.get(person, person), count) for person, count in figures.workload.items()]
    return _bars(_Topic("people", _("Open cases by person"), _("Person")), items, words)


@dataclass(frozen=True, slots=True)
class _Topic:
    """What is listed: for the page's code, as a heading, and over the column of a table."""

    name: str
    heading: str
    head: str


def _ranked(
    topic: _Topic, counts: Mapping[Any, int], called: Mapping[str, str], words: Words
) -> Drawn | None:
    """What the record knows by code, the most frequent first."""
    ranked = Counter(counts).most_common()
    return _bars(topic, [(words.say(called[code]), count) for code, count in ranked], words)


def _bars(topic: _Topic, items: Sequence[tuple[str, int]], words: Words) -> Drawn | None:
    """One bar for each item; None where there are none."""
    if not items:
        return None
    _, (first, most), total = words.say, items[0], sum(count for _, count in items)
    facts = {"name": first, "count": words.number(most), "all": words.number(total)}
    finding = _("Most: %(name)s, %(count)s of %(all)s", **facts)
    picture = _chart(topic.name, finding, _("One bar for each line, the longest first."), words).bars(items)
    rows = [(item, words.number(count)) for item, count in items]
    return Drawn(topic.heading, finding, picture, Table([topic.head, _("Number")], rows))


def _chart(name: str, finding: str, how: str, words: Words) -> Chart:
    return Chart(name, finding, how, words.direction, partial(digits, words=words))

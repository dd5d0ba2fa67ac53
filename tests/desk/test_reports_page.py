"""The reports page: its figures in words, each chart with its numbers beside it, in either language."""

import re
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.desk.report_parts import days_in_words, minutes_in_words
from inbox_agent.desk.report_years import year_facts
from inbox_agent.desk.reports import PERIODS, days_of, report_facts
from inbox_agent.desk.words import Words
from inbox_agent.evidence import Figures, Month, OfYear, Spread, Standing, Week, last_months
from inbox_agent.rendering import Templates
from inbox_agent.understanding import Language, RequestType

TODAY = date(2026, 11, 27)
HOSTILE = "<script>alert(1)</script>"
ENGLISH = Words("en", "latin", ZoneInfo("Asia/Amman"))
ARABIC = Words("ar", "arabic", ZoneInfo("Asia/Amman"))
BUSY = Figures(
    since=date(2026, 11, 16),
    until=TODAY,
    weeks=[Week(date(2026, 11, 16), 7, 4, 3, 2), Week(date(2026, 11, 23), 2, 4, 1, 1)],
    received={(RequestType.ACCESS, Language.AR): 3, (RequestType.DELETION, Language.EN): 6},
    outcomes={Outcome.DENIED: 1, Outcome.FULFILLED: 7},
    denied={Reason.NO_MATCH: 1},
    minutes_to_acknowledge=Spread(9, 0.4, 150),
    days_to_close=Spread(8, 6.25, 17),
    late=2,
    standing=Standing(open=23, in_triage=4, overdue=1),
    workload={"sara": 9, "": 8, HOSTILE: 6},
)
EMPTY = Figures(
    since=BUSY.since,
    until=TODAY,
    weeks=[Week(BUSY.since, 0, 0, 0, 0)],
    received={},
    outcomes={},
    denied={},
    minutes_to_acknowledge=Spread(),
    days_to_close=Spread(),
    late=0,
    standing=Standing(0, 0, 0),
    workload={},
)
MONTHS = [
    Month(first, {RequestType.ACCESS: 3}, Spread(8, 6.25, 17), 2, {Reason.NO_MATCH: 1})
    for first in last_months(TODAY, 2)
]


def test_every_chart_says_what_it_finds() -> None:
    facts = drawn(BUSY)
    assert [str(one.finding) for one in (*facts["charts"], *facts["lists"])] == [
        "More came in than was closed: 9 received, 8 closed",
        "November\u00a02026: half closed within 6.2 days, nine in ten within 17 days",
        "4 of 16 closed after the date the law gives",
        "The agent had read 3 of 4 mails right that staff judged",
        "Most: Deletion, 6 of 9",
        "Most: English, 6 of 9",
        "Most: Done in full, 7 of 8",
        "Most: Details do not match, 1 of 1",
        "Most: Sara Haddad, 9 of 23",
    ]


@pytest.mark.parametrize(
    ("received", "closed", "finding"),
    [
        (1, 2, "More was closed than came in: 2 closed, 1 received"),
        (2, 2, "As much was closed as came in: 2"),
    ],
)
def test_the_finding_follows_the_numbers(received: int, closed: int, finding: str) -> None:
    week = Week(date(2026, 11, 16), received, closed, 0, 0)
    [flow, *_] = drawn(Figures(**{**fields(BUSY), "weeks": [week]}))["charts"]
    assert flow.finding == finding


def test_every_chart_has_the_numbers_it_draws_in_a_table() -> None:
    facts = drawn(BUSY)
    for one in (*facts["charts"], *facts["lists"]):
        inside = set(re.findall(r"<text[^>]*>([\d.]+)</text>", one.picture))
        told = {str(cell) for row in one.table.rows for cell in row}
        assert inside
        assert inside <= told


def test_what_was_closed_late_is_drawn_month_by_month() -> None:
    [late] = [one for one in drawn(BUSY)["charts"] if one.heading == "Closed late by month"]
    assert [[*map(str, row)] for row in late.table.rows] == [
        ["October\u00a02026", "8", "2"],
        ["November\u00a02026", "8", "2"],
    ]


def test_types_are_told_by_language_too() -> None:
    types = drawn(BUSY)["lists"][0].table
    assert [*map(str, types.heads)][:3] == ["Type", "English", "Arabic"]
    assert [[*map(str, row)] for row in types.rows] == [
        ["Deletion", "6", "0", "0", "0", "0", "6"],
        ["Access", "0", "3", "0", "0", "0", "3"],
    ]


def test_single_figures_are_told_with_what_they_mean() -> None:
    assert [(str(card.value), str(card.note)) for card in drawn(BUSY)["cards"]] == [
        ("under a minute", "90th percentile: 2.5 hours"),
        ("6.2 days", "90th percentile: 17 days"),
        ("2", "of 8 closed in this period"),
        ("23", "in triage: 4"),
        ("1", "open after the date the law gives"),
    ]


def test_what_was_never_measured_is_a_dash_and_draws_no_chart() -> None:
    facts = drawn(EMPTY, [Month(date(2026, 11, 1), {}, Spread(), 0, {})])
    assert [card.value for card in facts["cards"][:2]] == ["–", "–"]
    assert [len(facts[name]) for name in ("charts", "lists")] == [1, 0]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0.5, "under a minute"), (1, "1 minute"), (59.4, "59 minutes"), (60, "1 hour"), (125, "2.1 hours")],
)
def test_minutes_become_hours_from_sixty_on(minutes: float, told: str) -> None:
    assert minutes_in_words(minutes, ENGLISH) == told


@pytest.mark.parametrize(("days", "told"), [(0.02, "0 days"), (1, "1 day"), (6.25, "6.2 days")])
def test_days_have_at_most_one_decimal(days: float, told: str) -> None:
    assert days_in_words(days, ENGLISH) == told


def test_a_period_is_of_whole_weeks_or_months_up_to_today() -> None:
    assert [days_of(period, TODAY) for period in PERIODS] == [
        (date(2026, 11, 2), TODAY),
        (date(2026, 9, 7), TODAY),
        (date(2025, 12, 1), TODAY),
    ]


def test_a_period_that_nobody_offered_is_the_usual_one() -> None:
    assert days_of("'; DROP TABLE cases", TODAY) == days_of("12w", TODAY)


@pytest.mark.parametrize("words", [ENGLISH, ARABIC], ids=["en", "ar"])
def test_the_page_needs_no_script_and_no_style_of_its_own(words: Words) -> None:
    page = rendered(BUSY, words)
    assert "style=" not in page
    assert HOSTILE not in page
    assert page.count('role="img"') == page.count('class="fold"') == 9
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))


def test_the_arabic_page_runs_from_the_right_and_shows_digits_as_its_reader_does() -> None:
    page = rendered(BUSY, ARABIC)
    assert page.count('direction="rtl"') == 9
    main = page[page.index("<main") : page.index("</main>")]
    shown = re.sub(r"<[^>]*>", "", main)
    assert "٢٣" in shown
    assert not re.search(r"(?<![\dA-Za-z])(23|17|2026)(?!\d)", shown)


def test_one_chooses_the_period_and_takes_its_numbers_along() -> None:
    page = rendered(BUSY, ENGLISH)
    assert '<form class="filters" method="get" action="/reports">' in page
    assert '<option value="4w" selected>4 weeks</option>' in page
    for name in ("weeks", "types", "months"):
        assert f'href="/reports/{name}.csv?period=4w"' in page


def test_where_there_is_nothing_yet_the_page_says_what_will_stand_here() -> None:
    page = rendered(EMPTY, ENGLISH)
    assert "No figures yet" in page
    assert 'href="/queue/decide"' in page
    assert '<svg class="chart"' not in page


def test_a_calendar_year_is_told_for_each_law_by_itself() -> None:
    laws = of_years(ENGLISH, "ccpa", "gdpr")["laws"]
    assert [(one.title, one.is_ccpa) for one in laws] == [("CCPA", True), ("GDPR", False)]
    told = dict(zip(map(str, laws[0].table.heads), map(str, laws[0].table.rows[0]), strict=True))
    assert {head: cell for head, cell in told.items() if cell != "0"} == {
        "Type": "Deletion",
        "Received": "4",
        "Done in full": "1",
        "Refused": "2",
        "Median (days)": "1.5",
        "Average (days)": "4.3",
        "Closed late": "2",
        "Refused: Details do not match": "2",
    }


def test_one_chooses_the_year_and_takes_its_numbers_and_the_record_along() -> None:
    page = rendered(EMPTY, ENGLISH)
    assert '<option value="2026" selected>2026</option><option value="2025">2025</option>' in page.replace(
        "\n", ""
    )
    for name in ("year", "requests"):
        assert f'href="/reports/{name}.csv?year=2026"' in page


def drawn(figures: Figures, months: list[Month] = MONTHS, words: Words = ENGLISH) -> dict[str, Any]:
    return report_facts(figures, months, words, {"sara": "Sara Haddad"})


def of_years(words: Words, *laws: str) -> dict[str, Any]:
    """A busy year under each of these laws."""
    lines = [OfYear(law, RequestType.DELETION, received=4) for law in laws or ("gdpr",)]
    for line in lines:
        line.add(Outcome.DENIED, "no_match", late=True, hours=36, count=2)
        line.add(Outcome.FULFILLED, None, late=False, hours=240, count=1)
    return year_facts(
        2026, range(2026, 2023, -1), lines, {law: law.upper() for law in laws or ("gdpr",)}, words
    )


def rendered(figures: Figures, words: Words) -> str:
    page = {
        "_": words.say,
        "ngettext": words.count,
        "lang": words.language,
        "dir": words.direction,
        "theme": "auto",
        "me": None,
        "csrf": "",
        "once": lambda: "once",
        "static": lambda name: f"/static/{name}",
        "here": "/reports",
        "q": "",
        "toast": None,
        **dict.fromkeys(("views", "places", "health", "banners"), ()),
        "may": lambda _: True,
    }
    days = {"since": words.day(figures.since), "until": words.day(figures.until), "period": "4w"}
    return Templates().render(
        "desk/reports.html", **page, **days, **drawn(figures, words=words), **of_years(words)
    )


def fields(figures: Figures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in Figures.__slots__}

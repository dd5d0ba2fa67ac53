"""The figures as CSV: names that stay, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import date

import pytest

from inbox_agent.cases.states import Reason
from inbox_agent.evidence import Figures, Month, Spread, Standing, Week, months_csv, types_csv, weeks_csv
from inbox_agent.evidence.sheets import to_csv
from inbox_agent.understanding import Language, RequestType

FIGURES = Figures(
    since=date(2026, 11, 2),
    until=date(2026, 11, 8),
    weeks=[Week(date(2026, 11, 2), received=5, closed=2, asked=4, right=3)],
    received={(RequestType.ACCESS, Language.AR): 2, (RequestType.ACCESS, Language.OTHER): 3},
    outcomes={},
    denied={},
    minutes_to_acknowledge=Spread(),
    days_to_close=Spread(),
    late=0,
    standing=Standing(0, 0, 0),
    workload={},
)


def test_weeks_stand_under_names_that_stay_as_they_are() -> None:
    head, week = read(weeks_csv(FIGURES))
    assert head == ["week", "from", "received", "closed", "readings_judged", "readings_right"]
    assert week == ["2026-W45", "2026-11-02", "5", "2", "4", "3"]


def test_every_type_has_a_line_and_every_language_a_column() -> None:
    head, access, deletion, *others = read(types_csv(FIGURES))
    assert head == ["type", "en", "ar", "mixed", "arabizi", "other", "total"]
    assert access == ["access", "0", "2", "0", "0", "3", "5"]
    assert deletion == ["deletion", "0", "0", "0", "0", "0", "0"]
    assert len(others) == len(RequestType) - 2


def test_a_month_tells_what_the_law_asks_for() -> None:
    by_type, denied = {RequestType.COOKIES: 4}, {Reason.DISPUTE: 1}
    month = Month(date(2026, 11, 1), by_type, Spread(3, 5.25, 11.96), 2, denied)
    head, line = read(months_csv([month]))
    told = dict(zip(head, line, strict=True))
    assert {name: value for name, value in told.items() if value != "0"} == {
        "month": "2026-11",
        "received": "4",
        "cookies": "4",
        "closed": "3",
        "median_days_to_close": "5.2",
        "p90_days_to_close": "12.0",
        "late": "2",
        "denied_dispute": "1",
    }
    assert [name for name in head if name.startswith("denied_")] == [f"denied_{one}" for one in Reason]


def test_a_time_that_was_not_measured_is_left_empty() -> None:
    head, line = read(months_csv([Month(date(2026, 11, 1), {}, Spread(), 0, {})]))
    assert dict(zip(head, line, strict=True))["median_days_to_close"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\r=1",
        '=HYPERLINK("http://x")',
        "＝1+1",
        "\n=1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert read(to_csv(["name"], [[text]]))[1] == [f"'{text}"]
    assert read(to_csv([text], []))[0] == [f"'{text}"]


@pytest.mark.parametrize("number", ["-5", "+3.5", "-1e3", -5, -0.5])
def test_a_number_stays_a_number(number: str | float) -> None:
    assert read(to_csv(["name"], [[number]]))[1] == [str(number)]


def test_commas_quotes_and_line_breaks_stay_inside_their_cell() -> None:
    text = 'a, "b"\nسارة'
    assert read(to_csv(["name"], [[text, 1]]))[1] == [text, "1"]


def read(written: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written, newline="")))

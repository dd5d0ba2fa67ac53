"""`inbox-agent requests`: the record that authorities ask for, as a table, CSV and JSON."""

import csv
import io

from inbox_agent.agent import now_utc
from tests.cli.office import Office


def test_a_request_stands_in_the_record_as_table_csv_and_json(office: Office) -> None:
    office.told("open", "--from", "rana@example.com", "--type", "access", "--by", "Sara")
    ref = office.reference()
    head, line = office.told("requests").splitlines()
    assert head.split()[:2] == ["reference", "asked"]
    assert line.startswith(ref)
    [row] = csv.DictReader(io.StringIO(office.told("requests", "--csv")))
    [told] = office.json("requests")
    assert row.keys() == told.keys()
    assert (row["reference"], row["nature"], row["manner"]) == (ref, "access", told["manner"])
    assert told["received_at"].endswith("Z")
    assert "rana" not in office.told("requests", "--csv") + office.told("requests", "--json")


def test_the_days_between_which_requests_came_can_be_given(office: Office) -> None:
    office.told("open", "--from", "rana@example.com", "--type", "access", "--by", "Sara")
    assert office.told("requests", "--until", "2020-01-01") == "No requests in these days.\n"
    assert office.json("requests", "--since", "2999-01-01") == []
    assert len(office.json("requests", "--since", "2020-01-01")) == 1


def test_a_year_in_figures(office: Office) -> None:
    office.told("open", "--from", "rana@example.com", "--type", "access", "--by", "Sara")
    year = str(now_utc().year)
    [told] = office.json("requests", "--yearly", year)
    assert (told["law"], told["type"], told["received"]) == ("default", "access", 1)
    [row] = csv.DictReader(io.StringIO(office.told("requests", "--yearly", year, "--csv")))
    assert row["received"] == "1"
    assert office.told("requests", "--yearly", year).splitlines()[1].split()[:3] == ["default", "access", "1"]
    assert office.told("requests", "--yearly", "2001") == "No requests in 2001.\n"


def test_what_cannot_be_answered_is_one_line_and_no_answer(office: Office) -> None:
    assert "--since must be a day" in office.refused(2, "requests", "--since", "4/11/2026")
    assert "choose one" in office.refused(2, "requests", "--csv", "--json")
    assert "leave --since" in office.refused(2, "requests", "--yearly", "2026", "--since", "2026-01-01")
    assert "a year like" in office.refused(2, "requests", "--yearly", "20260")

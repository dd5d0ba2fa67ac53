"""The calendar year on the reports page: who may take the record of requests, and what is noted of it."""

import csv
import io

import pytest
from structlog.testing import capture_logs

from tests.company import COPY_PLEASE
from tests.desk.office import Office

HEADS = {"reference", "received_at", "nature", "manner", "answered_at", "outcome", "denial_basis"}


@pytest.mark.parametrize(("name", "status"), [("sara", 200), ("omar", 200), ("huda", 403), ("vera", 403)])
def test_the_record_of_requests_is_for_approvers_and_administrators(
    office: Office, name: str, status: int
) -> None:
    ref = office.receive(COPY_PLEASE)
    answer = office.signed_in(name).get("/reports/requests.csv")
    assert answer.status_code == status
    assert (ref in answer.text) is (status == 200)


@pytest.mark.parametrize(("name", "offered"), [("omar", True), ("huda", False)])
def test_it_is_offered_only_to_those_who_may_take_it(office: Office, name: str, offered: bool) -> None:
    assert ("/reports/requests.csv" in office.signed_in(name).get("/reports").text) is offered


def test_the_record_has_references_and_dates_and_nobody_s_name(office: Office) -> None:
    ref = office.receive(COPY_PLEASE, sender="zaynab@secret.example", subject="Marked")
    answer = office.signed_in("omar").get(f"/reports/requests.csv?year={office.now.year}")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["reference"], row["nature"]) == (ref, "access")
    assert row.keys() >= HEADS
    assert "secret" not in answer.text
    assert "attachment" in answer.headers["Content-Disposition"]


def test_that_somebody_took_the_record_is_logged_without_their_name(office: Office) -> None:
    omar = office.signed_in("omar")
    with capture_logs() as logs:
        omar.get("/reports/requests.csv")
    [told] = [one for one in logs if one["event"] == "requests_downloaded"]
    assert told["by"]
    assert "omar" not in str(logs)


def test_the_year_s_figures_are_for_everybody_who_may_look(office: Office) -> None:
    office.receive(COPY_PLEASE)
    answer = office.signed_in("vera").get("/reports/year.csv")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["year"], row["law"], row["type"], row["received"]) == (
        str(office.now.year),
        "default",
        "access",
        "1",
    )


def test_a_year_that_nobody_offered_is_this_one(office: Office) -> None:
    office.receive(COPY_PLEASE)
    page = office.signed_in("vera").get("/reports?year=1066%27--").text
    assert f'href="/reports/year.csv?year={office.now.year}"' in page

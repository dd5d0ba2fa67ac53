"""The page of a person's data in the company's systems: what each person sees there, and may press."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from inbox_agent.agent import now_utc
from inbox_agent.cases import holdings
from inbox_agent.cases.staff import Staff
from inbox_agent.cli import sample_company
from inbox_agent.desk import serving
from tests.company import COPY_PLEASE
from tests.desk.office import PASSWORD, Browser, Office
from tests.servers.browser import overflowing, violations

FIONA, MAJD = "fiona.g@example.com", "majd.a@example.net"
DELETE = "Please delete all the personal data you hold about me and close my account."


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office beside the demo's telephony company."""
    opened = Office(tmp_path, connectors=sample_company.found(tmp_path / "telephony", now_utc()))
    yield opened
    opened.close()


def proven(office: Office, text: str = COPY_PLEASE, sender: str = FIONA) -> str:
    """A case whose person has shown who they are."""
    ref = office.receive(text, sender=sender)
    with office.doing(ref) as (act, case):
        for right in case.rights:
            right.trust = "T3"
            right.move(act, "start")
    return ref


def submit(browser: Browser, ref: str, what: str, **fields: object) -> str:
    """One form of the page, and the page that it leads to."""
    path = f"/cases/{ref}/data"
    answer = browser.submit(f"{path}/{what}", on=path, **fields)
    return str(browser.get(answer.headers["location"]).text if answer.status_code == 303 else answer.text)


def calls(office: Office, tmp: Path) -> int:
    with sqlite3.connect(tmp / "telephony" / "telephony.db") as database:
        return int(database.execute("SELECT count(*) FROM calls WHERE account = '4005'").fetchone()[0])


def events(office: Office, ref: str) -> list[str]:
    return [event.kind for event in office.case(ref).events]


def test_without_a_list_of_accounts_the_systems_say_whether_they_know_an_address(
    office: Office, tmp_path: Path
) -> None:
    ref, omar = office.receive(COPY_PLEASE, sender=FIONA), office.signed_in("omar")
    path = f"/cases/{ref}/do/look_up"
    for value, said in (("", "match"), ("eve@example.net", "no_match"), ("06 410 1667", "several")):
        omar.submit(path, on=path, value=value)
        assert office.case(ref).account_match == said
    assert events(office, ref)[-3:] == ["looked_up"] * 3
    (tmp_path / "telephony" / "telephony.db").unlink()
    assert "Cannot be reached" in omar.submit(path, on=path).text
    assert office.case(ref).account_match == "several"


def test_accounts_are_found_chosen_and_every_system_is_asked(office: Office) -> None:
    ref, huda = proven(office), office.signed_in("omar")
    found = submit(huda, ref, "find", right="access")
    assert "Fiona Gallagher" in found
    assert "Has the customer" in found
    page = submit(huda, ref, "choose", right="access", account="4005")
    assert "The systems were asked" in page
    assert page.count("Show rows") == 7
    assert "Look there by hand and put what you find into the package" in page


def test_rows_are_shown_with_masks_and_the_look_is_an_event(office: Office) -> None:
    ref, omar = proven(office), office.signed_in("omar")
    submit(omar, ref, "choose", right="access", account="4005")
    page = submit(omar, ref, "rows", right="access", system="calls")
    assert "•••" in page
    assert "+96279" not in page
    assert "data_rows_viewed" in events(office, ref)
    refused = submit(omar, ref, "mask", right="access", system="calls", column="other_number")
    assert "Choose a reason" in refused
    submit(omar, ref, "mask", right="access", system="calls", column="other_number", why="Her own lines.")
    assert "+96279" in submit(omar, ref, "rows", right="access", system="calls")


def test_before_the_identity_is_proved_the_page_says_so_and_nothing_is_asked(office: Office) -> None:
    ref = office.receive(COPY_PLEASE, sender=FIONA)
    omar = office.signed_in("omar")
    page = omar.get(f"/cases/{ref}/data").text
    assert "The identity is not proved far enough" in page
    assert 'action="/cases/' not in page.replace(f'action="/cases/{ref}/draft', "")
    for what in ("find", "choose", "look", "rows", "mask", "preview", "erase"):
        answer = omar.submit(f"/cases/{ref}/data/{what}", right="access", system="calls", account="4005")
        assert answer.status_code == 409, what
    assert "accounts_looked_up" not in events(office, ref)


def test_an_account_of_another_needs_a_reason_and_the_form_keeps_what_was_typed(office: Office) -> None:
    ref, omar = proven(office), office.signed_in("omar")
    page = submit(omar, ref, "choose", right="access", account="4016", identifiers="٠٦٤١٠١٦٦٧")
    assert "Say why these are the customer" in page
    assert "several accounts share it" in page
    assert 'value="٠٦٤١٠١٦٦٧"' in page


def test_the_red_button_says_what_is_missing_and_erases_once_it_is_there(
    office: Office, tmp_path: Path
) -> None:
    ref, omar = proven(office, DELETE), office.signed_in("omar")
    submit(omar, ref, "choose", right="deletion", account="4005")
    before = calls(office, tmp_path)
    page = submit(omar, ref, "preview", right="deletion")
    assert "The customer has not confirmed the deletion" in page
    assert "accounting records" in page
    assert omar.submit(f"/cases/{ref}/data/erase", right="deletion").status_code == 409
    assert calls(office, tmp_path) == before > 0
    with office.doing(ref) as (act, case):
        right = case.rights[0]
        right.confirmed_at, right.erase_after = act.at, act.at - timedelta(seconds=1)
        right.submitted_by, right.submitted_at, right.approved_by = "huda", act.at, "sara"
    assert "Erased in all systems" in submit(omar, ref, "erase", right="deletion")
    assert calls(office, tmp_path) == 0
    rows = {row.item: (row.found, row.kept_for) for row in office.case(ref).rights[0].checklist}
    assert rows["payment"] == ("kept", "law")
    assert rows["call"] == ("open", None), "the old exchange is looked at by hand"
    assert rows["device"] == ("done", None)


def test_a_viewer_sees_counts_and_no_button(office: Office) -> None:
    ref = proven(office)
    submit(office.signed_in("omar"), ref, "choose", right="access", account="4005")
    page = office.signed_in("vera").get(f"/cases/{ref}/data").text
    assert "Call records" in page
    assert "Show rows" not in page
    assert "data/find" not in page


def test_without_connectors_the_page_says_what_to_do(tmp_path: Path) -> None:
    plain = Office(tmp_path)
    try:
        ref = proven(plain)
        assert "No systems are connected" in plain.signed_in("omar").get(f"/cases/{ref}/data").text
    finally:
        plain.close()


def test_only_counts_reach_the_record(office: Office) -> None:
    ref, omar = proven(office), office.signed_in("omar")
    submit(omar, ref, "choose", right="access", account="4005")
    with office.record.reading() as session:
        chosen = session.scalars(select(holdings.ChosenAccounts)).one()
    assert b"Fiona" not in chosen.sealed_accounts


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_the_pages_fit_and_are_accessible(
    office: Office, request: pytest.FixtureRequest, language: str, size: str
) -> None:
    ref = proven(office, DELETE, MAJD)
    with office.record.writing() as session:
        session.scalars(select(Staff).where(Staff.name == "omar")).one().language = language
    page: Page = request.getfixturevalue(size)
    with serving(office.desk, "127.0.0.1", 0) as address:
        page.goto(f"{address}sign-in")
        page.fill("[name=name]", "omar")
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        page.goto(f"{address}cases/{ref}/data")
        assert [*overflowing(page), *violations(page)] == []
        page.click("form[action$='/find'] button")
        assert [*overflowing(page), *violations(page)] == []
        page.click("form[action$='/choose'] button")
        page.click("form[action$='/preview'] button")
        assert [*overflowing(page), *violations(page)] == []
        page.click("form[action$='/rows'] button >> nth=1")
        assert [*overflowing(page), *violations(page)] == []

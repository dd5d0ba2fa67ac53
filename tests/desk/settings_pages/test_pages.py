"""The settings: administrators look after them, nobody else does, and everybody can read them."""

import re

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from inbox_agent.cases import staff
from inbox_agent.cases.staff import Role
from inbox_agent.desk import DOORS, serving
from tests.company import STOP_PLEASE
from tests.desk.office import PASSWORD, Office
from tests.desk.settings_pages.page import look
from tests.servers.browser import overflowing, violations

PAGES = ("law", "staff", "letters", "understanding", "mail", "suppression", "retention", "audit")


def test_every_page_is_there_for_an_administrator_and_names_the_others(office: Office) -> None:
    sara = office.signed_in("sara")
    for place in ("me", *PAGES):
        assert 'href="/settings/audit"' in look(sara, f"/settings/{place}")


@pytest.mark.parametrize("name", ["omar", "huda", "vera"])
def test_nobody_else_sees_more_than_their_own_settings(office: Office, name: str) -> None:
    browser = office.signed_in(name)
    assert 'href="/settings/law"' not in look(browser, "/settings/me")
    assert {browser.get(f"/settings/{place}").status_code for place in PAGES} == {403}


def test_no_form_of_an_administrator_can_be_sent_by_somebody_else_or_from_elsewhere(office: Office) -> None:
    omar, sara = office.signed_in("omar"), office.signed_in("sara")
    doors = [one for one in DOORS if one.method == "POST" and one.path.startswith("/settings/")]
    for one in doors:
        path = re.sub(r"\{\w+\}", "x", one.path)
        if one.role is Role.ADMIN:
            assert omar.submit(path).status_code == 403, path
        assert sara.post(path, data={"csrf": "guessed"}).status_code == 403, path
    assert len(doors) == 16


@pytest.mark.parametrize("name", ["sara", "huda"])
def test_every_page_is_for_everybody_on_a_laptop_and_a_phone(
    writers: Office, laptop: Page, phone: Page, name: str
) -> None:
    writers.receive(STOP_PLEASE)
    with writers.record.writing() as session:
        session.execute(
            update(staff.Staff).where(staff.Staff.name == "huda").values(role="admin", language="ar")
        )
    paths = ["me", "me/second-factor", *PAGES, "letters/denied", "letters/denied/ar"]
    with serving(writers.desk, "127.0.0.1", 0) as address:
        for page in (laptop, phone):
            page.goto(f"{address}sign-in")
            page.fill("[name=name]", name)
            page.fill("[name=password]", PASSWORD)
            page.click("main form button")
            found = {path: faults(page, f"{address}settings/{path}") for path in paths}
            assert {path: one for path, one in found.items() if one} == {}


def faults(page: Page, address: str) -> list[str]:
    """What axe finds, and what is too wide; captions of tables are cut to be heard only."""
    page.goto(address)
    return [*violations(page), *(one for one in overflowing(page) if "caption.visually-hidden" not in one)]

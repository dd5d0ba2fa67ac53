"""Every main page of a desk with five weeks behind it: nothing sticks out, and axe finds nothing."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from inbox_agent.agent import now_utc
from inbox_agent.desk import application, serving
from tests.company import stationery
from tests.desk.screenshots import READERS, lived_in_office, main_pages, sign_in
from tests.servers.browser import LAPTOP, PHONE, Browser, overflowing, violations

SAME_LINE = 20
Office = tuple[str, dict[str, str]]
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The address of its desk, and the main pages by name."""
    with (
        lived_in_office(tmp_path_factory.mktemp("office")) as record,
        serving(application(record, stationery(), now_utc), "127.0.0.1", 0) as address,
    ):
        yield address, dict(main_pages(record))


def faults(page: Page, address: str, pages: dict[str, str], *schemes: Scheme) -> list[str]:
    found = []
    for what, path in pages.items():
        page.goto(address.rstrip("/") + path)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            found += [f"{what}, {scheme}: {fault}" for fault in (*overflowing(page), *violations(page))]
    return found


@pytest.mark.parametrize("language", READERS)
def test_every_page_is_whole_and_accessible_on_a_laptop_in_light_and_dark(
    lived_in: Office, browser: Browser, language: str
) -> None:
    address, pages = lived_in
    with browser.page(LAPTOP, locale=language) as page:
        page.emulate_media(reduced_motion="reduce")  # colours change at once
        sign_in(page, address, READERS[language])
        assert "\n".join(faults(page, address, pages, "light", "dark")) == ""


@pytest.mark.parametrize("language", READERS)
def test_every_page_is_whole_and_accessible_on_a_phone(
    lived_in: Office, browser: Browser, language: str
) -> None:
    address, pages = lived_in
    with browser.page(PHONE, locale=language) as page:
        sign_in(page, address, READERS[language])
        assert "\n".join(faults(page, address, pages, "light")) == ""


def test_focus_goes_from_the_skip_link_through_the_page_in_reading_order(
    lived_in: Office, browser: Browser
) -> None:
    address, _ = lived_in
    with browser.page(LAPTOP) as page:
        sign_in(page, address, READERS["en"])
        page.goto(f"{address}queue/decide")
        page.keyboard.press("Tab")
        expect(page.locator("a.skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        tops = []
        for _step in range(6):
            page.keyboard.press("Tab")
            tops.append(page.evaluate("document.activeElement.getBoundingClientRect().top"))
        # A box and the link beside it share a line, the smaller one a little lower.
        assert all(later > earlier - SAME_LINE for earlier, later in pairwise(tops)), tops


def test_the_queue_a_case_and_a_form_work_without_scripts(lived_in: Office, browser: Browser) -> None:
    address, pages = lived_in
    case = next(path for what, path in pages.items() if what.startswith("case-in-progress"))
    with browser.page(LAPTOP, java_script_enabled=False) as page:
        sign_in(page, address, READERS["en"])
        page.locator("#q").fill("data")
        page.locator("#q").press("Enter")
        expect(page.locator("h1")).to_contain_text("data")
        page.goto(address.rstrip("/") + case + "/do/note")
        page.fill("[name=text]", "rang, nobody answered")
        page.click("main form.form > .cluster button")
        expect(page.locator(".conversation")).to_contain_text("rang, nobody answered")

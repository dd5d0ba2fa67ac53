"""Pressed twice, on a phone, without a script: the desk can be used by everybody."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.desk.comfort.hands import sign_in, triage_case
from tests.desk.office import Office
from tests.servers.browser import PHONE, Browser, overflowing, violations


def test_undo_goes_away_after_half_a_minute_unless_a_hand_is_on_it(
    page: Page, office: Office, desk: str
) -> None:
    page.clock.install()
    page.goto(f"{desk}/triage/{triage_case(office)}")
    page.keyboard.press("n")
    page.wait_for_selector("#toast button")
    page.locator("#toast button").focus()
    page.clock.run_for(40_000)
    expect(page.locator("#toast")).to_be_visible()
    page.locator("#toast button").blur()
    page.clock.run_for(31_000)
    expect(page.locator("#toast")).to_be_hidden()


def test_a_second_press_sends_nothing(page: Page, office: Office, desk: str) -> None:
    ref = office.cases()[0].ref
    page.goto(f"{desk}/cases/{ref}/do/note")
    page.locator("main textarea").fill("rang, no answer")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    button = page.locator("main form button").first
    button.evaluate("button => { button.click(); setTimeout(() => button.click(), 10); }")
    expect(page).to_have_url(f"{desk}/cases/{ref}")
    assert len(sent) == 1
    assert [event.kind for event in office.case(ref).events].count("note_written") == 1


def test_a_phone_shows_boxes_only_while_somebody_selects(desk: str, phone: Page) -> None:
    sign_in(phone, desk, "sara")
    phone.goto(f"{desk}/queue/all")
    box = phone.locator("[name=ref]").first
    expect(box).not_to_be_visible()
    phone.get_by_role("button", name="Select", exact=True).tap()
    box.check()
    expect(phone.get_by_role("button", name="Assign")).to_be_visible()
    assert overflowing(phone) == []
    phone.get_by_role("button", name="Select", exact=True).tap()
    expect(box).not_to_be_visible()
    expect(box).not_to_be_checked()


@pytest.mark.parametrize("name", ["sara", "huda"])
def test_help_can_be_read_by_everybody(desk: str, laptop: Page, name: str) -> None:
    sign_in(laptop, desk, name)
    laptop.goto(f"{desk}/help")
    expect(laptop.locator("main")).to_contain_text("Sara Nasser")
    assert violations(laptop) == []
    assert overflowing(laptop) == []
    laptop.keyboard.press("?")
    expect(laptop.locator("#keys-list li").first).to_be_visible()
    assert violations(laptop) == []


def test_everything_works_without_a_script(browser: Browser, office: Office, desk: str) -> None:
    ref = office.cases()[0].ref
    with browser.page(PHONE, java_script_enabled=False) as page:
        sign_in(page, desk, "sara")
        page.goto(f"{desk}/queue/all")
        page.locator(f"#{ref} [name=ref]").check()
        page.get_by_role("button", name="Assign").click()
        page.goto(f"{desk}/queue/mine")
        page.locator(f"#{ref} a").click()
        expect(page.locator("h1")).to_have_text(ref)
        page.goto(f"{desk}/cases/{ref}/do/note")
        page.locator("main textarea").fill("rang, no answer")
        page.locator("main form button").first.click()
        expect(page.locator("#conversation")).to_contain_text("rang, no answer")
        page.goto(f"{desk}/help")
        expect(page.locator("main")).to_contain_text("Show this list")

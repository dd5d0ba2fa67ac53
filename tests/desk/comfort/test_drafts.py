"""What is typed is saved, found again, and nobody else's."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.desk.comfort.hands import enter
from tests.desk.office import Office
from tests.servers.browser import Browser


def test_what_is_written_is_saved_after_a_pause_and_is_there_again(
    page: Page, office: Office, desk: str
) -> None:
    path = f"{desk}/cases/{office.cases()[0].ref}/write"
    page.goto(path)
    page.locator("#f-text-en").fill("We looked, and")
    expect(page.locator("[data-saved]")).to_contain_text(":")
    page.locator("#f-text-en").press_sequentially(" found nothing.")
    page.keyboard.press("Control+s")
    for _ in range(100):  # until the desk has it
        if not page.evaluate("Object.keys(sessionStorage).some(key => key.startsWith('draft'))"):
            break
        page.wait_for_timeout(50)
    page.goto(path)
    expect(page.locator("#f-text-en")).to_have_value("We looked, and found nothing.")


def test_text_that_cannot_be_saved_is_kept_and_said_to_be(
    page: Page, browser: Browser, office: Office, desk: str
) -> None:
    path = f"/cases/{office.cases()[0].ref}"
    page.goto(f"{desk}{path}/write")
    browser.allow(page, "*", "net::ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.locator("#f-text-en").fill("Written in a tunnel")
    banner = page.get_by_text("Not saved. Your text is still here.")
    expect(banner).to_be_visible()
    page.locator("[data-release] [aria-keyshortcuts='Control+Enter']").click()
    expect(page.locator("#f-text-en")).to_have_value("Written in a tunnel")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(banner).not_to_be_visible()
    expect(page.locator("[data-saved]")).to_contain_text(":")


def test_who_was_signed_out_finds_their_text_again_after_signing_in(
    page: Page, office: Office, desk: str
) -> None:
    page.goto(f"{desk}/cases/{office.cases()[0].ref}/write")
    office.now += timedelta(days=1)
    page.locator("#f-text-en").fill("Written too late")
    page.get_by_role("link", name="Sign in").click()
    enter(page, "sara")
    expect(page.locator("#f-text-en")).to_have_value("Written too late")


def test_signing_out_leaves_no_text_in_the_browser(page: Page, office: Office, desk: str) -> None:
    page.goto(f"{desk}/cases/{office.cases()[0].ref}/write")
    page.evaluate("sessionStorage.setItem('draft sara x', '{}')")
    page.locator(".top__me summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{desk}/sign-in")
    assert page.evaluate("sessionStorage.length") == 0


def test_another_persons_text_is_forgotten(page: Page, desk: str) -> None:
    page.evaluate("sessionStorage.setItem('draft omar /cases/MC-2222-2222/draft answer', '{}')")
    page.goto(f"{desk}/queue/all")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft'))") == []


def test_two_windows_of_one_person_lose_nothing(
    page: Page, browser: Browser, office: Office, desk: str
) -> None:
    path = f"{desk}/cases/{office.cases()[0].ref}/write"
    page.goto(path)
    browser.allow(page, "/cases/*/draft", 409)
    other = page.context.new_page()
    other.goto(path)
    other.locator("#f-text-en").fill("From the other window")
    expect(other.locator("[data-saved]")).to_contain_text(":")
    page.locator("#f-text-en").fill("From this window")
    expect(page.locator("[data-other]")).to_contain_text("From the other window")
    expect(page.locator("#f-text-en")).to_have_value("From this window")
    page.get_by_role("button", name="Keep my text").click()
    expect(page.locator("[data-other]")).to_have_count(0)
    expect(page.locator("[data-saved]")).to_contain_text(":")
    other.close()

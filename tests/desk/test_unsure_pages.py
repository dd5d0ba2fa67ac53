"""Triage, quarantine, left alone, new case in a real browser: legible, by keyboard, on a phone, in Arabic."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from inbox_agent.cases.staff import by_name
from inbox_agent.cli.rereading import Rereader
from inbox_agent.desk import application, serving
from inbox_agent.mailbox import MaildirDoor, Source
from tests.company import COPY_PLEASE, PHONE_BROKEN, mail, stationery
from tests.desk.office import PASSWORD, Office
from tests.servers.browser import LAPTOP, PHONE, Browser, overflowing, violations

UNSURE = "Hi, can somebody tidy up whatever is left of me in your system? I was with the office until 2023."
RANA = "rana@example.com"
ENDLESS = "x" * 900
TOO_MUCH = b"X-Many: yes\n" * 10_000 + mail(COPY_PLEASE, "many@example.org", ENDLESS)


@pytest.fixture
def desk(office: Office) -> Iterator[str]:
    """A desk with one mail of each kind; the unsure one is of a person who is known."""
    office.receive(COPY_PLEASE, sender=RANA)
    office.receive(
        UNSURE, sender=f'"{ENDLESS}" <{RANA}>', subject=ENDLESS, Reply_To="sales@elsewhere.example"
    )
    office.receive(raw=TOO_MUCH)
    office.receive(f"{PHONE_BROKEN} {ENDLESS}", sender=RANA)
    reread = Rereader([Source.of(MaildirDoor(office.maildir, max_bytes=1 << 24))])
    office.desk = application(office.record, stationery(), lambda: office.now, reread=reread)
    with serving(office.desk, "127.0.0.1", 0) as url:
        yield url.rstrip("/")


@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("name", ["sara", "huda"])
def test_every_page_is_accessible_and_fits_the_screen(
    browser: Browser, office: Office, desk: str, name: str, screen: dict[str, object]
) -> None:
    with office.record.writing() as session:
        by_name(session, name).language = {"sara": "en", "huda": "ar"}[name]  # type: ignore[union-attr]
    with browser.page(screen) as page:
        sign_in(page, desk, name)
        for path in pages(page, desk):
            page.goto(path)
            assert (path, violations(page), overflowing(page)) == (path, [], [])


def test_after_a_decision_the_heading_of_the_next_page_has_the_focus(desk: str, laptop: Page) -> None:
    sign_in(laptop, desk, "sara")
    laptop.goto(f"{desk}/triage")
    expect(laptop.locator("h1")).to_be_focused()
    laptop.get_by_role("button", name="Not a request").click()
    expect(laptop.locator("h1")).to_be_focused()
    expect(laptop.locator("h1")).to_have_text("Triage")
    laptop.locator("#toast").get_by_role("button", name="Undo").click()
    expect(laptop.locator("h1")).to_have_text("Triage: 1 of 1")


def test_the_way_to_a_known_case_takes_the_focus_to_its_list(desk: str, laptop: Page) -> None:
    sign_in(laptop, desk, "sara")
    laptop.goto(f"{desk}/triage")
    laptop.keyboard.press("m")
    expect(laptop.locator("#f-known")).to_be_focused()


def test_without_script_a_mail_is_decided_and_that_undone(browser: Browser, desk: str) -> None:
    with browser.page(java_script_enabled=False) as page:
        sign_in(page, desk, "sara")
        page.goto(f"{desk}/triage")
        page.get_by_role("button", name="Open case").click()
        page.locator("#toast").get_by_role("button", name="Undo").click()
        expect(page.locator("h1")).to_have_text("Triage: 1 of 1")


def pages(page: Page, desk: str) -> list[str]:
    """The pages of this kind that there are: lists, one of each, the form."""
    paths = [f"{desk}/triage", f"{desk}/new"]
    for shelf in ("quarantine", "left"):
        page.goto(f"{desk}/{shelf}")
        [one] = page.locator(f"main a[href^='/{shelf}/']").all()
        paths += [f"{desk}/{shelf}", f"{desk}{one.get_attribute('href')}"]
    return paths


def sign_in(page: Page, desk: str, name: str) -> None:
    page.goto(f"{desk}/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")

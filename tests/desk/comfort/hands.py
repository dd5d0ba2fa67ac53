"""Hands at a real browser: they sign in, type, and bring a case to triage."""

from playwright.sync_api import Page

from tests.desk.office import PASSWORD, Office

IN_HAND = ".row[aria-current] .row__who a"
UNSURE = "I would like to know about removing stuff from my details"


def sign_in(page: Page, desk: str, name: str) -> None:
    page.goto(f"{desk}/sign-in")
    enter(page, name)
    page.wait_for_url(f"{desk}/queue/decide")


def enter(page: Page, name: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").click()


def typed(page: Page, key: str, code: str, *, shift: bool = False, repeat: bool = False) -> None:
    """One key of a keyboard that this machine does not have."""
    given = {"key": key, "code": code, "shiftKey": shift, "repeat": repeat, "bubbles": True}
    page.evaluate("given => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', given))", given)


def triage_case(office: Office) -> str:
    """Two unsure mails; gives the reference of the first."""
    first = office.receive(UNSURE, sender="unsure1@example.com")
    office.receive(UNSURE, sender="unsure2@example.com")
    assert office.case(first).state == "triage"
    return first

"""What others do meanwhile is shown without a new page, and nothing moves or is lost by it."""

from playwright.sync_api import Page, expect

from inbox_agent.cases import notes
from tests.company import COPY_PLEASE
from tests.desk.comfort.hands import sign_in
from tests.desk.office import Office
from tests.servers.browser import LAPTOP, Browser


def test_new_mail_is_offered_and_no_row_moves(page: Page, office: Office, desk: str) -> None:
    page.goto(f"{desk}/queue/all")
    rows = page.locator(".row")
    rows.first.locator("[name=ref]").check()
    rows.nth(1).locator("a").focus()
    before = [(row.get_attribute("id"), row.bounding_box()) for row in rows.all()]
    office.receive(COPY_PLEASE, sender="new@example.com")
    expect(page.locator(".new")).to_have_text("1 new · show")
    expect(page.locator("#announced")).to_have_text("1 new · show")
    expect(page.locator("#count-all")).to_have_text("4")
    assert [(row.get_attribute("id"), row.bounding_box()) for row in rows.all()] == before
    page.locator(".new").click()
    expect(rows).to_have_count(4)
    expect(page.locator(".new")).to_have_count(0)
    expect(page.locator(f"#{before[0][0]} [name=ref]")).to_be_checked()


def test_what_is_typed_survives_every_hint(page: Page, office: Office, desk: str) -> None:
    page.goto(f"{desk}/queue/all?person=nobody")
    page.locator("#f-from").fill("2026-01-02")
    page.locator("#q").fill("half a wo")
    office.receive(COPY_PLEASE, sender="new@example.com")
    page.locator(".new").click()
    expect(page.locator(".row")).to_have_count(4)
    expect(page.locator("#f-from")).to_have_value("2026-01-02")
    expect(page.locator("#q")).to_have_value("half a wo")


def test_an_open_case_shows_what_was_written_and_keeps_its_open_folds(
    page: Page, office: Office, desk: str
) -> None:
    ref = office.cases()[0].ref
    page.goto(f"{desk}/cases/{ref}")
    fold = page.locator("#conversation details").first
    fold.locator("summary").click()
    with office.doing(ref) as (act, case):
        notes.note(act, case, "rang, no answer")
    expect(page.locator("#conversation")).to_contain_text("rang, no answer")
    expect(fold).to_have_attribute("open", "")


def test_whoever_else_has_the_case_open_is_shown_without_a_new_page(
    browser: Browser, page: Page, office: Office, desk: str
) -> None:
    ref = office.cases()[0].ref
    page.clock.install()
    page.goto(f"{desk}/cases/{ref}")
    with browser.page(LAPTOP) as other:
        sign_in(other, desk, "omar")
        other.goto(f"{desk}/cases/{ref}")
        expect(other.locator("#others")).to_contain_text("Sara Nasser has this case open")
    page.clock.run_for(20_000)
    expect(page.locator("#others")).to_contain_text("Omar Haddad has this case open")


def test_who_writes_is_told_of_a_new_mail_and_reads_it_before_sending(
    page: Page, office: Office, desk: str
) -> None:
    case = office.cases()[0]
    page.goto(f"{desk}/cases/{case.ref}/write")
    page.locator("#f-text-en").fill("Dear person")
    reply = {"sender": "person0@example.com", "In_Reply_To": case.letters[0].message_id}
    office.receive("I changed my mind, wait.", **reply)
    expect(page.locator("#wrote")).to_contain_text("Read it before you send.")
    button = page.locator("[data-release] [aria-keyshortcuts='Control+Enter']")
    expect(button).to_be_disabled()
    expect(button).to_have_text("Read the new message first")
    expect(page.locator("#f-text-en")).to_have_value("Dear person")

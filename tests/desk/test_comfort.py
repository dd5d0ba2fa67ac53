"""What the script adds in a real browser: keys, drafts, live hints; and that everything works without it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Request, expect

from inbox_agent.cases import notes
from inbox_agent.cases.staff import by_name
from inbox_agent.desk import live, serving
from tests.company import COPY_PLEASE, DELETE_PLEASE
from tests.desk.office import PASSWORD, Office
from tests.servers.browser import LAPTOP, PHONE, Browser, overflowing, violations

IN_HAND = ".row[aria-current] .row__who a"
UNSURE = "I would like to know about removing stuff from my details"


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a desk with three cases whose hints come quickly."""
    monkeypatch.setattr(live, "LOOK_EVERY", 0.1)
    for number, text in enumerate((COPY_PLEASE, DELETE_PLEASE, COPY_PLEASE)):
        office.receive(text, sender=f"person{number}@example.com")
    with serving(office.desk, "127.0.0.1", 0) as url:
        yield url.rstrip("/")


@pytest.fixture
def page(desk: str, laptop: Page) -> Page:
    sign_in(laptop, desk, "sara")
    return laptop


def test_j_and_k_go_through_the_rows_and_o_opens_the_one_in_hand(page: Page, desk: str) -> None:
    page.goto(f"{desk}/queue/all")
    refs = [row.get_attribute("id") for row in page.locator(".row").all()]
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row[aria-current]")).to_have_id(str(refs[1]))
    expect(page.locator(IN_HAND)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".row[aria-current]")).to_have_id(str(refs[1]))
    page.keyboard.press("o")
    expect(page.locator("h1")).to_have_text(str(refs[1]))


def test_an_arabic_keyboard_goes_by_the_places_of_its_keys(page: Page, desk: str) -> None:
    page.goto(f"{desk}/queue/all")
    typed(page, "ت", "KeyJ")
    expect(page.locator(IN_HAND)).to_be_focused()
    typed(page, "ء", "KeyX")
    expect(page.locator(".row[aria-current] [name=ref]")).to_be_checked()
    typed(page, "؟", "Slash", shift=True)
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    typed(page, "ظ", "Slash")
    expect(page.locator("#q")).to_be_focused()


def test_arabic_letters_of_two_characters_and_shifted_ones_are_told_apart(page: Page, desk: str) -> None:
    page.goto(f"{desk}/queue/all")
    page.evaluate("document.addEventListener('click', event => event.preventDefault())")
    page.evaluate("document.addEventListener('submit', event => event.target.dataset.sent = 'yes')")
    typed(page, "ـ", "KeyJ", shift=True)
    typed(page, "J", "KeyJ", shift=True)
    expect(page.locator(".row[aria-current]")).to_have_count(0)
    typed(page, "J", "KeyJ")  # with caps lock
    expect(page.locator(".row[aria-current]")).to_have_count(1)
    typed(page, "أ", "KeyH", shift=True)
    typed(page, "لآ", "KeyB", shift=True)
    expect(page.locator(".row[aria-current] [name=ref]")).not_to_be_checked()
    typed(page, "لا", "KeyB")
    expect(page.locator(".row[aria-current] [name=ref]")).to_be_checked()


def test_digits_of_every_keyboard_toggle_the_types_of_triage(page: Page, office: Office, desk: str) -> None:
    page.goto(f"{desk}/triage/{triage_case(office)}")
    boxes = page.locator("[aria-keyshortcuts='1']")
    before = page.locator("input[type=checkbox]").first.is_checked()
    expect(boxes).to_have_count(1)
    typed(page, "١", "Digit1")
    assert page.locator("input[type=checkbox]").first.is_checked() is not before
    typed(page, "&", "Digit1")  # what a French keyboard gives without shift
    assert page.locator("input[type=checkbox]").first.is_checked() is not before
    page.keyboard.press("1")
    assert page.locator("input[type=checkbox]").first.is_checked() is before


def test_a_key_in_triage_decides_once_and_the_next_page_offers_to_undo_it(
    page: Page, office: Office, desk: str
) -> None:
    ref = triage_case(office)
    page.goto(f"{desk}/triage/{ref}")
    typed(page, "ى", "KeyN", repeat=True)
    expect(page).to_have_url(f"{desk}/triage/{ref}")
    page.keyboard.press("n")
    expect(page.locator("#said")).not_to_be_empty()
    page.wait_for_load_state()  # keys act once the scripts are there
    page.keyboard.press("z")
    expect(page).to_have_url(f"{desk}/triage/{ref}")


def test_g_and_a_letter_go_to_a_place(page: Page, desk: str) -> None:
    for letter, path in (("m", "/queue/mine"), ("r", "/reports"), ("q", "/queue/decide")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        expect(page).to_have_url(f"{desk}{path}")


def test_the_question_mark_shows_every_key_and_escape_goes_back(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Go to the next action, without doing it")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()
    assert "/queue/decide" in page.url, "no key acts behind the dialog"


def test_in_a_field_letters_are_letters(page: Page, desk: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type("jgq?/zm")
    expect(page.locator("#q")).to_have_value("jgq?/zm")
    expect(page.locator("#keys")).not_to_be_visible()
    expect(page).to_have_url(f"{desk}/queue/decide")


def test_who_has_single_keys_off_has_none(page: Page, office: Office, desk: str) -> None:
    with office.record.writing() as session:
        person = by_name(session, "sara")
        assert person
        person.single_keys = False
    page.goto(f"{desk}/queue/all")
    for key in ("j", "?", "/", "g", "m"):
        page.keyboard.press(key)
    expect(page.locator(".row[aria-current]")).to_have_count(0)
    expect(page.locator("#keys")).not_to_be_visible()
    expect(page).to_have_url(f"{desk}/queue/all")
    assert page.locator(f"{IN_HAND}, #q:focus, kbd").count() == 0


def test_the_dot_goes_to_the_next_action_and_never_does_it(page: Page, office: Office, desk: str) -> None:
    ref = triage_case(office)
    page.goto(f"{desk}/cases/{ref}")
    page.keyboard.press(".")
    expect(page.locator("#next [aria-keyshortcuts='.']")).to_be_focused()
    expect(page).to_have_url(f"{desk}/cases/{ref}")


def test_u_goes_back_to_the_list_as_it_was_left_and_j_through_the_messages(page: Page, desk: str) -> None:
    page.goto(f"{desk}/queue/all?type=access")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_selector("#conversation")
    page.keyboard.press("j")
    expect(page.locator("#conversation > article").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#conversation > article").nth(1)).to_be_focused()
    page.keyboard.press("u")
    expect(page).to_have_url(f"{desk}/queue/all?type=access")


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

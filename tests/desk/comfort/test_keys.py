"""Every key of the desk, on keyboards of other scripts too; none acts where letters are letters."""

from playwright.sync_api import Page, expect

from inbox_agent.cases.staff import by_name
from tests.desk.comfort.hands import IN_HAND, triage_case, typed
from tests.desk.office import Office


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

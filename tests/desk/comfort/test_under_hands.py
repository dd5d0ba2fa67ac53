"""What changes by itself never does so under a hand; and what a finger on a phone can do."""

import pytest
from playwright.sync_api import Locator, Page, expect

from inbox_agent.cases import notes
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from tests.desk.comfort.hands import sign_in
from tests.desk.office import Office
from tests.servers.browser import PHONE, Browser, overflowing, violations

CHANGED = "This case changed: show what is next"
WAITS = "Waiting for the customer"


@pytest.fixture
def ref(office: Office, page: Page, desk: str) -> str:
    """The first case, open before somebody whose pointer rests elsewhere."""
    ref = office.cases()[0].ref
    page.mouse.move(3, 3)
    page.goto(f"{desk}/cases/{ref}")
    expect(step(page)).to_contain_text(WAITS)
    return ref


def test_the_next_step_the_identity_and_the_state_keep_up_with_the_case(
    page: Page, office: Office, ref: str
) -> None:
    state = page.locator("#state-access").inner_text()
    prove(office, ref)
    expect(step(page)).not_to_contain_text(WAITS)
    expect(step(page).locator(".button--main")).to_be_visible()
    expect(page.locator("#identity")).to_contain_text("T3")
    expect(page.locator("#state-access")).not_to_have_text(state)
    expect(offer(page)).to_have_count(0)


def test_under_a_pointer_it_stays_and_a_line_offers_what_is_next(
    page: Page, office: Office, ref: str
) -> None:
    step(page).hover()
    before = step(page).bounding_box()
    prove(office, ref)
    line = offer(page)
    expect(line).to_have_text(CHANGED)
    expect(page.locator("#announced")).to_have_text(CHANGED)
    expect(step(page)).to_contain_text(WAITS)
    assert step(page).bounding_box() == before
    line.click()
    expect(line).to_have_count(0)
    expect(step(page)).not_to_contain_text(WAITS)
    expect(page.locator("#next")).to_be_focused()


def test_focus_is_taken_from_nobody(page: Page, office: Office, ref: str) -> None:
    prove(office, ref)
    button = step(page).locator(".button--main")
    expect(button).to_be_visible()
    page.keyboard.press(".")
    was, href = button.inner_text(), button.get_attribute("href")
    freeze(office, ref)
    expect(offer(page)).to_be_visible()
    expect(button).to_be_focused()
    assert (button.inner_text(), button.get_attribute("href")) == (was, href)
    page.locator("#next").blur()
    button.blur()
    note(office, ref)
    expect(offer(page)).to_have_count(0)
    assert button.get_attribute("href") != href


def test_nothing_that_can_be_pressed_changes_while_something_is_being_pressed(
    page: Page, office: Office, ref: str
) -> None:
    page.mouse.move(*middle(page.locator("#rights h3").first))
    page.mouse.down()
    prove(office, ref)
    expect(offer(page)).to_be_visible()
    expect(step(page)).to_contain_text(WAITS)
    page.mouse.up()
    page.wait_for_timeout(600)
    note(office, ref)
    expect(step(page)).not_to_contain_text(WAITS)


def test_what_did_not_change_is_offered_by_no_line(page: Page, office: Office, ref: str) -> None:
    step(page).hover()
    note(office, ref)
    expect(page.locator("#conversation")).to_contain_text("rang, no answer")
    expect(offer(page)).to_have_count(0)


def test_a_finger_that_stays_on_a_row_selects_it_and_opens_nothing(phone: Page, desk: str) -> None:
    sign_in(phone, desk, "sara")
    phone.goto(f"{desk}/queue/all")
    row = phone.locator(".row").nth(1)
    box = row.locator("[name=ref]")
    touch(phone, row, hold=700)
    expect(box).to_be_checked()
    expect(phone.get_by_role("button", name="Select", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(phone.get_by_role("button", name="Assign")).to_be_visible()
    assert phone.url == f"{desk}/queue/all"
    touch(phone, phone.locator(".row").first, hold=700)
    expect(phone.locator("[name=ref]:checked")).to_have_count(2)
    assert overflowing(phone) == []
    phone.get_by_role("button", name="Select", exact=True).tap()
    expect(phone.locator("[name=ref]:checked")).to_have_count(0)
    touch(phone, row, hold=50)
    expect(phone.locator("#conversation")).to_be_visible()


def test_a_finger_that_scrolls_selects_nothing(phone: Page, desk: str) -> None:
    sign_in(phone, desk, "sara")
    phone.goto(f"{desk}/queue/all")
    touch(phone, phone.locator(".row").nth(1), hold=800, by=-60)
    expect(phone.locator("[name=ref]:checked")).to_have_count(0)
    expect(phone.locator(".picks--on")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_halves_of_a_letter_are_tabs_and_what_is_sent_comes_first(
    browser: Browser, office: Office, desk: str, scripts: bool
) -> None:
    letter = f"{desk}/cases/{office.cases()[0].ref}/letters/{office.cases()[0].letters[0].id.hex}"
    with browser.page(PHONE, java_script_enabled=scripts) as phone:
        sign_in(phone, desk, "sara")
        phone.goto(letter)
        first, second = phone.locator(".half").all()
        expect(first).to_be_visible()
        expect(second).not_to_be_visible()
        tabs = phone.locator(".halves__tabs input")
        assert tabs.count() == 2
        expect(phone.locator(".halves__tabs label").first).to_contain_text("this is sent")
        tabs.nth(1).check()
        expect(first).not_to_be_visible()
        expect(second).to_be_visible()
        tabs.nth(1).press("ArrowUp")
        expect(first).to_be_visible()
        if scripts:
            assert violations(phone) == []
            assert overflowing(phone) == []
            phone.emulate_media(media="print")
            expect(second).to_be_visible()


def test_where_there_is_room_both_halves_stand_side_by_side(page: Page, office: Office, desk: str) -> None:
    case = office.cases()[0]
    page.goto(f"{desk}/cases/{case.ref}/letters/{case.letters[0].id.hex}")
    first, second = (half.bounding_box() for half in page.locator(".half").all())
    assert first
    assert second
    assert (first["y"], first["x"] < second["x"]) == (second["y"], True)
    expect(page.locator(".halves__tabs")).not_to_be_visible()


def test_the_bar_of_the_next_step_keeps_its_button_in_place_on_a_phone(
    browser: Browser, office: Office, desk: str
) -> None:
    ref = office.cases()[0].ref
    prove(office, ref)
    with browser.page(PHONE) as phone:
        sign_in(phone, desk, "sara")
        phone.goto(f"{desk}/cases/{ref}")
        button = step(phone).locator(".button--main")
        button.focus()
        before = button.bounding_box()
        freeze(office, ref)
        expect(offer(phone)).to_be_visible()
        assert button.bounding_box() == before
        assert violations(phone) == []
        assert overflowing(phone) == []


def step(page: Page) -> Locator:
    return page.locator("#next-step")


def offer(page: Page) -> Locator:
    """The line that says that there is more to see."""
    return page.locator("[data-show-case]")


def prove(office: Office, ref: str) -> None:
    """The customer's identity is proved, so there is something to do."""
    with office.doing(ref) as (act, case):
        for right in case.rights:
            right.trust = "T3"
            right.state = "in_progress"
        _tell(act, case)


def freeze(office: Office, ref: str) -> None:
    with office.doing(ref) as (act, case):
        case.frozen = True
        _tell(act, case)


def note(office: Office, ref: str) -> None:
    with office.doing(ref) as (act, case):
        _tell(act, case)


def _tell(act: Act, case: Case) -> None:
    notes.note(act, case, "rang, no answer")


def middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def touch(page: Page, at: Locator, *, hold: int, by: int = 0) -> None:
    """One finger, for so many milliseconds; `by` is how far it moves downwards meanwhile."""
    x, y = middle(at)
    chromium = page.context.new_cdp_session(page)
    chromium.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for share in (0.25, 0.5, 1) if by else ():
        point = {"x": x, "y": y + by * share}
        chromium.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    page.wait_for_timeout(hold)
    chromium.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

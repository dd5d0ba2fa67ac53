"""A day at the desk in a real browser, in both languages, on a laptop and a phone."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from playwright.sync_api import Page, expect

from inbox_agent.desk import serving
from inbox_agent.desk.words import Words
from tests.company import COPY_PLEASE
from tests.desk.office import PASSWORD, Office
from tests.servers.browser import Browser, overflowing, violations

CODE = re.compile(r"(?<!\d)\d{4} \d{4}(?!\d)")
UNSURE = (
    "Hello, about my details in your system, could somebody sort out the removal thing we talked of? Thanks"
)
CHILD = "My son is nine years old and has an account with you. Please delete everything you have about him."
READERS = {"en": "omar", "ar": "huda"}
SIZES = ("laptop", "phone")


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    with serving(office.desk, "127.0.0.1", 0) as served:
        yield served.rstrip("/")


class Reader:
    """One person at their browser, who reads the desk in one language."""

    def __init__(self, page: Page, address: str, office: Office, language: str) -> None:
        self.page, self.address, self.office, self.language = page, address, office, language
        self._words = Words(language, "latin", office.record.law.zone)

    def says(self, text: str) -> str:
        return str(self._words.say(text))

    def sign_in(self, name: str) -> None:
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}/sign-in")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main button").click()
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.page.locator(f"button[name=language][value={self.language}]").click()
        expect(self.page.locator("html")).to_have_attribute("dir", "rtl" if self.language == "ar" else "ltr")

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        assert [*overflowing(self.page), *violations(self.page)] == [], path

    def do(self, ref: str, action: str, right: str, **fields: str) -> None:
        """One verb by its form, as a link of the case leads to it."""
        self.go(f"/cases/{ref}/do/{action}?right={right}")
        for name, value in fields.items():
            field = self.page.locator(f"main form.form [name={name}]")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.page.locator("main form.form > .cluster button").click()
        expect(self.page.locator(".problems, .banner--danger")).to_have_count(0)

    def next(self, ref: str) -> str:
        """What the case's main button says."""
        self.go(f"/cases/{ref}")
        return self.page.locator("#next .button--main").inner_text()

    def settle_rows(self, ref: str, right: str) -> None:
        self.go(f"/cases/{ref}/do/rows?right={right}")
        for box in self.page.locator("main input[type=radio][value=done]").all():
            box.check()
        self.page.locator("main form.form > .cluster button").click()

    def release(self) -> None:
        """On the page of a letter: read it and let it go."""
        assert [*overflowing(self.page), *violations(self.page)] == []
        self.page.locator("form[data-release] button").click()
        expect(self.page.locator("#said")).to_contain_text(self.says("The letter leaves in half a minute."))
        self.office.later(minutes=1)


@pytest.fixture(params=SIZES)
def screen(request: pytest.FixtureRequest, address: str) -> Page:
    """Made after the desk is served, so that it is closed before: an open page listens to its desk."""
    page: Page = request.getfixturevalue(request.param)
    return page


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, screen: Page, address: str, office: Office) -> Reader:
    one = Reader(screen, address, office, request.param)
    one.sign_in(READERS[request.param])
    return one


def reply(office: Office, text: str, sender: str = "rana@example.com") -> None:
    """The customer answers the last letter they got."""
    letter = next(raw for to, raw in reversed(office.post.sent) if to == sender)
    read = message_from_bytes(letter, _class=EmailMessage, policy=default)
    office.receive(
        text, sender=sender, In_Reply_To=str(read["Message-ID"]), References=str(read["Message-ID"])
    )


def code_of(office: Office) -> str:
    letter = message_from_bytes(office.post.sent[-1][1], _class=EmailMessage, policy=default)
    body = letter.get_body(("plain",))
    assert body is not None
    found = CODE.search(body.get_content())
    assert found
    return found[0]


def test_an_access_from_its_mail_to_its_copy(office: Office, reader: Reader) -> None:
    ref = office.receive(COPY_PLEASE)
    reader.go("/queue/waiting")
    expect(reader.page.locator(f"[id='{ref}']")).to_be_visible()
    reply(office, code_of(office))
    assert reader.says("Record a check") in reader.next(ref)
    reader.do(ref, "check", "access", kind="address_on_file", how="in the portal")
    reader.do(ref, "check", "access", kind="call_back", how="answered on the number on file")
    assert reader.says("Fill in the checklist") in reader.next(ref)
    reader.settle_rows(ref, "access")
    assert reader.says("Answer") in reader.next(ref)
    reader.do(ref, "answer", "access", outcome="fulfilled")
    reader.release()
    assert office.case(ref).state == "closed"
    reader.go(f"/cases/{ref}")
    expect(reader.page.locator("#next")).to_contain_text(reader.says("Everything here is done."))


def test_a_child_s_case_with_its_guardian_and_a_second_person(office: Office, reader: Reader) -> None:
    ref = office.receive(CHILD)
    reader.go("/queue/decide")
    expect(reader.page.locator(".row").first).to_contain_text(reader.says("Child"))
    reader.do(ref, "guardian", "child_data")
    reader.release()
    reply(office, code_of(office))
    reader.do(ref, "check", "child_data", kind="guardian_pays", how="the line is in her name")
    reader.do(ref, "submit", "child_data")
    reader.sign_in("sara" if reader.language == "en" else "omar")
    reader.do(ref, "approve", "child_data")
    reader.settle_rows(ref, "child_data")
    reader.do(ref, "answer", "child_data", outcome="fulfilled")
    reader.release()
    case = office.case(ref)
    assert (case.state, {right.outcome for right in case.rights}) == ("closed", {"fulfilled"})


def test_whoever_asked_for_a_second_person_is_not_one(
    office: Office, address: str, browser: Browser, laptop: Page
) -> None:
    ref = office.receive(CHILD)
    reader = Reader(laptop, address, office, "en")
    reader.sign_in("omar")
    with office.doing(ref, by="omar") as (act, case):
        for right in case.rights:
            right.move(act, "start")
            right.trust = "TG" if right.type == "child_data" else "T3"
    reader.do(ref, "submit", "child_data")
    reader.go(f"/cases/{ref}/do/approve?right=child_data")
    browser.allow(laptop, "/cases/*", 409)
    laptop.locator("main form.form > .cluster button").click()
    expect(laptop.locator(".banner--danger")).to_contain_text("A second person must agree first.")


def test_triage_with_the_keyboard_alone(office: Office, reader: Reader) -> None:
    page, none_left = reader.page, reader.says("No unsure mail is left")
    first = office.receive(UNSURE, sender="a@example.com")
    second = office.receive(UNSURE.replace("Hello", "Hi"), sender="b@example.com")
    assert [office.case(ref).state for ref in (first, second)] == ["triage", "triage"]
    reader.go("/queue/decide")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.locator("h1")).to_contain_text(re.compile(r"1\D+2"))
    for box in page.locator("input[name=type]:checked").all():
        box.uncheck()
    page.locator("h1").focus()
    page.keyboard.press("1")
    expect(page.locator("input[name=type][value=access]")).to_be_checked()
    page.keyboard.press("o")
    expect(page.locator("h1")).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press("n")
    expect(page.locator("main")).to_contain_text(none_left)
    page.wait_for_load_state()
    page.keyboard.press("z")
    expect(page.locator("h1")).to_contain_text(reader.says("Triage"))
    reader.go(f"/triage/{second}")
    page.locator("h1").focus()
    page.keyboard.press("n")
    expect(page.locator("main")).to_contain_text(none_left)
    office.later(minutes=1)
    opened, dismissed = office.case(first), office.case(second)
    assert [right.type for right in opened.rights if right.outcome != "not_a_request"] == ["access"]
    assert (dismissed.state, dismissed.outcome) == ("closed", "not_a_request")


def test_a_wrong_type_is_corrected_on_an_open_case(office: Office, reader: Reader) -> None:
    ref = office.receive(COPY_PLEASE)
    reader.go(f"/cases/{ref}/do/types")
    reader.page.locator("input[name=type][value=access]").uncheck()
    reader.page.locator("input[name=type][value=deletion]").check()
    reader.page.locator("main form.form > .cluster button").click()
    rights = {right.type: (right.state, right.outcome) for right in office.case(ref).rights}
    assert rights == {"access": ("closed", "not_a_request"), "deletion": ("open", None)}


def test_a_case_stands_whole_on_a_laptop_s_screen(office: Office, address: str, laptop: Page) -> None:
    ref = office.receive(COPY_PLEASE)
    for language, name in READERS.items():
        reader = Reader(laptop, address, office, language)
        reader.sign_in(name)
        reader.go(f"/cases/{ref}")
        assert laptop.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
        for part in ("#who", "#rights", "#next", ".case__identity h2", ".case__checklist h2", ".mail"):
            box = laptop.locator(part).first.bounding_box()
            assert box, part
            assert box["y"] + 20 < 768, part

"""Who gets in, and how; and that nobody else does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from inbox_agent.cases import staff
from inbox_agent.cases.staff import Role
from inbox_agent.desk import passwords
from inbox_agent.desk.second_factor import new_secret
from inbox_agent.settings import DeskSettings
from tests.desk.office import PASSWORD, Office, totp_code

PAGES = ("/queue/decide", "/cases/MC-2222-2222", "/triage", "/settings/me", "/reports")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_who_is_there_and_comes_back_to_where_they_wanted_to_go(
    office: Office, path: str
) -> None:
    browser = office.browser()
    answer = browser.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/sign-in?then={path.replace('/', '%2F')}",
    )
    asked = browser.get(answer.headers["location"])
    assert f'name="then" value="{path}"' in asked.text


def test_a_name_and_password_open_the_desk(office: Office) -> None:
    browser = office.signed_in("sara")
    assert "Sara Nasser" in browser.get("/queue/decide").text


def test_a_wrong_password_and_an_unknown_name_read_the_same(office: Office) -> None:
    browser = office.browser()
    pages = [
        browser.submit("/sign-in", on="/sign-in", name=name, password="wrong wrong wrong", then="/").text
        for name in ("sara", "nobody")
    ]
    first, second = (re.sub(r'name="once" value="[^"]*"', "", page) for page in pages)
    assert first == second
    assert "Name or password is not right." in pages[0]


def test_the_fifth_wrong_password_locks_the_name_for_a_quarter_of_an_hour(office: Office) -> None:
    browser = office.browser()
    for _ in range(5):
        browser.submit("/sign-in", on="/sign-in", name="sara", password="wrong", then="/")
    locked = browser.submit("/sign-in", on="/sign-in", name="sara", password=PASSWORD, then="/")
    assert (locked.status_code, "Too many wrong passwords" in locked.text) == (422, True)
    office.now += timedelta(minutes=16)
    assert office.signed_in("sara").get("/queue/decide").status_code == 200


def test_whoever_tries_many_names_from_one_place_is_slowed_down(office: Office) -> None:
    browser = office.browser()
    for number in range(20):
        browser.submit("/sign-in", on="/sign-in", name=f"guess{number}", password="wrong", then="/")
    answer = browser.submit("/sign-in", on="/sign-in", name="omar", password=PASSWORD, then="/")
    assert "Too many tries from here" in answer.text


def test_the_token_of_a_browser_changes_when_somebody_signs_in(office: Office) -> None:
    browser = office.browser()
    browser.get("/sign-in")
    planted = browser.cookies["desk"]
    browser.submit("/sign-in", on="/sign-in", name="sara", password=PASSWORD, then="/")
    assert browser.cookies["desk"] != planted
    other = office.browser()
    other.cookies.set("desk", planted)
    assert other.get("/queue/decide", follow_redirects=False).status_code == 303


def test_a_session_ends_when_signed_out_when_idle_and_after_a_week(office: Office) -> None:
    browser = office.signed_in("sara")
    token = browser.cookies["desk"]
    browser.submit("/sign-out")
    browser.cookies.set("desk", token)
    assert browser.get("/queue/decide", follow_redirects=False).status_code == 303
    idle = office.signed_in("sara")
    office.now += timedelta(hours=13)
    assert idle.get("/queue/decide", follow_redirects=False).status_code == 303
    busy = office.signed_in("sara")
    for _ in range(17):
        office.now += timedelta(hours=10)
        last = busy.get("/queue/decide", follow_redirects=False).status_code
    assert last == 303


def test_somebody_who_has_left_is_out_at_once(office: Office) -> None:
    browser = office.signed_in("huda")
    with office.record.writing() as session:
        person = staff.by_name(session, "huda")
        assert person
        person.active = False
    assert browser.get("/queue/decide", follow_redirects=False).status_code == 303


def test_a_second_factor_is_asked_for_and_each_code_counts_once(office: Office) -> None:
    secret = new_secret()
    with office.record.writing() as session:
        person = staff.by_name(session, "sara")
        assert person
        person.give_totp(office.record.act(office.now), secret)
    browser = office.browser()
    answer = browser.submit("/sign-in", on="/sign-in", name="sara", password=PASSWORD, then="/queue/all")
    assert answer.headers["location"] == "/sign-in/code?then=%2Fqueue%2Fall"
    assert browser.get("/queue/all", follow_redirects=False).status_code == 303, (
        "the password alone is not enough"
    )
    wrong = browser.submit("/sign-in/code", on="/sign-in/code", code="000000", then="/")
    assert wrong.status_code == 422
    code = totp_code(secret, office.now)
    right = browser.submit("/sign-in/code", on="/sign-in/code", code=code, then="/queue/all")
    assert right.headers["location"] == "/queue/all"
    assert browser.get("/queue/all").status_code == 200
    again = office.browser()
    again.submit("/sign-in", on="/sign-in", name="sara", password=PASSWORD, then="/")
    used = again.submit("/sign-in/code", on="/sign-in/code", code=code, then="/")
    assert used.status_code == 422, "a code that was seen over a shoulder is of no use"


def test_an_administrator_who_needs_a_second_factor_can_do_nothing_without(tmp_path: Path) -> None:
    office = Office(tmp_path, desk=DeskSettings(admins_need_totp=True))
    browser = office.signed_in("sara")
    for path in ("/queue/decide", "/settings/staff", "/cases/MC-2222-2222"):
        assert browser.get(path, follow_redirects=False).headers["location"] == "/settings/me"
    assert browser.get("/settings/me").status_code == 200
    assert office.signed_in("omar").get("/queue/decide").status_code == 200
    office.close()


def test_an_invitation_works_once_and_not_after_three_days(office: Office) -> None:
    with office.record.writing() as session:
        token = staff.invite(session, Role.ADMIN, by="shell", now=office.now)
        late = staff.invite(session, Role.ADMIN, by="shell", now=office.now - timedelta(days=4))
    browser = office.browser()
    page = f"/first/{token}"
    short = browser.submit(page, on=page, name="lara", display_name="Lara", password="short", again="short")
    assert "at least 12 characters" in short.text
    chosen = {"name": "lara", "display_name": "Lara", "password": PASSWORD, "again": PASSWORD}
    assert browser.submit(page, on=page, **chosen).status_code == 303
    assert "Lara" in browser.get("/queue/decide").text
    assert browser.get(page).status_code == 404
    assert browser.get(f"/first/{late}").status_code == 404


@pytest.mark.parametrize(
    "then",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nSet-Cookie: x=1",
        "",
    ],
)
def test_nobody_is_led_to_another_site_after_signing_in(office: Office, then: str) -> None:
    answer = office.browser().submit("/sign-in", on="/sign-in", name="sara", password=PASSWORD, then=then)
    assert answer.headers["location"] == "/"


def test_passwords_are_kept_as_argon2id(
    full_cost: PasswordHasher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(passwords, "hasher", full_cost)
    office = Office(tmp_path)
    with office.record.reading() as session:
        person = staff.by_name(session, "sara")
        assert person
        assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", person.password_hash)
    office.close()

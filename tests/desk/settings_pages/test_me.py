"""What each person chooses for themselves: name, language, password, second factor."""

from pathlib import Path

import pytest

from tests.desk.office import PASSWORD, Office, totp_code
from tests.desk.settings_pages.page import look, person, switch_on


def test_what_a_person_chooses_shows_at_once(office: Office) -> None:
    huda = office.signed_in("huda")
    chosen = {"display_name": "Huda A.", "language": "ar", "digits": "arabic", "theme": "dark"}
    assert huda.submit("/settings/me", **chosen).headers["location"] == "/settings/me"
    page = look(huda, "/settings/me")
    assert ('dir="rtl" data-theme="dark"' in page, 'data-single-keys="off"' in page, "Huda A." in page) == (
        True,
        True,
        True,
    )
    huda.submit("/settings/me", **chosen, single_keys="yes")
    assert 'data-single-keys="on"' in look(huda, "/settings/me")


def test_a_name_is_needed_and_nothing_but_what_is_offered_can_be_chosen(office: Office) -> None:
    huda = office.signed_in("huda")
    chosen = {"display_name": "Huda", "language": "en", "digits": "latin", "theme": "auto"}
    empty = huda.submit("/settings/me", **{**chosen, "display_name": " "})
    assert (empty.status_code, "Say how colleagues know you." in empty.text) == (422, True)
    assert huda.submit("/settings/me", **{**chosen, "theme": "pink"}).status_code == 404
    assert person(office, "huda").theme == "auto"


def test_a_new_password_needs_the_old_one_and_signs_other_browsers_out(office: Office) -> None:
    here, there = office.signed_in("omar"), office.signed_in("omar")
    new = {"password": "another good phrase", "again": "another good phrase"}
    wrong = here.submit("/settings/me/password", old="not this one", **new)
    assert (wrong.status_code, "This is not your password." in wrong.text) == (422, True)
    assert here.submit("/settings/me/password", old=PASSWORD, **new).status_code == 303
    assert here.get("/settings/me").status_code == 200
    assert there.get("/settings/me", follow_redirects=False).status_code == 303
    again = office.browser().submit(
        "/sign-in", on="/sign-in", name="omar", password=new["password"], then="/"
    )
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("short", "short", "at least 12 characters"),
        ("omar is a good boy", "omar is a good boy", "must not contain your name"),
        ("another good phrase", "another good phrasf", "are not the same"),
    ],
)
def test_a_bad_new_password_is_refused_beside_its_field(
    office: Office, password: str, again: str, why: str
) -> None:
    omar = office.signed_in("omar")
    answer = omar.submit("/settings/me/password", old=PASSWORD, password=password, again=again)
    assert (answer.status_code, why in answer.text) == (422, True)
    assert office.signed_in("omar")


def test_guessing_the_old_password_locks_like_guessing_at_sign_in(office: Office) -> None:
    omar = office.signed_in("omar")
    new = {"password": "another good phrase", "again": "another good phrase"}
    for _ in range(5):
        omar.submit("/settings/me/password", old="guess", **new)
    answer = omar.submit("/settings/me/password", old=PASSWORD, **new)
    assert (answer.status_code, "Too many wrong passwords" in answer.text) == (422, True)


def test_the_second_factor_counts_once_a_code_of_it_was_given(office: Office) -> None:
    omar = office.signed_in("omar")
    secret = "A" * 32
    wrong = omar.submit("/settings/me/second-factor", secret=secret, code="000000", password=PASSWORD)
    assert (wrong.status_code, secret in wrong.text) == (422, True)
    assert person(office, "omar").sealed_totp is None
    secret = switch_on(office, omar)
    assert person(office, "omar").totp_secret(office.record.keyring) == secret
    browser = office.browser()
    asked = browser.submit("/sign-in", on="/sign-in", name="omar", password=PASSWORD, then="/")
    assert asked.headers["location"].startswith("/sign-in/code")
    used = browser.submit("/sign-in/code", on="/sign-in/code", code=totp_code(secret, office.now), then="/")
    assert used.status_code == 422, "the code that switched it on is used up"


@pytest.mark.parametrize("secret", ["", "A" * 31, "a" * 32, "<script>" + "A" * 24])
def test_only_a_secret_of_ours_can_be_confirmed(office: Office, secret: str) -> None:
    answer = office.signed_in("omar").submit(
        "/settings/me/second-factor", secret=secret, code="000000", password=PASSWORD
    )
    assert answer.status_code == 404


def test_switching_the_second_factor_off_asks_for_the_password(office: Office) -> None:
    omar = office.signed_in("omar")
    switch_on(office, omar)
    assert omar.submit("/settings/me/second-factor/off", off_password="guess").status_code == 422
    assert person(office, "omar").sealed_totp is not None
    assert omar.submit("/settings/me/second-factor/off", off_password=PASSWORD).status_code == 303
    assert person(office, "omar").sealed_totp is None


def test_where_administrators_need_a_second_factor_they_are_told_and_keep_it(tmp_path: Path) -> None:
    office = Office(tmp_path, desk={"admins_need_totp": True})
    sara = office.signed_in("sara")
    assert "Administrators need a second factor here." in look(sara, "/settings/me")
    switch_on(office, sara)
    assert sara.submit("/settings/me/second-factor/off", off_password=PASSWORD).status_code == 409
    assert person(office, "sara").sealed_totp is not None
    office.close()


def test_one_can_sign_out_everywhere_else(office: Office) -> None:
    here, there = office.signed_in("vera"), office.signed_in("vera")
    here.submit("/settings/me/sign-out-elsewhere")
    assert here.get("/settings/me", follow_redirects=False).status_code == 200
    assert there.get("/settings/me", follow_redirects=False).status_code == 303

"""The settings: what each person chooses, what administrators look after, and that nobody else does."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import text, update

from inbox_agent.cases import staff, team, triage
from inbox_agent.cases.clocks import law_names
from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role
from inbox_agent.cases.suppression import suppress
from inbox_agent.desk import DOORS, application, serving
from inbox_agent.desk.settings_pages import audit
from inbox_agent.desk.settings_pages.suppression import masked_address
from inbox_agent.desk.settings_pages.understanding import card_tables
from inbox_agent.errors import PersonNeeded, TryAgainLater
from inbox_agent.letters import Stationery
from inbox_agent.resources import MODELS
from tests.company import ADDRESS, COPY_PLEASE, STOP_PLEASE, agent
from tests.desk.office import PASSWORD, PEOPLE, Browser, Office, totp_code
from tests.servers.browser import overflowing, violations

PAGES = ("law", "staff", "letters", "understanding", "mail", "suppression", "retention", "audit")
OURS = "Subject: Your request\n\nWe have your request {{ ref }}.\n"


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def writers(tmp_path: Path, own_folder: Path) -> Iterator[Office]:
    """An office with a folder for its own wordings, its agent and desk on one stationery."""
    opened = Office(
        tmp_path / "office", paper=Stationery(ADDRESS, overrides=own_folder), templates=own_folder
    )
    yield opened
    opened.close()


def sending(office: Office, send: Callable[[str], None]) -> Browser:
    """An administrator at a desk that sends its test mails like this."""
    office.desk = application(office.record, office.paper, lambda: office.now, send_test=send)
    return office.signed_in("sara")


def person(office: Office, name: str) -> staff.Staff:
    with office.record.reading() as session:
        found = staff.by_name(session, name)
        assert found is not None
        return found


def look(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def test_every_page_is_there_for_an_administrator_and_names_the_others(office: Office) -> None:
    sara = office.signed_in("sara")
    for place in ("me", *PAGES):
        assert 'href="/settings/audit"' in look(sara, f"/settings/{place}")


@pytest.mark.parametrize("name", ["omar", "huda", "vera"])
def test_nobody_else_sees_more_than_their_own_settings(office: Office, name: str) -> None:
    browser = office.signed_in(name)
    assert 'href="/settings/law"' not in look(browser, "/settings/me")
    assert {browser.get(f"/settings/{place}").status_code for place in PAGES} == {403}


def test_no_form_of_an_administrator_can_be_sent_by_somebody_else_or_from_elsewhere(office: Office) -> None:
    omar, sara = office.signed_in("omar"), office.signed_in("sara")
    doors = [one for one in DOORS if one.method == "POST" and one.path.startswith("/settings/")]
    for one in doors:
        path = re.sub(r"\{\w+\}", "x", one.path)
        if one.role is Role.ADMIN:
            assert omar.submit(path).status_code == 403, path
        assert sara.post(path, data={"csrf": "guessed"}).status_code == 403, path
    assert len(doors) == 16


# ---- me


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


def switch_on(office: Office, browser: Browser) -> str:
    """The second factor of whoever sits there; gives its secret."""
    page = look(browser, "/settings/me/second-factor")
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert found
    assert f"secret={found[1]}" in page
    code = totp_code(found[1], office.now)
    answer = browser.submit(
        "/settings/me/second-factor", secret=found[1], password=PASSWORD, code=f"{code[:3]} {code[3:]}"
    )
    assert answer.headers["location"] == "/settings/me"
    return found[1]


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


# ---- law


def test_all_laws_are_shown_with_source_rules_and_whether_we_read_them(office: Office) -> None:
    page = look(office.signed_in("sara"), "/settings/law")
    assert all(f'id="{name}"' in page for name in law_names())
    assert "Regulation (EU) 2016/679, Art. 12(3)" in page
    assert "15 working days from the day after receipt" in page
    assert "Not verified" in page


def test_the_law_that_is_chosen_applies_at_once_also_to_open_cases(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    before, sara = office.case(ref).due_at, office.signed_in("sara")
    assert "law is not chosen yet" in look(sara, "/queue/decide")
    assert sara.submit("/settings/law", law="jordan").status_code == 303
    assert "law is not chosen yet" not in look(sara, "/queue/decide")
    assert "Chosen by Sara Nasser" in look(sara, "/settings/law")
    newer = office.case(office.receive(COPY_PLEASE, sender="other@example.com"))
    older = office.case(ref)
    assert (older.law, newer.law) == ("jordan", "jordan")
    assert older.due_at != before
    assert "clock_reckoned" in [event.kind for event in older.events]


def test_an_agent_at_work_takes_another_law_without_starting_again(office: Office) -> None:
    ref, sara = office.receive(COPY_PLEASE), office.signed_in("sara")
    at_work = agent(office.record, [], office.post, clock=lambda: office.now)
    at_work._process_all()
    sara.submit("/settings/law", law="gdpr")
    at_work._process_all()
    at_work.close()
    assert office.case(ref).law == "gdpr"


def test_a_chosen_law_outlives_the_process(office: Office) -> None:
    office.signed_in("sara").submit("/settings/law", law="ksa")
    again = Record.open(office.record.settings)
    assert again.law.name == "ksa"
    again.close()


def test_another_process_takes_the_law_that_was_chosen_elsewhere(office: Office) -> None:
    other = Record.open(office.record.settings)
    ref = office.receive(COPY_PLEASE)
    at_work = agent(other, [], office.post, clock=lambda: office.now)
    at_work._process_all()
    office.signed_in("sara").submit("/settings/law", law="qatar")
    office.now += timedelta(seconds=61)
    at_work._process_all()
    at_work.close()
    assert (other.law.name, office.case(ref).law) == ("qatar", "qatar")
    other.close()


def test_the_setting_goes_before_what_is_chosen_here(office: Office) -> None:
    office.signed_in("sara").submit("/settings/law", law="ksa")
    record = Record.open(office.record.settings.model_copy(update={"law_profile": "gdpr"}))
    assert record.law.name == "gdpr"
    office.desk = application(record, office.paper, lambda: office.now)
    sara = office.signed_in("sara")
    page = look(sara, "/settings/law")
    assert ("The setting LAW_PROFILE decides this." in page, "Apply this law" in page) == (True, False)
    assert sara.submit("/settings/law", law="uk").status_code == 409
    assert record.law.name == "gdpr"
    record.close()


@pytest.mark.parametrize("law", ["", "atlantis", "../laws/gdpr"])
def test_only_a_law_that_is_there_can_be_chosen(office: Office, law: str) -> None:
    assert office.signed_in("sara").submit("/settings/law", law=law).status_code == 404
    assert office.record.law.name == "default"


# ---- staff


def link_on(page: str) -> str:
    found = re.search(r"http://localhost(/first/[\w-]{43})", page)
    assert found
    return found[1]


def test_an_invitation_is_shown_once_and_makes_a_member_of_staff(office: Office) -> None:
    sara = office.signed_in("sara")
    path = link_on(sara.submit("/settings/staff/invite", role="approver").text)
    assert "/first/" not in look(sara, "/settings/staff")
    nora = office.browser()
    secret = {"password": "another good phrase", "again": "another good phrase"}
    nora.submit(path, on=path, name="nora", display_name="Nora", **secret)
    assert person(office, "nora").role == "approver"
    assert nora.get("/settings/me").status_code == 200
    assert office.browser().get(path).status_code == 404


def test_a_link_can_be_withdrawn(office: Office) -> None:
    sara = office.signed_in("sara")
    path = link_on(sara.submit("/settings/staff/invite", role="agent").text)
    withdraw = re.search(r"/settings/staff/links/\w+/withdraw", look(sara, "/settings/staff"))
    assert withdraw
    sara.submit(withdraw[0])
    assert office.browser().get(path).status_code == 404


def test_a_link_for_a_new_password_works_for_that_person(office: Office) -> None:
    path = link_on(office.signed_in("sara").submit("/settings/staff/huda/password").text)
    browser = office.browser()
    browser.submit(path, on=path, password="another good phrase", again="another good phrase")
    again = browser.submit(
        "/sign-in", on="/settings/me", name="huda", password="another good phrase", then="/"
    )
    assert again.status_code == 303


def test_another_role_counts_at_once_and_signs_the_person_out(office: Office) -> None:
    sara, vera = office.signed_in("sara"), office.signed_in("vera")
    sara.submit("/settings/staff/vera/role", role="admin")
    assert vera.get("/settings/staff", follow_redirects=False).status_code == 303
    assert office.signed_in("vera").get("/settings/staff").status_code == 200


def test_who_is_locked_out_cannot_come_back_until_let_in(office: Office) -> None:
    sara, huda = office.signed_in("sara"), office.signed_in("huda")
    path = link_on(sara.submit("/settings/staff/huda/password").text)
    sara.submit("/settings/staff/huda/active", active="no")
    assert huda.get("/queue/decide", follow_redirects=False).status_code == 303
    refused = office.browser().submit("/sign-in", on="/sign-in", name="huda", password=PASSWORD, then="/")
    assert refused.status_code == 422
    assert office.browser().get(path).status_code == 404, "links made for them are gone, too"
    sara.submit("/settings/staff/huda/active", active="yes")
    assert office.signed_in("huda")


def test_an_administrator_helps_somebody_who_lost_their_phone(office: Office) -> None:
    switch_on(office, office.signed_in("omar"))
    sara = office.signed_in("sara")
    assert "Switch off the second factor" in look(sara, "/settings/staff")
    sara.submit("/settings/staff/omar/second-factor-off")
    assert person(office, "omar").sealed_totp is None
    assert office.signed_in("omar").get("/settings/me").status_code == 200


@pytest.mark.parametrize(
    ("what", "fields"),
    [("role", {"role": "agent"}), ("active", {"active": "no"}), ("password", {}), ("second-factor-off", {})],
)
def test_nobody_is_an_administrator_over_themselves(
    office: Office, what: str, fields: dict[str, str]
) -> None:
    answer = office.signed_in("sara").submit(f"/settings/staff/sara/{what}", **fields)
    assert (answer.status_code, "Nobody can take their own role" in answer.text) == (409, True)
    assert (person(office, "sara").role, person(office, "sara").active) == ("admin", True)


@pytest.mark.parametrize("do", ["role", "leave"])
def test_of_two_administrators_who_demote_each_other_one_stays(office: Office, do: str) -> None:
    """The second comes too late: they are none any more, though their page was shown before."""
    with office.record.writing() as session:
        omar, sara = (staff.by_name(session, name) for name in ("omar", "sara"))
        assert omar is not None
        assert sara is not None
        omar.role = Role.ADMIN
        session.flush()
        team.give_role(session, sara, Role.AGENT, by=omar)
        with pytest.raises(PersonNeeded, match="administrator"):
            team.give_role(session, omar, Role.AGENT, by=sara) if do == "role" else team.send_away(
                session, omar, by=sara
            )


def test_staff_are_shown_with_what_an_administrator_must_know(office: Office) -> None:
    sara = office.signed_in("sara")
    for _ in range(5):
        office.browser().submit("/sign-in", on="/sign-in", name="vera", password="guess", then="/")
    page = look(sara, "/settings/staff")
    assert all(display_name in page for display_name, _ in PEOPLE.values())
    assert "Locked: too many wrong passwords" in page
    assert page.count("last seen") == 1
    assert page.count("not signed in") == 3


def test_a_new_password_opens_the_desk_also_where_the_old_one_was_guessed_too_often(office: Office) -> None:
    browser = office.browser()
    for _ in range(6):
        browser.submit("/sign-in", on="/sign-in", name="vera", password="guess", then="/")
    page = office.signed_in("sara").submit("/settings/staff/vera/password").text
    [link] = re.findall(r"/first/[\w-]+", page)[:1]
    new = {"password": "quite another one", "again": "quite another one"}
    assert browser.submit(link, on=link, **new).status_code == 303
    browser.submit("/sign-out")
    answer = browser.submit("/sign-in", on="/sign-in", name="vera", password=new["password"], then="/")
    assert answer.status_code == 303


@pytest.mark.parametrize("role", ["", "owner"])
def test_only_roles_that_there_are_can_be_given(office: Office, role: str) -> None:
    sara = office.signed_in("sara")
    assert sara.submit("/settings/staff/vera/role", role=role).status_code == 404
    assert sara.submit("/settings/staff/invite", role=role).status_code == 404
    assert sara.submit("/settings/staff/nobody/role", role="agent").status_code == 404


# ---- letters


def test_every_letter_is_listed_and_shown_in_both_languages(office: Office) -> None:
    sara = office.signed_in("sara")
    paths = set(re.findall(r'href="(/settings/letters/\w+)"', look(sara, "/settings/letters")))
    assert len(paths) == 35
    for path in paths:
        page = look(sara, path)
        assert (f'{path}/en/body"' in page, f'{path}/ar/body"' in page) == (True, True)
    body = sara.get("/settings/letters/verify_code/ar/body")
    assert "sandbox" in body.headers["content-security-policy"]
    assert 'dir="rtl"' in body.text


def test_own_words_are_used_by_the_agent_and_the_desk_at_once(writers: Office, own_folder: Path) -> None:
    sara, path = writers.signed_in("sara"), "/settings/letters/acknowledgement/en"
    assert (
        sara.submit(path, source=OURS, do="save").headers["location"] == "/settings/letters/acknowledgement"
    )
    assert (own_folder / "letters" / "acknowledgement" / "en.txt").read_text("utf-8") == OURS
    assert "Your words" in look(sara, "/settings/letters/acknowledgement")
    writers.receive(COPY_PLEASE)
    assert b"Subject: Your request |" in writers.post.sent[-1][1]
    page = look(sara, path)
    assert 'class="diff__more"' in page
    assert 'class="diff__less"' in page
    sara.submit(f"{path}/product")
    assert list(own_folder.rglob("*.txt")) == []
    writers.receive(COPY_PLEASE, sender="other@example.com")
    assert b"Subject: Your request |" not in writers.post.sent[-1][1]


def test_words_can_be_looked_at_before_they_are_used(writers: Office, own_folder: Path) -> None:
    sara = writers.signed_in("sara")
    page = sara.submit("/settings/letters/acknowledgement/en", source=OURS, do="try").text
    assert "We have your request MC-7K2Q-9D4X." in page
    assert list(own_folder.rglob("*")) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("no subject at all", "stands at the head"),
        ("Subject: x\n\n{{ name }}", "there is no {{ name }} here"),
        ("Subject: x\n\n{% if code %}", "line"),
        ("Subject: x\n\n{{ ref.__class__.__mro__ }}", "unsafe"),
        ("Subject: x\n\n{{ code }}", "some letters have no code"),
        ("Subject: x\n\n" + "a" * 20_000, "at most 20000 characters"),
    ],
)
def test_words_that_cannot_be_used_are_not_kept_but_stay_in_the_field(
    writers: Office, own_folder: Path, source: str, why: str
) -> None:
    answer = writers.signed_in("sara").submit(
        "/settings/letters/acknowledgement/en", source=source, do="save"
    )
    assert (answer.status_code, why in unescape(answer.text)) == (422, True)
    assert source[:20] in unescape(answer.text)
    assert list(own_folder.rglob("*.txt")) == []


@pytest.mark.parametrize(
    "path", ["frame/en", "acknowledgement/fr", "../../../etc/en", "phrases/en", "acknowledgement/..%2f..%2fx"]
)
def test_nothing_but_letters_of_the_catalogue_can_be_written(
    writers: Office, own_folder: Path, path: str
) -> None:
    answer = writers.signed_in("sara").submit(f"/settings/letters/{path}", source=OURS, do="save")
    assert answer.status_code in {404, 405}
    assert list(own_folder.rglob("*")) == []


def test_a_link_in_the_folder_leads_nowhere_else(writers: Office, own_folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (own_folder / "letters").mkdir()
    (own_folder / "letters" / "acknowledgement").symlink_to(elsewhere)
    answer = writers.signed_in("sara").submit("/settings/letters/acknowledgement/ar", source=OURS, do="save")
    assert (answer.status_code, list(elsewhere.iterdir())) == (422, [])


def test_without_a_folder_the_page_says_how_to_get_one(office: Office) -> None:
    sara = office.signed_in("sara")
    assert "set INBOX_AGENT_TEMPLATES" in look(sara, "/settings/letters")
    answer = sara.submit("/settings/letters/acknowledgement/en", source=OURS, do="save")
    assert (answer.status_code, "INBOX_AGENT_TEMPLATES is not set" in answer.text) == (422, True)


# ---- understanding


def test_the_lines_their_curves_and_the_card_s_figures_are_shown(office: Office) -> None:
    page = look(office.signed_in("sara"), "/settings/understanding")
    assert page.count("<polyline") == 14
    assert page.count('class="curve__line"') == 21
    assert "0.076" in page, "from here a person is asked"
    assert "requests missed (left)" in page


def test_a_table_of_the_card_is_read_without_its_emphasis() -> None:
    parts = [
        "# A model\n\n| no | figure |\n|---|---|\n| a | 1 |",
        "## How good it is\n\nWords.\n\n| | F1 |\n|---|---|\n| **macro** / all | **.87** |",
        "## Known failures\n\n| c | d |\n|---|---|\n| e | f |",
    ]
    card = "\n\n".join(parts)
    [table] = card_tables(card)
    assert (table.heads, table.rows) == (["", "F1"], [["macro / all", ".87"]])


@pytest.mark.parametrize(("keeps", "kept"), [(True, 1), (False, 0)])
def test_corrections_that_wait_for_training_are_counted(tmp_path: Path, keeps: bool, kept: int) -> None:
    office = Office(tmp_path, keep_corrections=keeps)
    ref = office.receive("I would like to know about removing stuff from my details")
    assert office.case(ref).state == "triage"
    with office.record.writing() as session:
        act = office.record.act(office.now, "omar")
        triage.decide_soon(session, act, office.case(ref), [])
    office.later(minutes=1)
    page = look(office.signed_in("sara"), "/settings/understanding")
    assert "Staff judged 1 reading in triage." in page
    assert f"{kept} mail{'s wait' if kept != 1 else ' waits'} to be learned from." in page
    assert ("inbox-agent train --with-corrections" in page) is keeps
    office.close()


def test_a_model_that_was_trained_here_is_shown_with_its_own_lines_and_without_our_figures(
    tmp_path: Path,
) -> None:
    made = tmp_path / "made"
    shutil.copytree(MODELS, made, ignore=shutil.ignore_patterns("examples", "README.md"))
    bands = made / "requests" / "trained" / "bands.json"
    lines = json.loads(bands.read_text("utf-8"))
    bands.write_text(json.dumps(lines | {"ask": 0.123}), "utf-8")
    office = Office(tmp_path, models=made)
    page = look(office.signed_in("sara"), "/settings/understanding")
    assert "0.123" in page
    assert "This model was trained here" in page
    assert "95 of 100" not in page
    office.close()


# ---- mail


def test_folders_letters_and_how_mail_is_sent_are_shown(office: Office) -> None:
    office.receive(COPY_PLEASE)
    page = look(office.signed_in("sara"), "/settings/mail")
    assert "Automatic letters leave by themselves" in page
    assert ADDRESS in page
    assert str(office.maildir) in page
    assert "none yet" not in page
    assert "too long ago" not in page
    office.now = office.now.replace(year=office.now.year + 1)
    assert "too long ago" in look(office.signed_in("sara"), "/settings/mail")


def test_a_test_mail_goes_to_the_address_that_was_typed_once_a_minute(office: Office) -> None:
    sent: list[str] = []
    sara = sending(office, sent.append)
    assert sara.submit("/settings/mail/test", to="Me@Example.com").status_code == 303
    assert sara.submit("/settings/mail/test", to="you@example.com").status_code == 429
    office.later(seconds=61)
    sara.submit("/settings/mail/test", to="you@example.com")
    assert sent == ["me@example.com", "you@example.com"]


@pytest.mark.parametrize("to", ["", "nobody", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@c.d"])
def test_a_test_mail_goes_to_one_address_only(office: Office, to: str) -> None:
    sent: list[str] = []
    answer = sending(office, sent.append).submit("/settings/mail/test", to=to)
    assert (answer.status_code, sent) == (422, [])


def test_what_keeps_a_test_mail_from_leaving_is_said(office: Office) -> None:
    def send(_to: str) -> None:
        raise TryAgainLater("the relay mail.example:25 is out of reach")

    answer = sending(office, send).submit("/settings/mail/test", to="me@example.com")
    assert (answer.status_code, "mail.example:25 is out of reach" in answer.text) == (502, True)


def test_a_desk_that_cannot_send_says_so(office: Office) -> None:
    answer = office.signed_in("sara").submit("/settings/mail/test", to="me@example.com")
    assert (answer.status_code, "cannot send by itself" in answer.text) == (409, True)


# ---- suppression


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("lina@example.com", "l…a@example.com"),
        ("al@example.com", "…@example.com"),
        ("a@b@example.com", "a…b@example.com"),
        ("+962791234567", "+96…67"),
        ("1234", "…"),
    ],
)
def test_an_address_is_shown_with_its_local_part_masked(address: str, shown: str) -> None:
    assert masked_address(address) == shown


def test_who_wants_no_marketing_is_listed_masked_and_downloaded_in_full(office: Office) -> None:
    ref = office.receive(STOP_PLEASE, sender="lina@example.com")
    sara = office.signed_in("sara")
    page = look(sara, "/settings/suppression")
    assert ("l…a@example.com" in page, "lina@" in page, f'href="/cases/{ref}"' in page) == (True, False, True)
    sheet = sara.get("/settings/suppression.csv")
    assert sheet.headers["content-disposition"] == 'attachment; filename="no-marketing.csv"'
    assert sheet.text.splitlines() == ["address,since", f"lina@example.com,{office.now:%Y-%m-%d}"]


def test_the_list_has_pages_each_address_once_and_harms_no_spreadsheet(office: Office) -> None:
    ref = office.receive(STOP_PLEASE, sender="lina@example.com")
    with office.doing(ref) as (act, case):
        for number in range(60):
            suppress(act, case.id, f"person{number:02}@example.com")
        suppress(act, case.id, "=cmd|x@example.com")
        suppress(act, case.id, "LINA@example.com")
    sara = office.signed_in("sara")
    first, second = (look(sara, f"/settings/suppression?page={page}") for page in (1, 2))
    assert [len(re.findall(r"…\w*@", page)) for page in (first, second)] == [50, 12]
    assert "62 addresses" in first
    assert "'=cmd|x@example.com," in sara.get("/settings/suppression.csv").text
    for page in ("0", "-1", "x", "99", "٣", "9" * 30):
        assert sara.get(f"/settings/suppression?page={page}").status_code == 200


# ---- retention


def test_what_is_past_its_date_is_counted_and_nothing_is_promised(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    with office.record.engine.begin() as connection:
        connection.execute(
            text("UPDATE cases SET state = 'closed', closed_at = received_at WHERE ref = :ref"), {"ref": ref}
        )
    sara = office.signed_in("sara")
    page = look(sara, "/settings/retention")
    assert "Nothing is erased by itself yet." in page
    assert (page.count("<dd>0 cases</dd>"), page.count("<dd>1 case</dd>")) == (3, 0)
    office.now = office.now.replace(year=office.now.year + 1)
    assert look(office.signed_in("sara"), "/settings/retention").count("<dd>1 case</dd>") == 1
    office.now = office.now.replace(year=office.now.year + 2)
    assert look(office.signed_in("sara"), "/settings/retention").count("<dd>1 case</dd>") == 2


def test_the_ledger_of_erasures_is_counted_by_month_and_reason(office: Office) -> None:
    keyring = office.record.keyring
    keys = [keyring.new_key(office.now) for _ in range(3)]
    keyring.save()
    keyring.destroy(keys[:2], why="not_a_request", now=office.now.replace(year=2026, month=3, day=31))
    keyring.destroy(keys[2:], why="a_new_reason", now=office.now.replace(year=2026, month=4, day=1))
    assert keyring.erasures() == [(2026, 4, "a_new_reason", 1), (2026, 3, "not_a_request", 2)]
    page = look(office.signed_in("sara"), "/settings/retention")
    assert "March\u00a02026" in page
    assert "It was not a request" in page


# ---- audit


def test_whole_histories_are_verified_and_a_changed_one_is_named(office: Office) -> None:
    refs = [office.receive(COPY_PLEASE, sender=f"p{number}@example.com") for number in range(3)]
    sara = office.signed_in("sara")
    assert "Every history holds." in sara.submit("/settings/audit").text
    with office.record.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_never_change"))  # as whoever owns the file could do
        of = "case_id = (SELECT id FROM cases WHERE ref = :ref)"
        connection.execute(
            text(f"UPDATE events SET kind = 'thawed' WHERE seq = 2 AND {of}"), {"ref": refs[1]}
        )
    page = sara.submit("/settings/audit").text
    assert "The history of 1 case does not hold." in page
    assert f"/cases/{refs[1]}/history" in page
    assert f"/cases/{refs[0]}/history" not in page


def test_a_long_audit_goes_on_where_it_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "AT_ONCE", 2)
    monkeypatch.setattr(audit, "SECONDS", -1)
    for number in range(3):
        office.receive(COPY_PLEASE, sender=f"p{number}@example.com")
    sara = office.signed_in("sara")
    page = sara.submit("/settings/audit").text
    assert ("2 of 3 cases verified" in page, "All that was verified so far holds." in page) == (True, True)
    fields = dict(re.findall(r'name="(after|checked)" value="([^"]+)"', page))
    page = sara.submit("/settings/audit", **fields, broken="MC-2222-2222 4").text
    assert ("3 of 3 cases verified" in page, "Go on" in page) == (True, False)
    assert "/cases/MC-2222-2222/history" in page, "what was found before is not forgotten"


@pytest.mark.parametrize("after", ["", "x", "9" * 50])
def test_an_audit_begins_anew_where_it_is_told_nonsense(office: Office, after: str) -> None:
    answer = office.signed_in("sara").submit("/settings/audit", after=after, checked="-1", broken="x")
    assert (answer.status_code, "0 of 0 cases verified" in answer.text) == (200, True)


# ---- by eye and by hand


@pytest.mark.parametrize("name", ["sara", "huda"])
def test_every_page_is_for_everybody_on_a_laptop_and_a_phone(
    writers: Office, laptop: Page, phone: Page, name: str
) -> None:
    writers.receive(STOP_PLEASE)
    with writers.record.writing() as session:
        session.execute(
            update(staff.Staff).where(staff.Staff.name == "huda").values(role="admin", language="ar")
        )
    paths = ["me", "me/second-factor", *PAGES, "letters/denied", "letters/denied/ar"]
    with serving(writers.desk, "127.0.0.1", 0) as address:
        for page in (laptop, phone):
            page.goto(f"{address}sign-in")
            page.fill("[name=name]", name)
            page.fill("[name=password]", PASSWORD)
            page.click("main form button")
            found = {path: faults(page, f"{address}settings/{path}") for path in paths}
            assert {path: one for path, one in found.items() if one} == {}


def faults(page: Page, address: str) -> list[str]:
    """What axe finds, and what is too wide; captions of tables are cut to be heard only."""
    page.goto(address)
    return [*violations(page), *(one for one in overflowing(page) if "caption.visually-hidden" not in one)]

"""Who works here: invited, given another role, locked out, let in again."""

import re

import pytest

from inbox_agent.cases import staff, team
from inbox_agent.cases.staff import Role
from inbox_agent.errors import PersonNeeded
from tests.desk.office import PASSWORD, PEOPLE, Office
from tests.desk.settings_pages.page import look, person, switch_on


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

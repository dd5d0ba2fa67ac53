"""What OWASP asks of a desk like this: doors locked, forms ours, every stranger's word harmless."""

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from inbox_agent.cases import staff, work
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.staff import Role
from inbox_agent.desk import DOORS
from inbox_agent.desk.gate import Door
from inbox_agent.desk.second_factor import new_secret
from inbox_agent.settings import DeskSettings
from tests.company import COPY_PLEASE, DELETE_PLEASE
from tests.desk.office import PASSWORD, PEOPLE, Office, totp_code

FILLED = {"view": "decide", "ref": "MC-2222-2222", "table": "weeks", "number": "0", "action": "note"}
LOWER = {Role.AGENT: "vera", Role.APPROVER: "huda", Role.ADMIN: "omar"}
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>"
INSIDE = [door for door in DOORS if door.role is not None]


def address_of(door: Door) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: FILLED.get(found[1], "0" * 32), door.path)


def name_of(door: Door) -> str:
    return f"{door.method} {door.path}"


def test_no_door_opens_for_somebody_who_is_not_signed_in(office: Office) -> None:
    browser = office.browser()
    for door in INSIDE:
        fields = {"csrf": browser.token()}
        answer = browser.request(door.method, address_of(door), data=fields, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in"), name_of(door)


def test_a_stranger_s_file_is_refused_before_it_is_read(office: Office) -> None:
    browser = office.browser()
    fields, files = {"csrf": browser.token()}, {"file": ("x.csv", b"x" * 2**20 * 2)}
    doors = [door for door in DOORS if door.takes_file]
    assert doors
    for door in doors:
        answer = browser.post(address_of(door), data=fields, files=files, follow_redirects=False)
        assert answer.status_code == 400, name_of(door)


def test_every_door_asks_for_the_role_it_needs(office: Office) -> None:
    browsers = {name: office.signed_in(name) for name in set(LOWER.values())}
    for door in INSIDE:
        if door.role in LOWER:
            browser = browsers[LOWER[door.role]]
            fields = {"csrf": browser.token("/queue/decide")}
            answer = browser.request(door.method, address_of(door), data=fields, follow_redirects=False)
            assert answer.status_code == 403, name_of(door)


def test_no_form_is_taken_that_does_not_bring_this_browsers_token(office: Office) -> None:
    browser, other = office.signed_in("sara"), office.signed_in("omar")
    forged = ({}, {"csrf": "x"}, {"csrf": other.token("/queue/decide")})
    for door in DOORS:
        for fields in forged if door.method == "POST" else ():
            answer = browser.post(address_of(door), data=fields, follow_redirects=False)
            assert answer.status_code == 403, name_of(door)


def test_no_form_is_taken_that_another_site_sends(office: Office) -> None:
    browser = office.signed_in("sara")
    for site in ("cross-site", "same-site"):
        headers = {"Sec-Fetch-Site": site}
        fields = {"csrf": browser.token("/queue/decide"), "language": "ar"}
        answer = browser.post("/language", data=fields, headers=headers, follow_redirects=False)
        assert answer.status_code == 403, site


def test_every_answer_forbids_inline_scripts_frames_and_keeping(office: Office) -> None:
    browser = office.signed_in("sara")
    for path in ("/queue/decide", "/no/such/page", "/cases/MC-2222-2222", "/sign-in"):
        headers = browser.get(path).headers
        policy = headers.get("content-security-policy", "")
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["cache-control"] == "no-store", path


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    answer = office.browser().get("/sign-in")
    cookie = answer.headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/"} <= set(cookie.split("; "))


def test_a_desk_reached_by_https_has_cookies_for_https_only(tmp_path: Path) -> None:
    office = Office(tmp_path, desk=DeskSettings(url="https://desk.example.com"))
    answer = office.browser().get("https://desk.example.com/sign-in")
    assert answer.headers["set-cookie"].startswith("__Host-desk=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    office.close()


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1"])
def test_a_name_elsewhere_that_points_here_gets_nothing(office: Office, host: str) -> None:
    assert office.browser().get("/sign-in", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/desk.css",
        "/static/x/..%2f..%2ferrors.py",
        "/static/../../errors.py",
        "/static/x/%2e%2e/words.py",
        "/static/x/no.css",
    ],
)
def test_no_file_but_ours_is_served(office: Office, path: str) -> None:
    assert office.browser().get(path).status_code == 404


def test_what_a_hostile_mail_holds_is_only_ever_text(office: Office) -> None:
    ref = office.receive(raw=hostile())
    browser = office.signed_in("sara")
    email = office.case(ref)
    pages = [
        "/queue/all",
        f"/cases/{ref}",
        f"/cases/{ref}/history",
        f"/cases/{ref}/print",
        "/triage",
        "/left",
    ]
    pages += (
        [f"/cases/{ref}/do/note", f"/cases/{ref}/letters/{email.letters[0].id.hex}"] if email.letters else []
    )
    for path in pages:
        page = browser.get(path)
        assert page.status_code == 200, path
        assert not re.search(
            r"<script>|<[^>]*\bonerror=|<svg/|=\W*javascript:", _without_our_own(page.text)
        ), path


def hostile() -> bytes:
    """A request for a copy in which every field a page may show is an attack."""
    message = EmailMessage()
    message["From"] = '"<script>alert(1)</script>" <rana@example.com>'
    message["Reply-To"] = '"<svg/onload=alert(3)>" <other@example.com>'
    message["To"] = "info@mittalcloud.com"
    message["Subject"] = "copy of my data " + XSS
    message["Message-ID"] = "<h1@customers.example>"
    message.set_content(f"{COPY_PLEASE}\n{XSS}\n[a](javascript:alert(1))")
    html = (
        f"<p>{COPY_PLEASE}</p>{XSS}<a href='javascript:alert(1)'>x</a><form action=/sign-out><input></form>"
    )
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"x", maintype="text", subtype="plain", filename="../../<script>x</script>.txt")
    return message.as_bytes()


def _without_our_own(page: str) -> str:
    """What stands in text has its signs escaped; what is left can only be markup."""
    return re.sub(r'<script src="/static/[0-9a-f]+/[a-z.]+" defer></script>', "", page)


def test_the_mail_of_one_case_is_not_to_be_had_through_another(office: Office) -> None:
    first = office.receive(COPY_PLEASE)
    second = office.receive(DELETE_PLEASE, sender="samer@example.org")
    browser = office.signed_in("sara")
    page = browser.get(f"/cases/{first}").text
    mail = re.search(r'id="mail-([0-9a-f]{32})"', page)
    assert mail
    assert browser.get(f"/cases/{second}/mail/{mail[1]}/attachments/0").status_code == 404
    assert browser.get(f"/cases/{second}/mail/{mail[1]}/body").status_code == 404
    letter = office.case(first).letters[0].id.hex
    assert browser.get(f"/cases/{second}/letters/{letter}").status_code == 404


def test_a_file_of_a_mail_can_only_be_saved_and_has_a_harmless_name(office: Office) -> None:
    ref = office.receive(raw=hostile())
    browser = office.signed_in("vera")
    mail = re.search(r'id="mail-([0-9a-f]{32})"', browser.get(f"/cases/{ref}").text)
    assert mail
    answer = browser.get(f"/cases/{ref}/mail/{mail[1]}/attachments/0")
    assert answer.headers["content-type"] == "application/octet-stream"
    kind, *_ = answer.headers["content-disposition"].split(";")
    assert kind == "attachment"
    assert not re.search(r"[/\\<>\r\n]", answer.headers["content-disposition"])


def test_whoever_looks_at_a_case_is_in_its_history(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    office.signed_in("vera").get(f"/cases/{ref}")
    seen = [(event.kind, event.by) for event in office.case(ref).events]
    assert ("case_viewed", "vera") in seen


def test_the_history_leads_back_to_its_case(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    page = office.signed_in("vera").get(f"/cases/{ref}/history").text
    assert f'href="/cases/{ref}">' in page


def test_a_viewer_is_shown_no_button_that_they_may_not_press(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    page = office.signed_in("vera").get(f"/cases/{ref}").text
    assert f"/cases/{ref}/do/" not in page
    assert f"/cases/{ref}/write" not in page


def test_everybody_of_the_office_can_look(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    for name in PEOPLE:
        assert office.signed_in(name).get(f"/cases/{ref}").status_code == 200


def test_a_form_counts_once_however_often_its_button_is_pressed(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    browser = office.signed_in("sara")
    page = browser.get(f"/cases/{ref}/do/note").text
    once = re.findall(r'name="once" value="([^"]+)"', page)[-1]
    fields = {"once": once, "text": "rang, no answer"}
    answers = [browser.submit(f"/cases/{ref}/do/note", **fields).status_code for _ in range(2)]
    assert answers == [303, 409]
    assert [event.kind for event in office.case(ref).events].count("note_written") == 1


def test_what_was_typed_is_not_lost_when_the_session_is_over(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    browser = office.signed_in("sara")
    csrf = browser.token("/queue/decide")
    office.now += timedelta(hours=13)
    typed = {"csrf": csrf, "text": "she called twice and wants <b>all</b>"}
    own = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.post(f"/cases/{ref}/do/note", data=typed, headers=own)
    assert "she called twice and wants &lt;b&gt;all&lt;/b&gt;" in answer.text
    foreign = browser.post(f"/cases/{ref}/do/note", data=typed, headers={"Sec-Fetch-Site": "cross-site"})
    assert "she called" not in foreign.text


def test_two_colleagues_on_one_checklist_do_not_overwrite_each_other(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    with office.doing(ref) as (act, case):
        case.rights[0].move(act, "start")
    huda = office.signed_in("huda")
    form = huda.get(f"/cases/{ref}/do/rows?right=access").text
    shown = dict(re.findall(r'name="((?:was|note|last)[^"]*)" (?:type="[a-z]+" )?value="([^"]*)"', form))
    with office.doing(ref, by="omar") as (act, case):
        work.look_at(act, case.rights[0], Item.ACCOUNT, Found.DONE)
    stale = {**shown, "right": "access", "found-account": "nothing_held", "found-usage": "done"}
    assert huda.submit(f"/cases/{ref}/do/rows", **stale).status_code == 409
    fresh = {**shown, "right": "access", "found-account": "open", "found-usage": "done"}
    assert huda.submit(f"/cases/{ref}/do/rows", **fresh).status_code == 303
    rows = {row.item: (row.found, row.by) for row in office.case(ref).rights[0].checklist}
    assert (rows["account"], rows["usage"]) == (("done", "omar"), ("done", "huda"))


def test_whoever_was_let_in_by_the_first_is_no_second_person_that_day(office: Office) -> None:
    ref = office.receive("My son is nine and has an account with you. Please delete all you have about him.")
    with office.doing(ref, by="sara") as (act, case):
        for right in case.rights:
            right.move(act, "start")
            right.trust = "TG" if right.type == "child_data" else "T3"
        work.submit(act, next(one for one in case.rights if one.type == "child_data"))
    with office.record.writing() as session:
        omar = staff.by_name(session, "omar")
        assert omar
        omar.let_in("sara", office.now)
    browser = office.signed_in("omar")
    last = re.search(r'name="last_mail" value="([0-9a-f]*)"', browser.get(f"/cases/{ref}/do/approve").text)
    assert last
    fields = {"right": "child_data", "last_mail": last[1]}
    assert browser.submit(f"/cases/{ref}/do/approve", **fields).status_code == 409
    office.later(days=2)
    again = office.signed_in("omar")
    assert again.submit(f"/cases/{ref}/do/approve", **fields).status_code == 303


def test_the_second_factor_cannot_be_guessed_by_signing_in_again(office: Office) -> None:
    secret = new_secret()
    with office.record.writing() as session:
        person = staff.by_name(session, "sara")
        assert person
        person.give_totp(office.record.act(office.now), secret)
    for _ in range(2):
        browser = office.browser()
        browser.submit("/sign-in", on="/sign-in", name="sara", password=PASSWORD, then="/")
        for _guess in range(3):
            browser.submit("/sign-in/code", on="/sign-in/code", code="000000", then="/")
    right = browser.submit("/sign-in/code", on="/sign-in/code", code=totp_code(secret, office.now), then="/")
    assert right.status_code == 422, "five wrong ones in all lock it"

"""Quarantine: what the agent could not bring to its end, and what a person makes of it."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from inbox_agent.cases import search
from inbox_agent.cases.act import opened
from inbox_agent.cases.keys.store import StoredKey
from inbox_agent.cases.tables import InboundEmail, Party
from tests.company import COPY_PLEASE, mail
from tests.desk.office import Browser, Office

BROTHER = "brother@example.org"
TOO_MUCH = b"X-Many: yes\n" * 10_000 + mail(COPY_PLEASE, BROTHER, "the subject")


def test_an_empty_quarantine_says_what_it_is_for(office: Office) -> None:
    page = office.signed_in("huda").get("/quarantine").text
    assert ("Nothing is in quarantine" in page, "/quarantine/again" in page) == (True, False)


def test_a_mail_is_listed_with_its_sender_and_why_it_waits(office: Office) -> None:
    office.receive(raw=TOO_MUCH)
    page = office.signed_in("huda").get("/quarantine").text
    assert "Too many header lines: only its beginning could be read." in page
    assert f'href="/quarantine/{the_mail(office).id.hex}"' in page


def test_a_mail_of_somebody_else_points_to_the_case_that_it_seems_to_belong_to(office: Office) -> None:
    ref = somebody_else_writes(office)
    page = office.signed_in("huda").get("/quarantine").text
    assert "It belongs to a known case, but somebody else wrote it." in page
    assert f'It points to <a href="/cases/{ref}">' in page
    own = own_page(office)
    assert ("I am her brother" in own, f'name="reference" type="text" value="{ref}"' in own) == (True, True)


def test_what_was_read_in_it_is_ticked_for_a_case_of_its_own(office: Office) -> None:
    office.receive(raw=TOO_MUCH)
    assert re.findall(r'value="(\w+)" checked', own_page(office)) == ["access"]


def test_it_is_read_again_with_the_agent_s_next_look(office: Office) -> None:
    office.receive(raw=TOO_MUCH)
    browser = office.signed_in("huda")
    answer = browser.submit("/quarantine/again", mail=the_mail(office).id.hex)
    assert answer.headers["location"] == "/quarantine"
    assert [(one.state, one.settled_by) for one in mails(office)] == [("received", "huda")]
    office.look()
    assert [one.reason for one in mails(office)] == ["too_many_headers"]


def test_all_are_read_again_at_once(office: Office) -> None:
    office.receive(raw=TOO_MUCH)
    office.receive(raw=TOO_MUCH.replace(b"brother", b"sister"))
    office.signed_in("huda").submit("/quarantine/again")
    assert [one.state for one in mails(office)] == ["received", "received"]


def test_what_is_no_request_is_forgotten_with_its_key(office: Office) -> None:
    office.receive(raw=TOO_MUCH)
    before = the_mail(office)
    submit(office.signed_in("huda"), before, "release")
    [after] = mails(office)
    assert (after.state, after.reason, after.sealed_raw) == ("left", "released_by_person", None)
    assert before.key_id not in keys(office)


def test_a_case_is_opened_from_it_and_its_letter_goes_to_who_wrote_it(office: Office) -> None:
    somebody_else_writes(office)
    email, sent = the_mail(office), len(office.post.sent)
    answer = submit(office.signed_in("huda"), email, "open", type=["access"])
    case = office.cases()[-1]
    assert answer.headers["location"] == f"/cases/{case.ref}"
    assert (case.request(office.record.keyring)["requester"], case.language) == (BROTHER, "en")
    office.later(seconds=29)
    assert len(office.post.sent) == sent
    office.later(seconds=1)
    assert [to for to, _ in office.post.sent[sent:]] == [BROTHER]


def test_an_opened_mail_stays_under_the_one_key_that_it_has(office: Office) -> None:
    somebody_else_writes(office)
    before = the_mail(office)
    submit(office.signed_in("huda"), before, "open", type=["access"])
    [after] = [one for one in mails(office) if one.id == before.id]
    assert (after.state, after.key_id, after.sealed_raw) == ("filed", before.key_id, before.sealed_raw)
    assert opened(office.record.keyring, after.sealed_reading, "inbound_email.reading", after.id)


def test_no_letter_goes_where_nobody_knows_who_wrote(office: Office) -> None:
    office.receive(raw=b"X-Many: yes\n" * 10_000 + b"Subject: hello\n\nplease delete my data")
    page = own_page(office)
    assert "No letter goes, as nobody knows who wrote this." in page
    submit(office.signed_in("huda"), the_mail(office), "open", type=["deletion"])
    assert [case.letters for case in office.cases()] == [[]]


def test_it_is_filed_on_the_case_and_its_writer_is_somebody_there(office: Office) -> None:
    ref = somebody_else_writes(office)
    assert office.case(ref).attention == "someone_else"
    email, sent = the_mail(office), len(office.post.sent)
    answer = submit(office.signed_in("huda"), email, "file", reference=ref.lower(), role="agent")
    assert answer.headers["location"] == f"/cases/{ref}"
    assert office.case(ref).attention == "reply_waiting"
    with office.record.reading() as session:
        case = search.case(session, ref)
        assert [one.state for one in search.mails_of(session, case)] == ["filed", "filed"]
        [party] = session.scalars(select(Party))
        assert opened(office.record.keyring, party.sealed_who, "party.who", party.id) == f"Sami <{BROTHER}>"
    office.later(minutes=5)
    assert len(office.post.sent) == sent


@pytest.mark.parametrize("reference", ["", "MC-2222-2222", "<script>"])
def test_a_case_that_is_not_there_is_said_beside_the_field(office: Office, reference: str) -> None:
    somebody_else_writes(office)
    answer = submit(office.signed_in("huda"), the_mail(office), "file", reference=reference)
    assert (answer.status_code, "There is no such case." in answer.text) == (409, True)
    assert "<script>alert" not in answer.text


def test_a_case_needs_a_type(office: Office) -> None:
    office.receive(raw=TOO_MUCH)
    answer = submit(office.signed_in("huda"), the_mail(office), "open")
    assert (answer.status_code, "Choose at least one type." in answer.text) == (422, True)
    assert office.cases() == []


@pytest.mark.parametrize("reason", ["crashed", "not_given"])
def test_a_mail_that_brought_its_readers_down_is_not_read_by_the_desk(office: Office, reason: str) -> None:
    office.receive(raw=TOO_MUCH)
    with office.record.writing() as session:
        session.get_one(InboundEmail, the_mail(office).id).reason = reason
    assert BROTHER not in office.signed_in("huda").get("/quarantine").text + own_page(office)
    assert "/open" not in own_page(office)
    for what in ("open", "file"):
        answer = submit(office.signed_in("huda"), the_mail(office), what, type=["access"], reference="x")
        assert (answer.status_code, "This mail is not opened here." in answer.text) == (409, True)


def test_who_comes_second_finds_it_gone(office: Office) -> None:
    office.receive(raw=TOO_MUCH)
    email = the_mail(office)
    submit(office.signed_in("huda"), email, "release")
    for what in ("release", "open", "file"):
        answer = submit(office.signed_in("omar"), email, what, type=["access"], reference="x")
        assert answer.status_code == 404
    assert office.cases() == []


def test_many_mails_stand_on_several_pages(office: Office) -> None:
    for number in range(26):
        _put(office, TOO_MUCH.replace(b"brother", b"brother%d" % number))
    office.look()
    browser = office.signed_in("huda")
    counted = [
        len(_links(browser.get(f"/quarantine?page={page}").text)) for page in (1, 2, 99, "x", "9" * 5000)
    ]
    assert counted == [25, 1, 1, 25, 1]


def test_who_may_only_look_changes_nothing(office: Office) -> None:
    office.receive(raw=TOO_MUCH)
    browser, email = office.signed_in("vera"), the_mail(office)
    page = browser.get(f"/quarantine/{email.id.hex}").text
    assert ("An agent says what becomes of this mail." in page, "/release" in page) == (True, False)
    assert browser.submit("/quarantine/again").status_code == 403
    for what in ("release", "open", "file"):
        assert submit(browser, email, what, type=["access"]).status_code == 403


def somebody_else_writes(office: Office) -> str:
    """The reference of a case about which its person's brother has written."""
    ref = office.receive(COPY_PLEASE, sender="rana@example.com")
    [letter] = office.case(ref).letters
    words, subject = "I am her brother. What exactly do you need from us?", f"Re: your request [{ref}]"
    office.receive(words, sender=f"Sami <{BROTHER}>", subject=subject, In_Reply_To=letter.message_id)
    return ref


def submit(browser: Browser, email: InboundEmail, what: str, **fields: Any) -> Any:
    return browser.submit(f"/quarantine/{email.id.hex}/{what}", **fields)


def own_page(office: Office) -> str:
    return office.signed_in("huda").get(f"/quarantine/{the_mail(office).id.hex}").text


def the_mail(office: Office) -> InboundEmail:
    [found] = [one for one in mails(office) if one.state == "needs_staff"]
    return found


def mails(office: Office) -> list[InboundEmail]:
    with office.record.reading() as session:
        found = list(session.scalars(select(InboundEmail).order_by(InboundEmail.received_at)))
        session.expunge_all()
        return found


def keys(office: Office) -> set[Any]:
    """The keys that there are."""
    with office.record.keyring._engine.connect() as connection:
        return set(connection.scalars(select(StoredKey.id)))


def _put(office: Office, raw: bytes) -> None:
    office._mails += 1
    (office.maildir / "new" / f"{office._mails}.many").write_bytes(raw)


def _links(page: str) -> list[str]:
    return re.findall(r'href="(/quarantine/[0-9a-f]{32})"', page)

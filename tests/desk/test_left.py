"""Mail that was left alone: shown from the mailbox, kept nowhere, opened where it is a request after all."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inbox_agent.cases.tables import InboundEmail
from inbox_agent.cli.rereading import Rereader
from inbox_agent.desk import application
from inbox_agent.desk.visit import Reread
from inbox_agent.errors import TryAgainLater
from inbox_agent.mailbox import MaildirDoor, Source
from inbox_agent.mailbox.imap import ImapDoor
from tests.company import COPY_PLEASE, PHONE_BROKEN, stationery
from tests.desk.office import Office
from tests.servers.dovecot import Dovecot

OUT_OF_REACH = "The mailbox is out of reach just now"
RANA = "rana@example.com"


@pytest.fixture
def office(office: Office) -> Office:
    """One whose desk can read the mailbox again."""
    give(office, Rereader([Source.of(MaildirDoor(office.maildir, max_bytes=1 << 24))]))
    return office


def test_it_is_shown_in_words_with_how_near_it_came(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=f"Rana <{RANA}>", subject="desk phone")
    page = office.signed_in("huda").get("/left").text
    for said in (
        "Rana",
        "desk phone",
        "our desk phone does not ring any more",
        "Far from a request",
        "Today",
    ):
        assert said in page
    assert "Yesterday" not in page


def test_nothing_of_it_is_kept_by_being_shown(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    browser = office.signed_in("huda")
    browser.get("/left")
    browser.get(f"/left/{the_mail(office).id.hex}")
    email = the_mail(office)
    assert (email.state, email.key_id, email.sealed_raw, email.sealed_reading) == ("left", None, None, None)


def test_ten_of_each_day_are_shown_and_what_came_nearest_stands_first(office: Office) -> None:
    for number in range(12):
        office.receive(PHONE_BROKEN, sender=f"writer{number}@example.com")
    with office.record.writing() as session:
        emails = session.scalars(select(InboundEmail).order_by(InboundEmail.received_at)).all()
        for number, email in enumerate(emails):
            email.nearness = number / 12
    page = office.signed_in("huda").get("/left").text
    shown = [page.find(f"writer{number}@example.com") for number in range(12)]
    assert shown[:2] == [-1, -1]
    assert shown[2:] == sorted(shown[2:], reverse=True)
    assert page.index("Very near to a request") < page.index(">Near to a request") < page.index("Far from a")


def test_what_is_older_than_yesterday_is_shown_no_more(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    office.now += timedelta(days=1)
    assert "Yesterday" in office.signed_in("huda").get("/left").text
    office.now += timedelta(days=1)
    assert "Nothing was left alone" in office.signed_in("huda").get("/left").text


def test_a_request_after_all_becomes_a_case_with_its_mail_and_a_letter(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    answer = open_it(office, type=["access"], language="en")
    [case] = office.cases()
    assert answer.headers["location"] == f"/cases/{case.ref}"
    assert (case.state, case.channel, [right.type for right in case.rights]) == (
        "awaiting_identity",
        "email",
        ["access"],
    )
    email = the_mail(office)
    assert (email.state, email.case_id, email.sealed_raw is None) == ("filed", case.id, False)
    assert "our desk phone does not ring" in office.signed_in("omar").get(f"/cases/{case.ref}").text
    office.later(seconds=30)
    assert [to for to, _ in office.post.sent] == [RANA]


def test_what_is_on_a_case_already_leads_there(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    open_it(office, type=["access"])
    again = open_it(office, type=["deletion"])
    [case] = office.cases()
    assert again.headers["location"] == f"/cases/{case.ref}"
    assert [right.type for right in case.rights] == ["access"]


def test_a_case_needs_a_type(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    answer = open_it(office)
    assert (answer.status_code, "Choose at least one type." in answer.text) == (422, True)
    assert office.cases() == []


def out_of_reach(_email: InboundEmail) -> bytes | None:
    raise TryAgainLater("the mailbox is out of reach")


@pytest.mark.parametrize("reread", [None, out_of_reach])
def test_without_the_mailbox_the_list_stands_without_words_and_says_so(
    office: Office, reread: Reread | None
) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    give(office, reread)
    page = office.signed_in("huda").get("/left").text
    assert (OUT_OF_REACH in page, "Far from a request" in page, RANA in page) == (True, True, False)
    answer = open_it(office, type=["access"])
    assert (answer.status_code, OUT_OF_REACH in answer.text) == (409, True)
    assert office.cases() == []


def test_a_mailbox_out_of_reach_is_asked_once_for_the_whole_page(office: Office) -> None:
    for _ in range(3):
        office.receive(PHONE_BROKEN, sender=RANA)
    asked = []

    def ask(email: InboundEmail) -> bytes | None:
        asked.append(email.id)
        return out_of_reach(email)

    give(office, ask)
    office.signed_in("huda").get("/left")
    assert len(asked) == 1


def test_a_mail_that_is_gone_from_the_mailbox_is_not_opened(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    for file in (office.maildir / "new").iterdir():
        file.unlink()
    assert "It is not in the mailbox any more" in office.signed_in("huda").get("/left").text
    answer = open_it(office, type=["access"])
    assert (answer.status_code, "The mailbox has this mail no more." in answer.text) == (409, True)


def test_another_mail_that_stands_in_its_place_is_not_taken_for_it(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    give(office, lambda _email: b"From: samer@example.com\n\nanother mail")
    assert "samer@example.com" not in office.signed_in("huda").get("/left").text
    assert open_it(office, type=["access"]).status_code == 409


def test_what_became_a_case_by_itself_is_not_left_alone(office: Office) -> None:
    office.receive(COPY_PLEASE, sender=RANA)
    email = the_mail(office)
    assert "Nothing was left alone" in office.signed_in("huda").get("/left").text
    with office.record.writing() as session:
        session.get_one(InboundEmail, email.id).case_id = None
    assert office.signed_in("huda").get(f"/left/{email.id.hex}").status_code == 404


@pytest.mark.parametrize(("reason", "status"), [(None, 200), ("released_by_person", 404), ("duplicate", 404)])
def test_of_mail_that_a_person_had_read_again_only_what_was_then_left_alone_is_shown(
    office: Office, reason: str | None, status: int
) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    with office.record.writing() as session:
        email = session.get_one(InboundEmail, the_mail(office).id)
        email.settled_by, email.reason = "omar", reason
    browser = office.signed_in("huda")
    assert ("desk phone" in browser.get("/left").text) is (status == 200)
    assert browser.get(f"/left/{the_mail(office).id.hex}").status_code == status


@pytest.mark.parametrize("path", ["/left/nothing", f"/left/{'0' * 32}"])
def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert office.signed_in("huda").get(path).status_code == 404


def test_who_may_only_look_opens_nothing(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    browser = office.signed_in("vera")
    assert "It is a request" not in browser.get("/left").text
    assert browser.submit(f"/left/{the_mail(office).id.hex}", type=["access"]).status_code == 403


def test_an_imap_mailbox_gives_its_mail_again_after_its_line_was_cut(dovecot: Dovecot) -> None:
    for name in ("rana", "samer"):
        dovecot.append(f"From: {name}@example.com\r\n\r\nhello\r\n".encode())
    door = ImapDoor(dovecot.settings(tls="none"), "INBOX", max_bytes=1 << 20)
    email = InboundEmail(mailbox=door.name, uidvalidity=door.position().uidvalidity, uid=2)
    reread = Rereader([Source.of(door)])
    assert b"samer@example.com" in (reread(email) or b"")
    dovecot.kill()
    dovecot.start()
    assert b"samer@example.com" in (reread(email) or b"")
    assert dovecot.flags() == {1: set(), 2: set()}
    email.uidvalidity += 1
    assert reread(email) is None
    dovecot.kill()
    with pytest.raises(TryAgainLater):
        reread(email)
    reread.close()


def give(office: Office, reread: Reread | None) -> None:
    office.desk = application(office.record, stationery(), lambda: office.now, reread=reread)


def open_it(office: Office, **fields: Any) -> Any:
    return office.signed_in("huda").submit(f"/left/{the_mail(office).id.hex}", **fields)


def the_mail(office: Office) -> InboundEmail:
    with office.record.reading() as session:
        [email] = session.scalars(select(InboundEmail))
        session.expunge(email)
        return email

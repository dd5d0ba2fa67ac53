"""Identity documents and read attachments on the desk, in both languages."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from inbox_agent.cases.staff import Staff
from inbox_agent.cases.tables import IdentityDocument
from tests.attachments.files import english_pdf, with_files
from tests.attachments.test_within import in_winmail
from tests.company import COPY_PLEASE
from tests.desk.office import Browser, Office

FACE = b"\xff\xd8\xff" + b"the face of somebody " * 200
DELETE = "Please delete all the personal data you hold about me and close my account."
NOTES = {
    "en": ("An identity document came; we do not need it: destroy it.", "Destroy the document"),
    "ar": ("وصلت وثيقة هوية لا نحتاج إليها", "إتلاف الوثيقة"),
}


@pytest.fixture
def ref(office: Office) -> str:
    return office.receive(raw=with_files(COPY_PLEASE, ("my passport.jpg", "image/jpeg", FACE)))


def document(office: Office) -> IdentityDocument:
    with office.record.reading() as session:
        return session.scalars(select(IdentityDocument)).one()


def events(office: Office, ref: str) -> list[str]:
    return [event.kind for event in office.case(ref).events if event.kind.startswith("identity_")]


def ask(browser: Browser, office: Office, ref: str, what: str) -> Any:
    path = f"/cases/{ref}/documents/{document(office).id.hex}/{what}"
    return browser.submit(path, on=f"/cases/{ref}")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_case_tells_of_it_with_one_button_that_destroys_it(
    office: Office, ref: str, language: str
) -> None:
    huda = office.signed_in("huda")
    with office.record.writing() as session:
        session.scalars(select(Staff).where(Staff.name == "huda")).one().language = language
    page = huda.get(f"/cases/{ref}").text
    note, button = NOTES[language]
    assert (note in page, button in page) == (True, True)


def test_nobody_can_download_it_with_the_mail(office: Office, ref: str) -> None:
    omar = office.signed_in("omar")
    page = omar.get(f"/cases/{ref}").text
    assert "/attachments/0" not in page
    mail = re.search(r'id="mail-([0-9a-f]{32})"', page)
    assert mail
    answer = omar.get(f"/cases/{ref}/mail/{mail[1]}/attachments/0")
    assert FACE not in answer.content
    assert b"the face" not in answer.content


def test_what_held_it_can_be_downloaded_without_it(office: Office) -> None:
    ref = office.receive(raw=in_winmail(COPY_PLEASE, ("my passport.jpg", "image/jpeg", FACE)))
    omar = office.signed_in("omar")
    href = re.search(r'/cases/[^"]*/attachments/0', omar.get(f"/cases/{ref}").text)
    assert href
    octets = omar.get(href[0]).content
    assert (b"my passport.jpg" in octets, b"the face" in octets) == (True, False)


def test_destroyed_is_gone_and_the_history_says_by_whom(office: Office, ref: str) -> None:
    huda = office.signed_in("huda")
    assert ask(huda, office, ref, "destroy").status_code == 303
    after = document(office)
    assert (after.sealed_file, after.key_id, after.destroyed_by) == (None, None, "huda")
    assert events(office, ref) == ["identity_document_came", "identity_document_destroyed"]
    page = huda.get(f"/cases/{ref}").text
    assert ("It was destroyed on" in page, "Destroy the document" in page) == (True, False)


def test_destroying_twice_is_as_good_as_once(office: Office, ref: str) -> None:
    huda = office.signed_in("huda")
    ask(huda, office, ref, "destroy")
    ask(huda, office, ref, "destroy")
    assert events(office, ref) == ["identity_document_came", "identity_document_destroyed"]


def test_an_approver_may_look_once_and_it_is_an_event(office: Office, ref: str) -> None:
    omar = office.signed_in("omar")
    seen = ask(omar, office, ref, "look")
    assert (seen.content, seen.headers["content-type"]) == (FACE, "application/octet-stream")
    assert "passport" not in seen.headers["content-disposition"]
    assert events(office, ref) == ["identity_document_came", "identity_document_seen"]
    again = ask(omar, office, ref, "look")
    assert (again.status_code, FACE in again.content) == (409, False)


@pytest.mark.parametrize(("name", "what"), [("vera", "look"), ("huda", "look"), ("vera", "destroy")])
def test_others_may_not(office: Office, ref: str, name: str, what: str) -> None:
    answer = ask(office.signed_in(name), office, ref, what)
    assert (answer.status_code, FACE in answer.content) == (403, False)
    assert document(office).sealed_file is not None


def test_a_document_of_another_case_is_not_here(office: Office, ref: str) -> None:
    other = office.receive(COPY_PLEASE, sender="other@example.com")
    answer = office.signed_in("omar").submit(f"/cases/{other}/documents/{document(office).id.hex}/look")
    assert answer.status_code == 404


def test_its_days_end_with_the_agents_upkeep(office: Office, ref: str) -> None:
    office.later(days=8)
    assert document(office).destroyed_by == "agent"


@pytest.mark.parametrize("page", ["/triage/{ref}", "/cases/{ref}"])
def test_what_was_read_from_a_file_says_so(office: Office, page: str) -> None:
    letter = ("letter.pdf", "application/pdf", english_pdf(DELETE))
    ref = office.receive(raw=with_files("See attached.", letter, subject="letter"))
    shown = office.signed_in("huda").get(page.format(ref=ref)).text
    assert "Read from letter.pdf" in re.sub(r"<[^>]+>|[\u2066-\u2069]", "", shown)
    assert "personal data" in re.sub(r"<[^>]+>", "", shown)


def test_why_a_file_could_not_be_read_is_said(office: Office) -> None:
    broken = ("letter.pdf", "application/pdf", b"%PDF-1.4 nothing")
    ref = office.receive(raw=with_files("See attached.", broken, subject="letter"))
    page = office.signed_in("huda").get(f"/triage/{ref}").text
    assert "Its attachment could not be read: it is broken." in page

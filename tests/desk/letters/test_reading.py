"""A letter is read in the languages in which it is sent, by those who may."""

import re

from tests.company import COPY_PLEASE
from tests.desk.letters.letter import Desk
from tests.desk.office import Office
from tests.letters.drafts import Read


def test_a_bilingual_letter_is_read_in_the_two_languages_that_are_sent(question: Desk) -> None:
    page = question.page()
    assert "English: this is sent" in page
    assert "Arabic: this is sent" in page
    assert "for you to read" not in page
    assert "rana@example.com" in page
    assert page.index("Hello,") < page.index("تحية طيبة،"), "the customer's language first"


def test_a_letter_in_one_language_stands_beside_the_readers_own(office: Office, answer: Desk) -> None:
    huda = office.signed_in("huda")
    in_english = answer.page()
    assert "English: this is sent" in in_english
    assert "As it is laid out" in in_english
    huda.submit("/language", language="ar", here="/")
    in_arabic = huda.get(answer.path).text
    assert in_arabic.count("half--sent") == 1
    assert in_arabic.count('<section class="half"') == 1
    assert "هذا ردنا على رسالتكم" in in_arabic
    assert in_arabic.index("We keep invoices") < in_arabic.index("هذا ردنا على رسالتكم")


def test_the_letter_as_it_is_laid_out_stands_in_a_frame_without_rights(question: Desk) -> None:
    assert re.search(rf'<iframe[^>]* src="{question.path}/body" sandbox=""', question.page())
    body = question.browser.get(f"{question.path}/body")
    assert (
        body.text.replace("\r\n", "\n") == Read(question.letter.content(question.office.record.keyring)).html
    )
    policy = body.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy


def test_a_letter_of_another_case_is_not_here(office: Office, question: Desk) -> None:
    other = office.receive(COPY_PLEASE, sender="omar@example.org")
    for path in (
        f"/cases/{other}/letters/{question.id}",
        f"/cases/{question.ref}/letters/x",
        "/cases/MC-2222-2222/letters/x",
    ):
        assert question.browser.get(path).status_code == 404
    assert question.browser.get(f"/cases/{other}/letters/{question.id}/body").status_code == 404


def test_a_viewer_reads_and_can_do_nothing(office: Office, question: Desk) -> None:
    vera = office.signed_in("vera")
    page = vera.get(question.path)
    assert page.status_code == 200
    assert "Release the letter" not in page.text
    fields = {"shown": question.hidden()["shown"], "last_mail": question.hidden()["last_mail"]}
    for what in ("edit", "reset", "release", "undo", "hold"):
        assert vera.submit(f"{question.path}/{what}", **fields).status_code == 403
    assert vera.get(f"{question.path}/edit").status_code == 403
    assert vera.get(f"/cases/{question.ref}/write").status_code == 403
    assert vera.submit(f"/cases/{question.ref}/draft", place="answer").status_code == 403
    assert question.letter.state == "held"


def test_a_letter_whose_words_were_erased_says_only_that(office: Office, question: Desk) -> None:
    case = office.case(question.ref)
    hidden = question.hidden()
    office.record.keyring.destroy([case.key_id], why="too_old", now=office.now)
    page = question.browser.get(question.path)
    assert page.status_code == 200
    assert "The words of this letter were erased." in page.text
    for path in (f"{question.path}/body", f"{question.path}/edit", f"/cases/{question.ref}/write"):
        assert question.browser.get(path).status_code == 409
    for what in ("edit", "reset", "release"):
        assert question.press(what, hidden).status_code == 409

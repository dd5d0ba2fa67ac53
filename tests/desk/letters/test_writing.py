"""Staff write an answer of their own."""

import re

from inbox_agent.cases import steps
from inbox_agent.cases.right import Right
from tests.company import DELETE_PLEASE, mail
from tests.desk.letters.letter import QUESTION, Desk, area, fields_of, write
from tests.desk.office import Browser, Office
from tests.letters.drafts import Read


def test_an_answer_of_ones_own_waits_to_be_read_and_then_leaves(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    sheet = sara.get(f"/cases/{ref}/write").text
    assert "Hello," in sheet
    assert "Kind regards," in sheet
    assert "of your customers?" in sheet, "what the customer wrote stands beside it"
    answer = write(sara, ref, "We keep invoices\r\nfor five years.\r\n\r\nNothing else.")
    assert answer.status_code == 303
    letter = Desk(office, sara, ref)
    assert answer.headers["location"] == letter.path
    assert (letter.letter.kind, letter.letter.state, letter.letter.hold_reason) == (
        "answer",
        "held",
        "preview",
    )
    letter.press("release")
    office.later(seconds=31)
    assert "We keep invoices for five years.\n\nNothing else.\n\n" in Read(office.post.sent[-1][1]).text


def test_an_answer_can_answer_a_right_as_well(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    assert "This also answers" in sara.get(f"/cases/{ref}/write").text
    write(sara, ref, "Five years.", answers="other_privacy")
    assert [(one.state, one.outcome) for one in rights(office, ref)] == [("responded", "answered")]
    Desk(office, sara, ref).press("release")
    office.later(seconds=31)
    assert [(one.state, one.outcome) for one in rights(office, ref)] == [("closed", "answered")]


def test_an_answer_alone_leaves_the_right_open(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    write(sara, ref, "We look into it.")
    assert [one.outcome for one in rights(office, ref)] == [None]


def rights(office: Office, ref: str) -> list[Right]:
    return office.case(ref).rights


def test_a_case_in_both_languages_gets_words_in_both(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    with office.doing(ref) as (act, case):
        steps.choose_language(act, case, "both")
    one_only = write(sara, ref, "Five years.")
    assert one_only.status_code == 409
    assert "Write something in each language first." in one_only.text
    assert area(one_only.text, "text-en") == "Five years."
    assert write(sara, ref, "Five years.", **{"text-ar": "خمس سنوات."}).status_code == 303
    [*_, letter] = office.case(ref).letters
    text = Read(letter.content(office.record.keyring)).text
    assert text.index("Five years.") < text.index("خمس سنوات.")
    assert text.count("Five years.") == text.count("خمس سنوات.") == 1


def test_a_ready_sentence_comes_behind_what_was_typed_without_a_script(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    sheet = sara.get(f"/cases/{ref}/write").text
    sentence = "The law requires us to keep this data."
    assert f'name="add-en" value="{sentence}" data-insert=" {sentence}"' in sheet
    added = write(sara, ref, "Dear you.", **{"add-en": sentence})
    assert added.status_code == 200
    assert area(added.text, "text-en") == f"Dear you.\n\n{sentence}"
    assert "We cannot go on with this request in this form." not in sheet, "suspected fraud is never said"
    assert len(office.case(ref).letters) == 1


def test_mail_that_came_while_one_wrote_is_said_before_a_letter_is_made(
    office: Office, sara: Browser
) -> None:
    ref = office.receive(QUESTION)
    hidden = fields_of(sara.get(f"/cases/{ref}/write").text)
    office.receive(raw=mail("One more thing, please.", References=office.case(ref).letters[0].message_id))
    refused = sara.post(
        f"/cases/{ref}/write", data={**hidden, "text-en": "Five years."}, follow_redirects=False
    )
    assert refused.status_code == 409
    assert area(refused.text, "text-en") == "Five years."
    assert "The customer wrote meanwhile." in refused.text
    assert len(office.case(ref).letters) == 1
    again = sara.post(
        f"/cases/{ref}/write",
        data={**fields_of(refused.text), "text-en": "Five years."},
        follow_redirects=False,
    )
    assert again.status_code == 303


def test_nobody_can_be_written_to_in_triage_or_without_an_address(office: Office, sara: Browser) -> None:
    ref = office.receive(
        raw=mail("Please delete all my data", sender="list@example.org", List_Id="<x.example.org>")
    )
    page = sara.get(f"/cases/{ref}/write")
    assert "Write the letter" not in page.text
    assert write(sara, ref, "Hello").status_code == 409


def test_an_arabic_case_is_written_to_in_arabic(office: Office, sara: Browser) -> None:
    ref = office.receive(DELETE_PLEASE)
    sheet = sara.get(f"/cases/{ref}/write").text
    assert re.search(r'<textarea[^>]* name="text-ar"[^>]* dir="rtl"[^>]* lang="ar"', sheet)
    assert 'name="text-en"' not in sheet
    assert "مع التحية،" in sheet

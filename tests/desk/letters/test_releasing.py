"""A letter is released, taken back, held, discarded: no wrong one leaves."""

import re
from pathlib import Path

from inbox_agent.cases import answers
from inbox_agent.cases.answers import Told
from inbox_agent.cases.states import Outcome
from tests.company import mail
from tests.desk.letters.letter import QUESTION, Desk, fields_of
from tests.desk.office import Office
from tests.letters.drafts import Read


def test_a_released_letter_leaves_after_half_a_minute_and_says_so(office: Office, question: Desk) -> None:
    answer = question.press("release")
    assert answer.headers["location"] == f"/cases/{question.ref}"
    page = question.browser.get(answer.headers["location"]).text
    assert "The letter leaves in half a minute." in page
    assert f'action="{question.path}/undo"' in page
    office.later(seconds=29)
    assert office.post.sent == []
    office.later(seconds=2)
    assert len(office.post.sent) == 1
    assert question.letter.state == "sent"


def test_undo_holds_the_letter_and_the_revised_text_is_what_leaves_later(
    office: Office, question: Desk
) -> None:
    question.press("release")
    office.later(seconds=20)
    undone = question.press("undo")
    assert undone.status_code == 303
    assert (question.letter.state, question.letter.hold_reason) == ("held", "undone")
    office.later(minutes=10)
    assert office.post.sent == []
    question.change("Hello,\n\nthe revised words.")
    question.press("release")
    office.later(seconds=31)
    [(_, raw)] = office.post.sent
    assert "the revised words." in Read(raw).text


def test_undo_twice_is_as_good_as_once(question: Desk) -> None:
    question.press("release")
    hidden = question.hidden()
    again = {name: value for name, value in hidden.items() if name != "once"}  # of another page
    assert question.press("undo", hidden).status_code == question.press("undo", again).status_code == 303
    assert [kind for kind, _ in question.events].count("letter_held") == 2, "once when written, once by undo"


def test_undo_that_comes_too_late_says_so_kindly(office: Office, question: Desk) -> None:
    question.press("release")
    hidden = question.hidden()
    office.later(seconds=31)
    late = question.press("undo", hidden)
    assert late.status_code == 409
    assert "It is too late to undo this: the letter has left." in late.text
    assert "Hello," in late.text, "the letter itself is shown"


def test_a_held_key_releases_once(office: Office, question: Desk) -> None:
    hidden = question.hidden()
    assert question.press("release", hidden).status_code == 303
    assert question.press("release", hidden).status_code == 409
    assert [kind for kind, _ in question.events].count("letter_released") == 1


def test_a_letter_is_not_released_unread_mail_behind_it(office: Office, question: Desk) -> None:
    hidden = question.hidden()
    message_id = question.letter.message_id
    office.receive(raw=mail("Wait, I also want to know something else.", References=message_id))
    assert office.case(question.ref).event_count > 3, "it was filed on this very case"
    refused = question.press("release", hidden)
    assert refused.status_code == 409
    assert "The customer wrote meanwhile." in refused.text
    assert "The customer wrote after this" in refused.text
    assert question.letter.state == "held"
    assert question.press("release", fields_of(refused.text)).status_code == 303


def test_a_letter_is_not_released_as_somebody_else_changed_it(office: Office, question: Desk) -> None:
    hidden = question.hidden()
    Desk(office, office.signed_in("omar"), question.ref).change("Hello,\n\nOmar's words.")
    refused = question.press("release", hidden)
    assert refused.status_code == 409
    assert "Somebody changed this letter meanwhile." in refused.text
    assert "Omar&#39;s words." in refused.text
    assert question.letter.state == "held"


def test_a_letter_with_something_wrong_cannot_be_released_even_by_hand(question: Desk) -> None:
    question.change("Your data is absolutely secure with us.", subject="Deletion of your account")
    page = question.page()
    assert page.count('class="checks__no"') == 2
    assert re.search(r"<button[^>]* disabled[^>]*>Release the letter", page)
    refused = question.press("release")
    assert refused.status_code == 409
    assert "Something in this letter is not right yet" in refused.text
    assert question.letter.state == "held"


def test_a_held_letter_is_not_sent_and_why_it_is_held_is_told_to_colleagues(
    office: Office, question: Desk
) -> None:
    question.press("release")
    assert question.press("hold", why="Ask Omar about the date").status_code == 303
    assert (question.letter.state, question.letter.hold_reason) == ("held", "staff")
    office.later(hours=2)
    assert office.post.sent == []
    page = question.page()
    assert "Ask Omar about the date" in page
    assert "a colleague holds it" in page


def test_a_letter_that_nobody_wants_is_never_sent_and_what_it_answered_goes_on(
    office: Office, question: Desk
) -> None:
    with office.doing(question.ref) as (act, case):
        answers.finish(act, case.rights[0], Outcome.ANSWERED, Told(words=["Two years."]))
    answer = Desk(office, question.browser, question.ref)
    assert answer.press("discard").status_code == 303
    assert answer.letter.state == "discarded"
    assert [(one.state, one.outcome) for one in office.case(question.ref).rights] == [("in_progress", None)]
    office.later(hours=1)
    assert all(answer.letter.message_id.encode() not in raw for _, raw in office.post.sent)
    assert answer.press("release").status_code == 409


def test_with_sending_off_nothing_is_said_to_leave(tmp_path: Path) -> None:
    office = Office(tmp_path, sending="off")
    try:
        one = Desk(office, office.signed_in("sara"), office.receive(QUESTION))
        answer = one.press("release")
        assert "It leaves when sending is switched on." in one.browser.get(answer.headers["location"]).text
        office.later(hours=1)
        assert office.post.sent == []
        assert "It leaves when sending is switched on." in one.page()
    finally:
        office.close()


def test_a_form_from_elsewhere_releases_nothing(question: Desk) -> None:
    hidden = question.hidden() | {"csrf": "x"}
    assert question.press("release", hidden).status_code == 403
    assert question.letter.state == "held"

"""Triage: a person says what an unsure mail is, mail after mail; for half a minute it can be undone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inbox_agent.cases import search
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.cases.triage import Correction, PendingDecision
from tests.company import COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, mail
from tests.desk.office import Browser, Office

UNSURE = "Hi, can somebody tidy up whatever is left of me in your system? I was with the office until 2023."
RANA, SAMER = "rana@example.com", "samer@example.com"


def test_triage_begins_with_the_mail_that_has_waited_longest(office: Office) -> None:
    first, second = office.receive(UNSURE, sender=RANA), office.receive(UNSURE, sender=SAMER)
    page = office.signed_in("huda").get("/triage")
    assert page.url.path == f"/triage/{first}"
    assert "1 of 2" in page.text
    assert f'href="/triage/{second}"' in page.text


def test_the_mail_stands_beside_what_is_suggested(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    page = triage(office, ref)
    assert "whatever is left of me" in re.sub("<[^>]+>", "", page)
    assert keys(page) == ["1", "2", "3", "4", "5", "6", "7"]
    assert ticked(page) == [str(right.type) for right in office.case(ref).rights] != []
    assert "sends an acknowledgement in both languages to" in page


def test_the_page_warns_where_an_answer_would_go_elsewhere(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA, Reply_To="sales@elsewhere.example")
    page = triage(office, ref)
    assert "Answers to this mail would go elsewhere:" in page
    assert "sales@elsewhere.example" in page


def test_a_decision_leads_to_the_next_mail_and_offers_to_undo_it(office: Office) -> None:
    first, second, third = (office.receive(UNSURE, sender=f"{n}@example.com") for n in "abc")
    browser = office.signed_in("huda")
    answer = decide(browser, second, "open", type=["access"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/triage/{third}")
    page = browser.get(answer.headers["location"]).text
    assert "it becomes a case in half a minute" in page
    assert f'action="/triage/{second}/undo"' in page
    assert "2 of 2" in page
    assert decide(browser, third, "open", type=["access"]).headers["location"] == f"/triage/{first}"


def test_a_decision_takes_effect_after_half_a_minute_with_the_types_that_were_ticked(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    decide(office.signed_in("huda"), ref, "open", type=["deletion", "access"])
    office.later(seconds=29)
    assert (office.case(ref).state, office.post.sent) == ("triage", [])
    office.later(seconds=1)
    case = office.case(ref)
    assert (case.state, [to for to, _ in office.post.sent]) == ("awaiting_identity", [RANA])
    assert {right.type for right in case.rights if right.is_open} == {"access", "deletion"}
    assert [event.by for event in case.events if event.kind == "case_opened"] == ["huda"]


@pytest.mark.parametrize("word", ["not_a_request", "automatic"])
def test_what_is_no_request_is_forgotten_and_answered_by_nothing(office: Office, word: str) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    decide(office.signed_in("huda"), ref, word)
    office.later(seconds=31)
    case = office.case(ref)
    assert (case.state, case.outcome, case.letters, office.post.sent) == ("closed", "not_a_request", [], [])
    assert ("called_automatic" in [event.kind for event in case.events]) is (word == "automatic")
    assert [(one.state, one.sealed_raw) for one in mails(office)] == [("left", None)]


def test_a_decision_is_undone_within_half_a_minute(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    decide(browser, ref, "not_a_request")
    office.later(seconds=20)
    answer = browser.submit(f"/triage/{ref}/undo")
    assert answer.headers["location"] == f"/triage/{ref}"
    assert "Undone: nothing was decided." in browser.get(f"/triage/{ref}").text
    office.later(minutes=5)
    assert office.case(ref).state == "triage"


def test_after_that_it_is_too_late_and_the_page_says_so_kindly(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    decide(browser, ref, "open", type=["access"])
    for moment in ({"seconds": 30}, {"minutes": 5}):  # due, and carried out
        office.now += timedelta(**moment)
        answer = browser.submit(f"/triage/{ref}/undo")
        assert "It is too late to undo this." in browser.get(answer.headers["location"]).text
        office.look()
    assert office.case(ref).state == "awaiting_identity"


def test_the_same_holds_for_a_mail_that_had_been_put_off_before(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    decide(browser, ref, "later")
    decide(browser, ref, "open", type=["access"])
    office.now += timedelta(seconds=30)
    answer = browser.submit(f"/triage/{ref}/undo")
    assert "It is too late to undo this." in browser.get(answer.headers["location"]).text
    office.look()
    assert office.case(ref).state == "awaiting_identity"


def test_a_decided_mail_offers_to_undo_and_nothing_else_as_long_as_that_is_possible(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    decide(browser, ref, "open", type=["access"])
    page = office.signed_in("omar").get(f"/triage/{ref}").text
    assert "هدى العلي decided: open a case for Access." in page
    assert (f'action="/triage/{ref}/undo"' in page, 'id="decide"' in page) == (True, False)
    office.now += timedelta(seconds=30)
    late = office.signed_in("omar").get(f"/triage/{ref}").text
    assert (f'action="/triage/{ref}/undo"' in late, 'id="decide"' in late) == (False, False)


def test_what_came_after_the_mail_that_was_judged_still_calls_for_somebody(office: Office) -> None:
    office.receive(raw=mail(UNSURE, sender=RANA, Message_ID="<first@customers.example>"))
    ref = office.receive(
        raw=mail("Please also close my account.", sender=RANA, In_Reply_To="<first@customers.example>")
    )
    assert len(office.cases()) == 1
    decide(office.signed_in("huda"), ref, "open", type=["access"])
    office.later(minutes=1)
    assert office.case(ref).attention == "reply_waiting"


def test_a_double_click_decides_once_and_the_second_says_so(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    decide(browser, ref, "open", type=["access"])
    for again in ("open", "not_a_request", "automatic", "later"):
        answer = decide(browser, ref, again, type=["deletion"])
        assert "This mail was decided already." in browser.get(answer.headers["location"]).text
    with office.record.reading() as session:
        [decision] = session.scalars(select(PendingDecision))
        assert (decision.types, decision.by) == ("access", "huda")
    assert office.case(ref).snoozed_until is None


def test_a_case_needs_a_type(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    answer = decide(office.signed_in("huda"), ref, "open", type=["everything"])
    assert (answer.status_code, "Choose at least one type." in answer.text) == (422, True)
    assert ticked(answer.text) == []


def test_a_word_that_nobody_offers_decides_nothing(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    assert decide(office.signed_in("huda"), ref, "burn").status_code == 409
    with office.record.reading() as session:
        assert session.scalars(select(PendingDecision)).all() == []


def test_what_is_put_off_comes_back_tomorrow_or_when_that_is_undone(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    assert decide(browser, ref, "later").headers["location"] == "/triage"
    assert "No unsure mail is left" in browser.get("/triage").text
    browser.submit(f"/triage/{ref}/undo")
    assert browser.get("/triage").url.path == f"/triage/{ref}"
    decide(browser, ref, "later")
    office.later(days=1)
    assert office.signed_in("huda").get("/triage").url.path == f"/triage/{ref}"


def test_what_is_almost_due_cannot_be_put_off(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    office.later(days=27)
    answer = decide(office.signed_in("huda"), ref, "later")
    assert (answer.status_code, "It must be answered before that day." in answer.text) == (409, True)


@pytest.mark.parametrize("field", ["known", "reference"])
def test_a_mail_of_a_known_person_goes_onto_their_case(office: Office, field: str) -> None:
    known, ref = office.receive(COPY_PLEASE, sender=RANA), office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    page = browser.get(f"/triage/{ref}").text
    assert ("1 open case from this address" in page, f'<option value="{known}"' in page) == (True, True)
    letters = len(office.post.sent)
    answer = browser.submit(f"/triage/{ref}/known", on=f"/triage/{ref}", **{field: known.lower()})
    assert answer.headers["location"] == "/triage"
    office.later(seconds=29)
    assert (office.case(ref).state, office.case(known).attention) == ("triage", None)
    office.later(seconds=1)
    case = office.case(ref)
    assert (case.state, case.outcome, office.case(known).attention) == ("closed", "merged", "reply_waiting")
    with office.record.reading() as session:
        assert len(search.mails_of(session, search.case(session, known))) == 2
        assert [one.by for one in session.scalars(select(Correction))] == ["huda"]
        assert session.scalars(select(PendingDecision)).all() == []
    office.later(minutes=5)
    assert len(office.post.sent) == letters


def test_a_mail_that_was_added_to_a_known_case_is_taken_back_within_half_a_minute(office: Office) -> None:
    known, ref = office.receive(COPY_PLEASE, sender=RANA), office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    answer = browser.submit(f"/triage/{ref}/known", known=known)
    toast = browser.get(answer.headers["location"]).text
    assert "Decided: it goes to the known case in half a minute." in toast
    assert re.search(rf'<form [^>]*action="/triage/{ref}/undo">.*?aria-keyshortcuts="Z"', toast, re.DOTALL)
    decided = re.sub("<[^>]+>", "", office.signed_in("omar").get(f"/triage/{ref}").text)
    assert f"هدى العلي decided: this mail belongs to {known}." in decided
    browser.submit(f"/triage/{ref}/undo")
    assert 'id="decide"' in browser.get(f"/triage/{ref}").text
    office.later(minutes=5)
    assert (office.case(ref).state, office.case(known).attention) == ("triage", None)


def test_a_known_case_that_is_gone_half_a_minute_later_leaves_the_mail_in_triage(office: Office) -> None:
    other, known = office.receive(DELETE_PLEASE, sender=SAMER), office.receive(COPY_PLEASE, sender=RANA)
    ref = office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    browser.submit(f"/triage/{ref}/known", known=known)
    with office.record.writing() as session:
        search.case(session, known).merged_into = search.case(session, other).id
    office.later(minutes=1)
    assert office.case(ref).state == "triage"
    assert 'id="decide"' in browser.get(f"/triage/{ref}").text
    with office.record.reading() as session:
        assert session.scalars(select(Correction)).all() == []
        assert len(search.mails_of(session, search.case(session, ref))) == 1


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ("", 422, "Choose a case, or give its reference."),
        ("MC-2222-2222", 409, "There is no such case."),
        ("of samer", 409, "These are not two cases of one address."),
    ],
)
def test_a_case_that_it_cannot_belong_to_is_refused_beside_the_field(
    office: Office, given: str, status: int, says: str
) -> None:
    of_samer, ref = office.receive(COPY_PLEASE, sender=SAMER), office.receive(UNSURE, sender=RANA)
    reference = of_samer if given == "of samer" else given
    answer = office.signed_in("huda").submit(f"/triage/{ref}/known", reference=reference)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert f'name="reference" type="text" value="{reference}"' in answer.text
    assert office.case(ref).state == "triage"


def test_what_was_decided_goes_onto_no_known_case_any_more(office: Office) -> None:
    known, ref = office.receive(COPY_PLEASE, sender=RANA), office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("huda")
    decide(browser, ref, "open", type=["deletion"])
    browser.submit(f"/triage/{ref}/known", known=known)
    assert office.case(ref).state == "triage"


def test_a_case_that_is_in_triage_no_more_has_its_own_page(office: Office) -> None:
    ref = office.receive(COPY_PLEASE, sender=RANA)
    answer = office.signed_in("huda").get(f"/triage/{ref}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{ref}")


@pytest.mark.parametrize("path", ["/triage/MC-2222-2222", "/triage/nothing"])
def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert office.signed_in("huda").get(path).status_code == 404


def test_an_empty_triage_says_when_the_mailbox_was_read(office: Office) -> None:
    office.receive(PHONE_BROKEN, sender=RANA)
    page = office.signed_in("sara").get("/triage").text
    assert ("No unsure mail is left" in page, "The mailbox was last read on" in page) == (True, True)


def test_who_may_only_look_sees_the_mail_and_decides_nothing(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    browser = office.signed_in("vera")
    page = browser.get(f"/triage/{ref}").text
    assert ("whatever is left of me" in re.sub("<[^>]+>", "", page), 'id="decide"' in page) == (True, False)
    for path in ("", "/known", "/undo"):
        assert browser.submit(f"/triage/{ref}{path}", do="open", type=["access"]).status_code == 403


def test_a_form_of_another_site_decides_nothing(office: Office) -> None:
    ref = office.receive(UNSURE, sender=RANA)
    answer = office.signed_in("huda").post(f"/triage/{ref}", data={"do": "not_a_request"})
    assert answer.status_code == 403


def triage(office: Office, ref: str) -> str:
    return office.signed_in("huda").get(f"/triage/{ref}").text


def decide(browser: Browser, ref: str, do: str, **more: Any) -> Any:
    return browser.submit(f"/triage/{ref}", do=do, **more)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="type" value="(\w+)" form="decide" checked', page)


def keys(page: str) -> list[str]:
    return re.findall(r'<label class="check" aria-keyshortcuts="(\d)">', page)


def mails(office: Office) -> list[InboundEmail]:
    with office.record.reading() as session:
        found = list(session.scalars(select(InboundEmail)))
        session.expunge_all()
        return found

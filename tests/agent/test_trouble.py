"""What goes otherwise on the way of a case: forgers, protests, mistakes, second thoughts, lost time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import object_session

from inbox_agent.cases import conversation, identity, joining, search, work
from inbox_agent.cases.answers import Told
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType
from tests.agent.office import LINA, Office, code_in, right_of, text_of
from tests.agent.test_casework import ASKED, proven
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

ACCESS, DELETION, CHILD, OPT_OUT = (
    RequestType.ACCESS,
    RequestType.DELETION,
    RequestType.CHILD_DATA,
    RequestType.OPT_OUT,
)


@pytest.fixture
def office(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    opened = Office(dovecot, smtp_sink, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def asked(office: Office) -> Office:
    """Lina has asked for a copy; the code is on its way."""
    office.receive(ASKED["en", ACCESS])
    return office


def test_a_spoofed_sender_gets_nothing_out_of_it(asked: Office) -> None:
    assert asked.last.recipients == (LINA,), "the letter goes to her whose name was used"
    asked.later(days=8)
    asked.later(days=22)
    assert asked.kinds() == ["acknowledgement", "verify_reminder", "lapsed"]
    assert (asked.case()["state"], asked.case()["outcome"]) == ("closed", "unverified_lapsed")


@pytest.mark.parametrize("protest", ["This was not me. I never asked for this!", "لم أرسل هذا الطلب"])
def test_the_victims_protest_freezes_the_case(asked: Office, protest: str) -> None:
    code = code_in(asked.last)
    asked.receive(protest, answers=asked.last)
    case = asked.case()
    assert (case["state"], case["attention"]) == ("on_hold", "not_me")
    asked.receive(code, answers=asked.last)
    assert asked.case()["trust"] == "T0", "the code counts no more"


def test_an_absence_note_that_quotes_the_code_proves_nothing(asked: Office) -> None:
    text = f"I am out of the office until Monday.\n{code_in(asked.last)}"
    asked.receive(
        text, answers=asked.last, subject="Automatic reply: your request", Auto_Submitted="auto-replied"
    )
    asked.receive(f"I am out of office until Sunday, on annual leave. Your code was {code_in(asked.last)}",
                  answers=asked.last, subject="Out of office: your request")  # fmt: skip
    assert asked.case()["trust"] == "T0"
    assert asked.kinds() == ["acknowledgement"]


def test_the_code_in_the_quoted_letter_proves_nothing(asked: Office) -> None:
    quoted = "\n".join(f"> {line}" for line in text_of(asked.last).splitlines())
    asked.receive(f"What is this about?\n\nOn Monday, Mittal Cloud wrote:\n{quoted}", answers=asked.last)
    assert asked.case()["trust"] == "T0"


def test_five_wrong_codes_use_up_the_right_one(asked: Office) -> None:
    right = code_in(asked.last)
    wrong = "1234 5678" if right != "1234 5678" else "8765 4321"
    for _ in range(5):
        asked.receive(f"The code is {wrong}", answers=asked.last)
    asked.receive(f"The code is {right}", answers=asked.last)
    case = asked.case()
    assert (case["trust"], case["attention"]) == ("T0", "reply_waiting")
    assert case["events"].count("wrong_code") == 6


def test_a_code_counts_once_and_with_arabic_digits(asked: Office) -> None:
    arabic = code_in(asked.last).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    asked.receive(f"الرمز هو {arabic}", answers=asked.last)
    case = asked.case()
    assert case["trust"] == "T1"
    asked.receive(f"الرمز هو {arabic}", answers=asked.last)
    assert asked.case()["events"].count("challenge_met") == 1


def test_a_plain_yes_proves_the_address_but_not_where_the_mail_is_forged(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    office = Office(dovecot, smtp_sink, tmp_path, authserv_id="mx.mittalcloud.com")
    forged = {"Authentication_Results": "mx.mittalcloud.com; dmarc=fail header.from=example.com"}
    try:
        office.receive(ASKED["en", ACCESS])
        office.receive("Yes, I confirm.", answers=office.last, **forged)
        assert office.case()["trust"] == "T0"
        office.receive("Yes, I confirm.", answers=office.last)
        assert office.case()["trust"] == "T1"
    finally:
        office.close()


def test_somebody_else_who_answers_learns_nothing_and_proves_nothing(asked: Office) -> None:
    asked.receive(code_in(asked.last), sender="eve@example.net", answers=asked.last)
    case = asked.case()
    assert (case["trust"], case["attention"]) == ("T0", "someone_else")
    assert asked.kinds() == ["acknowledgement"]


def test_a_deletion_planted_beside_a_verified_access_starts_with_no_trust(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.identify(ACCESS)
    office.receive(ASKED["en", DELETION], answers=office.last)
    rights = office.case()["rights"]
    assert rights["access"][2] == "T3"
    assert rights["deletion"][::2] == ("awaiting_identity", "T0")
    assert office.kinds()[-1] == "verify_code"
    assert office.case()["trust"] == "T0", "a case shows the lowest"


def test_a_parent_without_an_account_is_heard(office: Office) -> None:
    office.receive(ASKED["en", CHILD])
    office.do(work.ask_guardian, CHILD)
    office.receive(code_in(office.last), answers=office.last)
    office.do(identity.record_check, CHILD, CheckKind.GUARDIAN_STATEMENT, "statement and call", passed=True)
    office.finish(CHILD, Outcome.NO_DATA_FOUND)
    assert office.kinds()[-1] == "no_data_found"
    assert office.case()["outcome"] == "no_data_found"


def test_three_worried_mails_of_one_person_are_one_case_with_one_acknowledgement(office: Office) -> None:
    for text in (ASKED["en", ACCESS], ASKED["en", ACCESS] + "\nPlease!", "Hello?\n" + ASKED["en", ACCESS]):
        office.receive(text)
    assert (office.count(), office.kinds()) == (1, ["acknowledgement"])


def test_a_guardian_who_is_not_proven_is_told_so_and_nothing_is_said(office: Office) -> None:
    office.receive(ASKED["en", CHILD])
    office.do(work.ask_guardian, CHILD)
    with pytest.raises(PersonNeeded, match="needs TG"):
        office.finish(CHILD, Outcome.FULFILLED)
    office.finish(
        CHILD,
        Outcome.DENIED,
        Told(reason=Reason.INSUFFICIENT_VERIFICATION, words=["We could not reach you."]),
    )
    assert office.kinds()[-1] == "guardian_not_verified"
    assert (office.case()["state"], office.case()["outcome"]) == ("closed", "denied")


def test_who_lapsed_comes_back_by_a_simple_answer(asked: Office) -> None:
    asked.later(days=22)
    assert asked.case()["outcome"] == "unverified_lapsed"
    asked.receive("Sorry, I was travelling. I still want my data.", answers=asked.last)
    assert asked.case()["state"] == "awaiting_identity"
    asked.receive(code_in(asked.last), answers=asked.last)
    assert asked.case()["trust"] == "T1"


def test_reminders_go_on_the_third_and_seventh_day_and_never_twice(asked: Office) -> None:
    asked.later(days=2)
    assert asked.kinds() == ["acknowledgement"]
    asked.later(days=1)
    assert asked.kinds() == ["acknowledgement", "verify_reminder"]
    asked.restart()
    asked.now -= timedelta(days=2)
    asked.look()
    asked.later(days=2, hours=1)
    assert asked.kinds() == ["acknowledgement", "verify_reminder"], "neither a restart nor a clock set back"
    asked.later(days=4)
    assert asked.kinds() == ["acknowledgement", "verify_reminder", "verify_reminder"]


def test_an_extension_is_told_once_and_moves_the_legal_date(office: Office) -> None:
    proven(office, "en", ACCESS)
    before = office.case()["due"]["access"]
    office.do(work.extend, ACCESS, ["Your records fill several archives."])
    assert office.kinds()[-1] == "extension"
    assert "Your records fill several archives." in text_of(office.last)
    assert office.case()["due"]["access"] > before
    with pytest.raises(PersonNeeded, match="extended once"):
        office.do(work.extend, ACCESS, ["again"])


def test_an_extension_after_the_date_is_too_late(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.later(days=40)
    with pytest.raises(PersonNeeded, match="the date has passed"):
        office.do(work.extend, ACCESS, ["too late"])


def deletable(office: Office) -> None:
    """The customer has confirmed, a second person has agreed, the cool-off is over."""
    proven(office, "en", DELETION)
    office.identify(DELETION)
    office.do(work.ask_confirmation, DELETION)
    office.receive(code_in(office.last), answers=office.last)


def test_a_partial_denial_says_what_is_kept_and_why(office: Office) -> None:
    deletable(office)
    office.do(work.submit, DELETION, known=True)
    office.do(work.approve, DELETION, by="Huda", known=True)
    office.later(days=4)
    office.settle_rows(DELETION, but=[Item.PAYMENT])
    with pytest.raises(PersonNeeded, match="kept, but for what"):
        office.do(work.look_at, DELETION, Item.PAYMENT, Found.KEPT)
    office.do(work.look_at, DELETION, Item.PAYMENT, Found.KEPT, kept_for=Kept.LAW, note="invoices until 2031")
    with pytest.raises(PersonNeeded, match="`partial`"):
        office.finish(DELETION, Outcome.FULFILLED)
    office.finish(DELETION, Outcome.PARTIAL, Told(reason=Reason.LEGAL_RETENTION))
    text = text_of(office.last)
    assert office.kinds()[-1] == "partial_retained"
    assert "invoices until 2031" in text
    assert "the law requires us to keep it" in text


def test_a_change_of_heart_in_the_cool_off_stops_the_deletion_by_its_code(office: Office) -> None:
    deletable(office)
    office.receive(f"Stop! {code_in(office.last)}", answers=office.last)
    assert office.kinds()[-1] == "withdrawn"
    assert (office.case()["state"], office.case()["outcome"]) == ("closed", "withdrawn")


def test_a_withdrawal_in_the_cool_off_without_a_code_stops_it_at_once_and_asks_once(office: Office) -> None:
    deletable(office)
    never_mind = "I changed my mind, please keep my account and drop my request."
    office.receive(never_mind, answers=office.last)
    assert office.case()["state"] == "on_hold"
    assert office.kinds()[-1] == "withdrawal_check"
    office.receive(never_mind, answers=office.last)
    assert office.kinds().count("withdrawal_check") == 1
    office.receive("Yes, I confirm.", answers=office.last)
    assert office.kinds()[-1] == "withdrawn"
    assert office.case()["outcome"] == "withdrawn"


def test_a_status_question_is_answered_to_a_proven_address_once_a_day(asked: Office) -> None:
    asked.receive("Hello, what is the status of my request please?", answers=asked.last)
    assert asked.kinds() == ["acknowledgement"], "nobody has proved anything yet"
    asked.receive(code_in(asked.last), answers=asked.last)
    for _ in range(2):
        asked.receive("Hello, what is the status of my request please?", answers=asked.last)
    assert asked.kinds() == ["acknowledgement", "status"]


def test_a_complaint_goes_to_the_top_of_the_queue_and_keeps_all(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.receive(
        "This is unacceptable. If I get no answer I will complain to the data protection authority.",
        answers=office.last,
    )
    assert office.case()["attention"] in {"complaint", "legal_threat"}
    assert office.kinds()[-1] == "complaint_receipt"


def test_thanks_change_nothing(office: Office) -> None:
    office.receive(ASKED["en", OPT_OUT])
    assert office.case()["state"] == "closed"
    office.receive("Thank you very much!", answers=office.last)
    assert (office.case()["state"], office.kinds()) == ("closed", ["acknowledgement"])


def test_a_refused_result_is_shown_on_the_case(office: Office, smtp_sink: SmtpSink) -> None:
    proven(office, "en", ACCESS)
    smtp_sink.will_answer("RCPT", "550 5.1.1 no such user")
    office.finish(ACCESS, Outcome.DENIED, Told(reason=Reason.OTHER, words=["no"]))
    case = office.case()
    assert (case["state"], case["attention"]) == ("responded", "letter_refused")


def test_a_result_that_comes_back_is_shown_on_the_case(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.finish(ACCESS, Outcome.DENIED, Told(reason=Reason.OTHER, words=["no"]))
    assert office.case()["state"] == "closed"
    office.bounce(office.last)
    case = office.case()
    assert (case["state"], case["attention"]) == ("closed", "letter_refused")
    assert case["events"][-2:] == ["bounce_recorded", "letter_came_back"]


def test_a_request_can_be_transferred(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.finish(ACCESS, Outcome.TRANSFERRED, Told(words=["The other company took over your line."]))
    assert (office.kinds()[-1], office.case()["outcome"]) == ("routed_to_customer", "transferred")


def test_what_is_no_request_ends_so(office: Office) -> None:
    office.receive(ASKED["en", ACCESS], Precedence="bulk")
    assert office.case()["state"] == "triage"
    with office.acting() as (act, case):
        session = object_session(case)
        assert session is not None
        case.dismiss(act, search.mails_of(session, case))
    assert (office.case()["state"], office.case()["outcome"]) == ("closed", "not_a_request")


def test_an_answer_after_the_close_reopens_within_thirty_days(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.finish(ACCESS, Outcome.DENIED, Told(reason=Reason.NOT_COVERED, words=["no"]))
    assert office.case()["state"] == "closed"
    office.later(days=10)
    office.receive("You forgot my call recordings, I asked for them as well.", answers=office.last)
    assert office.case()["state"] == "in_progress"


def test_an_answer_long_after_the_close_reaches_a_person(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.finish(ACCESS, Outcome.DENIED, Told(reason=Reason.NOT_COVERED, words=["no"]))
    office.later(days=45)
    office.receive("One more thing about the old matter, see below.", answers=office.last)
    assert (office.case()["state"], office.case()["attention"]) == ("closed", "reply_waiting")


def test_two_rights_of_one_case_end_differently(office: Office) -> None:
    office.receive("Please send me a copy of all my personal data and stop sending me marketing emails.")
    rights = office.case()["rights"]
    assert rights["opt_out"][:2] == ("responded", "fulfilled") or rights["opt_out"][0] == "closed"
    office.receive(code_in(office.last), answers=office.last)
    office.finish(ACCESS, Outcome.DENIED, Told(reason=Reason.EXCESSIVE_REPEAT, words=["no"]))
    rights = office.case()["rights"]
    assert (rights["opt_out"][1], rights["access"][1]) == ("fulfilled", "denied")
    assert (office.case()["state"], office.case()["outcome"]) == ("closed", None)


def test_a_change_of_law_reckons_the_dates_of_open_cases_anew(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    assert office.case()["due"]["access"] == "2026-03-30"
    office.restart(law_profile="egypt")
    case = office.case()
    assert case["due"]["access"] == "2026-03-10"
    assert case["events"].count("clock_reckoned") == 1
    office.restart()
    assert office.case()["events"].count("clock_reckoned") == 1


def test_an_unverified_case_is_never_merged(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    office.receive(ASKED["en", DELETION])
    assert office.count() == 2
    with pytest.raises(PersonNeeded, match="not verified: link"):
        merge_away(office, at=0)


def merge_away(office: Office, at: int) -> None:
    """The case at this place goes on in the other one."""
    with office.acting(at=at) as (act, case):
        session = object_session(case)
        assert session is not None
        into = next(other for other in search.cases(session) if other.id != case.id)
        joining.merge(act, case, into, search.mails_of(session, case))


def test_two_verified_cases_of_one_person_become_one(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    first = office.last
    office.receive(ASKED["en", DELETION])
    second = office.last
    office.receive(code_in(first), answers=first)
    office.receive(code_in(second), answers=second)
    merge_away(office, at=1)
    assert office.case(1)["outcome"] == "merged"
    assert set(office.case(0)["rights"]) == {"access", "deletion"}
    assert office.case(0)["rights"]["deletion"][2] == "T1"


def test_staff_can_split_a_case(office: Office) -> None:
    office.receive(
        "Please send me a copy of all my personal data. "
        "Also please correct my name in your records, it is wrong."
    )
    office.receive(code_in(office.last), answers=office.last)
    kinds = list(office.case()["rights"])
    assert len(kinds) == 2
    with office.acting() as (act, case):
        joining.split(act, case, [RequestType(kinds[1])])
    assert office.count() == 2
    assert office.case(1)["rights"][kinds[1]][::2] == ("in_progress", "T1")


def test_a_case_withdrawn_by_phone_is_closed_with_a_letter(asked: Office) -> None:
    with asked.acting() as (act, case):
        conversation.withdraw(act, case, [right_of(case, ACCESS)])
    asked.look()
    assert asked.kinds() == ["acknowledgement", "withdrawn"]
    assert asked.case()["outcome"] == "withdrawn"


def test_a_request_about_a_business_customers_data_is_routed(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.finish(ACCESS, Outcome.ROUTED_TO_CUSTOMER, Told(words=["We told the company on Monday."]))
    assert office.kinds()[-1] == "routed_to_customer"
    assert office.case()["outcome"] == "routed_to_customer"


def test_warnings_come_before_and_after_the_dates_once(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.later(days=27)
    office.later(days=3)
    office.look()
    events = office.case()["events"]
    assert [events.count(kind) for kind in ("soon_legal", "late_legal")] == [1, 1]
    assert office.case()["attention"] == "overdue"

"""What forgers, machines and bad luck have tried on cases, each found once by a hostile reading."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from inbox_agent.cases import identity, joining, search, work
from inbox_agent.cases.answers import Told
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType
from tests.agent.office import LINA, Office, code_in, read, right_of, text_of
from tests.agent.test_casework import ASKED, proven
from tests.agent.test_trouble import deletable, merge_away
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

ACCESS, DELETION, CHILD = RequestType.ACCESS, RequestType.DELETION, RequestType.CHILD_DATA
OPT_OUT, CORRECTION = RequestType.OPT_OUT, RequestType.CORRECTION


@pytest.fixture
def office(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    opened = Office(dovecot, smtp_sink, tmp_path)
    yield opened
    opened.close()


def test_a_yes_in_a_thread_of_the_writers_own_making_proves_nothing(office: Office) -> None:
    office.receive(ASKED["en", ACCESS], Message_ID="<mine@evil.example>")
    office.receive("Yes, I confirm.", In_Reply_To="<mine@evil.example>")
    assert office.case()["trust"] == "T0"


def test_a_machine_that_quotes_our_letter_without_marks_proves_nothing(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    office.receive(f"Ticket 5512 was created. Original text:\n\n{text_of(office.last)}", answers=office.last)
    assert office.case()["trust"] == "T0"


def test_of_many_numbers_in_one_mail_none_counts(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    guesses = "\n".join(f"{number:04} {number:04}" for number in range(1000, 1040))
    office.receive(f"{guesses}\n{code_in(office.last)}", answers=office.last)
    assert office.case()["trust"] == "T0"


def test_a_freeze_is_not_undone_by_mail(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    first = office.last
    office.receive("This was not me. I never asked for this!", answers=first)
    office.receive("Please drop my request, I changed my mind.", answers=first)
    office.receive("Yes, I confirm.", answers=first)
    office.receive(ASKED["en", DELETION], answers=first)
    case = office.case()
    assert (case["state"], case["attention"], set(case["rights"])) == ("on_hold", "not_me", {"access"})
    assert office.kinds() == ["acknowledgement"]
    with office.acting() as (act, case_):
        identity.thaw(act, case_)
        work.resume(act, right_of(case_, ACCESS))
    assert office.case()["rights"]["access"][::2] == ("in_progress", "T0")


def test_what_is_on_hold_can_be_refused_but_not_fulfilled(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.identify(ACCESS)
    office.settle_rows(ACCESS)
    office.do(work.hold, ACCESS, "why")
    with pytest.raises(PersonNeeded, match="not possible from on_hold"):
        office.finish(ACCESS, Outcome.FULFILLED)
    office.finish(ACCESS, Outcome.DENIED, Told(reason=Reason.OTHER, words=["no"]))
    assert office.case()["state"] == "closed"


def test_a_complaint_stops_every_erasure_until_it_is_lifted(office: Office) -> None:
    deletable(office)
    office.do(work.submit, DELETION)
    office.later(days=4)
    office.receive(
        "This is a complaint: I will report you to the data protection authority.", answers=office.last
    )
    with pytest.raises(PersonNeeded, match="nothing may be erased now"):
        office.do(work.look_at, DELETION, Item.ACCOUNT, Found.DONE)
    with office.acting() as (act, case):
        identity.thaw(act, case)
    office.do(work.look_at, DELETION, Item.ACCOUNT, Found.DONE)


def test_a_yes_to_another_question_withdraws_nothing(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.receive("Please drop my request, I changed my mind, keep everything.", answers=office.last)
    assert office.kinds()[-1] == "withdrawal_check"
    office.do(work.ask, ACCESS, "clarify_scope", words=["Do you also want the call recordings?"])
    office.receive("Yes, please.", answers=office.last)
    assert office.case()["state"] == "in_progress"


def test_a_code_beside_words_to_the_contrary_deletes_nothing(office: Office) -> None:
    proven(office, "en", DELETION)
    office.identify(DELETION)
    office.do(work.ask_confirmation, DELETION)
    office.receive(
        f"I changed my mind, please do NOT delete my account. {code_in(office.last)}", answers=office.last
    )
    assert "cooloff_started" not in office.kinds()
    assert office.case()["attention"] is not None


def test_a_withdrawn_deletion_does_not_come_back_confirmed(office: Office) -> None:
    deletable(office)
    office.receive(f"Stop! {code_in(office.last)}", answers=office.last)
    assert office.case()["outcome"] == "withdrawn"
    office.receive("When was my last invoice sent?", answers=office.last)
    assert office.case()["state"] == "closed"
    with pytest.raises(PersonNeeded, match="took the deletion right back"), office.acting() as (act, case):
        right_of(case, DELETION).reopen(act, "why")


def test_a_spoofer_cannot_make_us_remind_without_end(office: Office) -> None:
    for _ in range(3):
        office.receive(ASKED["en", ACCESS], subject=f"again {office.now}")
        office.receive(ASKED["en", DELETION], subject=f"again {office.now}")
        office.receive(ASKED["en", CORRECTION], subject=f"again {office.now}")
    for _ in range(25):
        office.later(days=1)
    assert len(office.letters) <= 20, "ten a week at most"


def test_a_code_beside_thanks_is_an_answer(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    office.receive(f"Many thanks for your quick help. {code_in(office.last)}", answers=office.last)
    assert office.case()["trust"] == "T1"


def test_nothing_lapses_while_its_letter_waits_for_a_person(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    office = Office(dovecot, smtp_sink, tmp_path, sending="review")
    try:
        office.receive(ASKED["en", ACCESS])
        office.later(days=23)
        assert (office.case()["state"], office.kinds()) == ("awaiting_identity", ["acknowledgement"])
        with office.acting() as (act, case):
            [letter] = case.letters
            letter.release(act, case)
        office.look()
        office.receive(code_in(office.last), answers=office.last)
        assert office.case()["trust"] == "T1"
    finally:
        office.close()


def test_a_request_in_the_thread_of_a_case_closed_long_ago_opens_its_own(office: Office) -> None:
    office.receive(ASKED["en", OPT_OUT])
    office.later(days=45)
    office.receive(ASKED["en", DELETION], answers=office.last)
    assert office.count() == 2
    assert office.case(1)["rights"]["deletion"][0] == "awaiting_identity"


def test_a_new_code_covers_all_that_waits_and_names_it(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    office.receive(ASKED["en", DELETION], answers=office.last)
    assert office.kinds()[-1] == "verify_code"
    text = text_of(office.last)
    assert "A copy of your personal data" in text
    assert "Deletion of your personal data" in text
    office.receive(code_in(office.last), answers=office.last)
    assert {trust for _, _, trust in office.case()["rights"].values()} == {"T1"}


def test_an_answer_to_a_merged_case_reaches_the_one_that_goes_on(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    first = office.last
    office.receive(ASKED["en", DELETION])
    second = office.last
    office.receive(code_in(first), answers=first)
    office.receive(code_in(second), answers=second)
    merge_away(office, at=0)
    office.receive("One more detail: my number ends in 0101.", answers=first)
    assert office.case(0)["state"] == "closed"
    assert office.case(1)["attention"] == "reply_waiting"


def test_a_frozen_case_is_not_split(office: Office) -> None:
    office.receive("Please send me a copy of all my personal data and please delete my account.")
    office.receive("This was not me. I never asked for this!", answers=office.last)
    with pytest.raises(PersonNeeded, match="is frozen"), office.acting() as (act, case):
        joining.split(act, case, [ACCESS])


def test_a_second_request_of_the_same_kind_is_looked_at_anew(office: Office) -> None:
    proven(office, "en", ACCESS)
    office.identify(ACCESS)
    office.settle_rows(ACCESS)
    office.finish(ACCESS, Outcome.FULFILLED, Told(words=["…"]))
    office.later(days=3)
    office.receive(ASKED["en", ACCESS], answers=office.last)
    assert office.case()["rights"]["access"] == ("awaiting_identity", None, "T0")
    office.receive(code_in(office.last), answers=office.last)
    office.identify(ACCESS)
    with pytest.raises(PersonNeeded, match="not looked at yet"):
        office.finish(ACCESS, Outcome.FULFILLED, Told(words=["…"]))


def test_a_call_alone_is_enough_only_where_there_is_no_account(office: Office) -> None:
    proven(office, "en", ACCESS)
    with pytest.raises(PersonNeeded, match="finds no account"):
        office.do(identity.record_check, ACCESS, CheckKind.RECORDED_CALL, "call", passed=True)
    with office.acting() as (_, case):
        case.account_match = "no_match"
    office.do(identity.record_check, ACCESS, CheckKind.RECORDED_CALL, "call", passed=True)
    assert office.case()["trust"] == "T3"


def test_free_words_do_not_close_a_request_for_a_copy(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    with pytest.raises(PersonNeeded, match="does not end answered"):
        office.finish(ACCESS, Outcome.ANSWERED, Told(words=["done"]))


def test_a_code_in_a_new_mail_counts_too(office: Office) -> None:
    """Our letters say so, for those whose mail program cannot answer."""
    office.receive(ASKED["en", ACCESS])
    office.receive(f"The code you sent me is {code_in(office.last)}", sender=LINA, subject="code")
    assert office.case()["trust"] == "T1"


def test_the_clock_stands_still_only_for_a_question_we_need_and_any_answer_ends_it(office: Office) -> None:
    office.restart(law_profile="uk")
    proven(office, "en", ACCESS)
    due = office.case()["due"]["access"]
    office.do(work.ask, ACCESS, "clarify_scope", words=["Which line?"])
    office.later(days=5)
    office.receive("It is about the office line in Leeds.", answers=office.last)
    assert (office.case()["state"], office.case()["due"]["access"]) == ("in_progress", _plus(due, 5))


def _plus(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def test_our_message_id_is_ours_alone(office: Office) -> None:
    office.receive(ASKED["en", ACCESS])
    with office.record.reading() as session:
        [case] = search.cases(session)
        assert read(office.last)["Message-ID"] == case.letters[0].message_id

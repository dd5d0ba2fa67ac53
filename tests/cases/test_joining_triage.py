"""An unsure mail that belongs to a known case; decisions of staff that can be undone for a while."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases import inbound, joining, search, threads, triage
from inbox_agent.cases.act import write
from inbox_agent.cases.case import Case
from inbox_agent.cases.known import Traces, known
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.cases.triage import UNDO_FOR, Correction
from inbox_agent.errors import PersonNeeded
from inbox_agent.mailbox import Arrival
from inbox_agent.understanding import RequestType
from tests.cases.records import NOW, begun, folder, kept, the_case
from tests.company import mail

ACCESS, DELETION = RequestType.ACCESS, RequestType.DELETION
THEIR_MAIL = mail("And what about my data?", "rana@example.com")


def test_the_mail_goes_on_where_its_person_is_known_and_the_unsure_case_ends(record: Record) -> None:
    unsure, of_rana = two_cases(record)
    file(record, unsure, of_rana)
    with record.reading() as session:
        gone, on = the_case(session, unsure), the_case(session, of_rana)
        assert (gone.state, gone.outcome, gone.merged_into, gone.letters) == ("closed", "merged", on.id, [])
        assert [one.state for one in search.mails_of(session, on)] == ["filed"]
        assert search.mails_of(session, gone) == []
        assert search.linked(session, on) == [gone.ref]
        assert {"mail_filed", "merged_from", "case_linked"} <= {event.kind for event in on.events}
        assert (on.attention, gone.attention) == ("reply_waiting", None)
        assert (on.broken_at(), gone.broken_at()) == (None, None)


def test_the_mail_keeps_its_own_key(record: Record) -> None:
    unsure, of_rana = two_cases(record)
    before = mails(record)
    file(record, unsure, of_rana)
    [after] = mails(record)
    assert [after.key_id] == [one.key_id for one in before]
    assert record.keyring.open(after.sealed_raw or b"", "inbound_email.raw", after.id) == THEIR_MAIL


def test_it_adds_no_right_and_no_trust(record: Record) -> None:
    unsure, of_rana = two_cases(record, types=(ACCESS, DELETION))
    file(record, unsure, of_rana)
    with record.reading() as session:
        assert [(r.type, r.trust) for r in the_case(session, of_rana).rights] == [(ACCESS, "T0")]


def test_answers_to_that_mail_belong_to_the_known_case_from_now_on(record: Record) -> None:
    unsure, of_rana = two_cases(record)
    file(record, unsure, of_rana)
    marks = threads.Marks(ids=(threads.id_hash(record.keyring, "<unsure@customers.example>"),))
    with record.reading() as session:
        found = known(session, [Traces(b"", None, None, marks)], NOW).seen_case(marks)
    assert found is not None
    assert found.ref == of_rana.ref


@pytest.mark.parametrize(
    ("read", "right"), [((ACCESS,), "access"), ((ACCESS, DELETION), "access"), ((DELETION,), "")]
)
def test_that_counts_as_a_correction_in_which_only_what_the_known_case_asks_is_right(
    record: Record, read: Sequence[RequestType], right: str
) -> None:
    unsure, of_rana = two_cases(record, types=read)
    file(record, unsure, of_rana, example={"subject": "hello", "text": "about my data"})
    with record.reading() as session:
        [correction] = session.scalars(select(Correction))
        assert (correction.read, correction.right) == (",".join(read), right)
        assert correction.example(record.keyring) == {"subject": "hello", "text": "about my data"}


def test_a_threat_in_it_is_a_threat_on_the_known_case(record: Record) -> None:
    unsure, of_rana = two_cases(record, attention="legal_threat")
    file(record, unsure, of_rana)
    with record.reading() as session:
        on = the_case(session, of_rana)
        assert (on.attention, on.keeps_all) == ("legal_threat", True)


def test_a_case_of_another_address_is_refused(record: Record) -> None:
    unsure, of_somebody_else = two_cases(record, known_as="samer@example.com")
    assert refused(record, unsure, of_somebody_else) == "not_the_same"


def test_cases_without_an_address_are_not_of_one_address(record: Record) -> None:
    unsure, nobody_s = two_cases(record, requester=None, known_as=None)
    assert refused(record, unsure, nobody_s) == "not_the_same"


def test_a_case_does_not_belong_to_itself(record: Record) -> None:
    unsure, _ = two_cases(record)
    assert refused(record, unsure, unsure) == "not_the_same"


def test_what_is_in_triage_no_more_is_refused(record: Record) -> None:
    unsure, of_rana = two_cases(record)
    file(record, unsure, of_rana)
    assert refused(record, unsure, of_rana) == "wrong_state"


def test_a_case_that_goes_on_in_another_one_takes_no_mail(record: Record) -> None:
    unsure, of_rana = two_cases(record)
    other, _ = two_cases(record)
    file(record, other, of_rana)
    assert refused(record, unsure, other) == "merged_away"


def test_a_case_that_has_forgotten_its_person_takes_no_mail(record: Record) -> None:
    unsure, of_rana = two_cases(record)
    record.keyring.destroy([of_rana.key_id], why="test", now=NOW)
    assert refused(record, unsure, of_rana) == "forgotten"


def test_nobody_decides_twice(record: Record) -> None:
    unsure, _ = two_cases(record)
    decide(record, unsure, [ACCESS])
    with pytest.raises(PersonNeeded) as error:
        decide(record, unsure, [])
    assert error.value.reason == "decided_before"


@pytest.mark.parametrize(("after", "undone"), [(UNDO_FOR - timedelta(seconds=1), True), (UNDO_FOR, False)])
def test_a_decision_can_be_undone_for_half_a_minute(record: Record, after: timedelta, undone: bool) -> None:
    unsure, _ = two_cases(record)
    decide(record, unsure, [ACCESS])
    with record.writing() as session:
        assert triage.undo(session, the_case(session, unsure), NOW + after) is undone
    with record.writing() as session:
        assert triage.undo(session, the_case(session, unsure), NOW + after) is False
        assert bool(triage.due_decisions(session, NOW + UNDO_FOR)) is not undone


def two_cases(
    record: Record, *, known_as: str | None = "rana@example.com", attention: str = "unsure", **changes: Any
) -> tuple[Case, Case]:
    """An unsure mail's case, and an open one."""
    act = record.act(NOW)
    of_known = begun(act, requester=known_as)
    unsure = begun(act, state="triage", message_id="<unsure@customers.example>", **changes)
    unsure.call_for(attention)
    uid = len(mails(record)) + 1
    [email] = inbound.sealed(
        record.keyring, folder(), [Arrival(uid, NOW, THEIR_MAIL, len(THEIR_MAIL))], junk=False, now=NOW
    )
    email.case_id, email.state = unsure.id, "filed"
    act.rows.append(email)
    kept(record, act)
    return unsure, of_known


def file(record: Record, unsure: Case, on: Case, example: dict[str, str] | None = None) -> None:
    act = record.act(NOW, "omar")
    with record.writing() as session:
        case, known_case = the_case(session, unsure), the_case(session, on)
        joining.file_on(act, case, known_case, search.mails_of(session, case), example)
        record.keyring.save()
        write(session, act.rows)


def refused(record: Record, unsure: Case, on: Case) -> str:
    before = mails(record)
    with pytest.raises(PersonNeeded) as error:
        file(record, unsure, on)
    assert [one.case_id for one in mails(record)] == [one.case_id for one in before]
    return error.value.reason


def decide(record: Record, unsure: Case, types: Sequence[RequestType]) -> None:
    with record.writing() as session:
        triage.decide_soon(session, record.act(NOW, "omar"), the_case(session, unsure), types)


def mails(record: Record) -> Sequence[InboundEmail]:
    with record.reading() as session:
        return _all(session)


def _all(session: Session) -> Sequence[InboundEmail]:
    found = session.scalars(select(InboundEmail).order_by(InboundEmail.uid)).all()
    session.expunge_all()
    return found

"""The record of requests: what authorities ask for, one line for each right, and nobody's name or words."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session, object_session

from inbox_agent.cases import answers, conversation, erasing, identity, joining, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.challenge import Purpose
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.clocks import load_law
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.record import Record
from inbox_agent.cases.retention import forgetting
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.evidence import entries, request_json, requests_csv
from inbox_agent.evidence.requests import Entry
from inbox_agent.letters import acting
from inbox_agent.understanding import Language, RequestType
from tests.cases.records import begun, kept
from tests.company import stationery

AMMAN = load_law("default", ZoneInfo("Asia/Amman"))
NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ACCESS, DELETION, OPT_OUT = RequestType.ACCESS, RequestType.DELETION, RequestType.OPT_OUT
ASKED_BY_THE_CCPA = {
    "date of the request": "received_at",
    "nature of the request": "nature",
    "manner in which it was made": "manner",
    "date of the response": "answered_at",
    "nature of the response": "answer",
    "basis of a denial": "denial_basis",
}
ASKED_FIRST = (
    *("reference", "law", "acknowledged_at", "identity", "identity_how", "identity_at", "legal_due"),
    *("extended_at", "extension_reason", "late", "complaint", "outcome"),
)


def test_every_column_that_the_ccpa_and_authorities_ask_for_is_there(record: Record) -> None:
    opened(record)
    [told] = read(record)
    assert {*ASKED_BY_THE_CCPA.values(), *ASKED_FIRST} <= told.keys()


def test_a_request_that_has_just_come_is_told_with_what_is_known(record: Record) -> None:
    case = opened(record)
    [told] = of(record)
    assert (told.reference, told.nature, told.manner, told.law) == (case.ref, "access", "email", "default")
    assert (told.received_at, told.state, told.outcome, told.answered_at) == (NOON, "open", None, None)
    assert (told.identity, told.identity_how, told.identity_at) == ("not_proven", (), None)
    assert (told.late, told.complaint, told.answer) == (False, False, None)


def test_each_right_of_a_case_is_a_line_of_its_own_and_lines_stand_in_the_order_they_came(
    record: Record,
) -> None:
    later = opened(record, at=NOON + DAY, types=[OPT_OUT])
    case = opened(record, types=[ACCESS, DELETION])
    assert [(one.reference, one.nature) for one in of(record)] == [
        (case.ref, "access"),
        (case.ref, "deletion"),
        (later.ref, "opt_out"),
    ]


def test_proof_by_a_code_is_told_with_its_day_and_for_the_rights_it_was_asked_for(record: Record) -> None:
    case = opened(record, types=[ACCESS, OPT_OUT])
    answered_by_code(record, case, at=NOON + DAY)
    access, opt_out = of(record)
    assert (access.identity, access.trust, access.identity_how) == ("in_part", "T1", ["code"])
    assert access.identity_at == NOON + DAY
    assert (opt_out.identity, opt_out.identity_how) == ("not_needed", ())


def test_identity_is_proven_by_what_the_right_needs_and_the_last_proof_gives_the_day(record: Record) -> None:
    case = opened(record)
    proven(record, case)
    with doing(record, case, at=NOON + 4 * DAY) as (act, found):
        identity.record_check(act, found.rights[0], CheckKind.CALL_BACK, "nobody there", passed=False)
    [told] = of(record)
    assert (told.identity, told.trust) == ("proven", "T3")
    assert told.identity_how == ["code", "address_on_file", "call_back"]
    assert told.identity_at == NOON + 3 * DAY, "a check that failed proves nothing"


def test_what_was_proven_before_a_protest_counts_no_more(record: Record) -> None:
    case = opened(record)
    proven(record, case)
    with doing(record, case, at=NOON + 5 * DAY) as (act, found):
        identity.freeze(act, found)
    [told] = of(record)
    assert (told.identity, told.identity_how, told.trust) == ("not_proven", (), "T0")
    with doing(record, case, at=NOON + 6 * DAY) as (act, found):
        identity.thaw(act, found)
        work.resume(act, found.rights[0])
    answered_by_code(record, case, at=NOON + 7 * DAY)
    [told] = of(record)
    assert (told.identity_how, told.identity_at) == (["code"], NOON + 7 * DAY)


def test_an_extension_is_told_with_its_day_and_that_a_reason_was_given(record: Record) -> None:
    case = opened(record, types=[ACCESS, DELETION])
    with doing(record, case, at=NOON + DAY) as (act, found):
        work.extend(act, found.rights[0], ["Lina Haddad has six accounts."])
        work.extend(act, found.rights[1], [])
    access, deletion = of(record)
    assert (access.extended_at, access.extension_reason) == (NOON + DAY, "given")
    assert access.legal_due == deletion.legal_due == AMMAN_DUE + 30 * DAY
    assert deletion.extension_reason == "not_given"
    assert "Lina" not in written(record)


def test_a_denial_is_told_with_its_basis_its_letter_and_the_day_that_left(record: Record) -> None:
    case = opened(record)
    with doing(record, case, at=NOON + DAY) as (act, found):
        told = Told(reason=Reason.NO_MATCH, words=["Nobody of this name is known."])
        answers.finish(act, found.rights[0], Outcome.DENIED, told)
    leaves(record, case, "denied", at=NOON + 2 * DAY)
    [told_of] = of(record)
    assert (told_of.outcome, told_of.denial_basis, told_of.answer) == ("denied", "no_match", "denied")
    assert (told_of.answered_at, told_of.state, told_of.late) == (NOON + 2 * DAY, "closed", False)


def test_what_was_kept_and_why_is_the_basis_of_a_denial_in_part(record: Record) -> None:
    case = opened(record)
    proven(record, case)
    with doing(record, case, at=NOON + 4 * DAY) as (act, found):
        right = found.rights[0]
        for row in right.checklist:
            work.look_at(act, right, Item(row.item), Found.NOTHING_HELD)
        work.look_at(act, right, Item.PAYMENT, Found.KEPT, kept_for=Kept.LAW, note="card of Lina Haddad")
        told = Told(reason=Reason.LEGAL_RETENTION, by_other_means=True)
        answers.finish(act, right, Outcome.PARTIAL, told)
    [told_of] = of(record)
    assert (told_of.denial_basis, told_of.kept) == ("legal_retention", ["payment:law"])
    assert (told_of.answer, told_of.answered_at) == ("no_letter", NOON + 4 * DAY)


def test_a_request_that_lapses_or_is_taken_back_names_the_letter_that_says_so(record: Record) -> None:
    lapsed, withdrawn = opened(record), opened(record, at=NOON + DAY)
    with doing(record, lapsed, at=NOON + 21 * DAY) as (act, found):
        identity.lapse(act, found, found.rights)
    with doing(record, withdrawn, at=NOON + 21 * DAY) as (act, found):
        conversation.withdraw(act, found, found.rights)
    leaves(record, lapsed, "lapsed", at=NOON + 22 * DAY)
    first, second = of(record)
    assert (first.outcome, first.answer, first.answered_at) == (
        "unverified_lapsed",
        "lapsed",
        NOON + 22 * DAY,
    )
    assert (second.outcome, second.answer) == ("withdrawn", "withdrawn")


def test_late_is_what_ended_after_its_legal_date_and_what_is_open_after_it(record: Record) -> None:
    opened(record)
    assert [one.late for one in of(record, now=AMMAN_DUE)] == [False]
    assert [one.late for one in of(record, now=AMMAN_DUE + timedelta(seconds=1))] == [True]


@pytest.mark.parametrize("lifted", [False, True])
def test_a_complaint_or_threat_is_told_also_when_a_person_has_lifted_it(record: Record, lifted: bool) -> None:
    case = opened(record)
    opened(record, at=NOON + DAY)
    with doing(record, case, at=NOON + DAY) as (_, found):
        found.call_for("legal_threat")
    if lifted:
        with doing(record, case, at=NOON + 2 * DAY) as (act, found):
            identity.thaw(act, found)
    assert [one.complaint for one in of(record)] == [True, False]


def test_what_was_found_to_be_no_request_is_left_out_and_what_waits_in_triage_is_in(record: Record) -> None:
    dismissed, _ = opened(record, state="triage"), opened(record, at=NOON + DAY, state="triage")
    with doing(record, dismissed, at=NOON + DAY) as (act, found):
        found.dismiss(act, [])
    assert [one.state for one in of(record)] == ["triage"]


def test_a_request_that_goes_on_in_another_case_names_that_case(record: Record) -> None:
    first, second = opened(record), opened(record, at=NOON + DAY)
    for case in (first, second):
        answered_by_code(record, case, at=NOON + 2 * DAY)
    with doing(record, first, at=NOON + 3 * DAY) as (act, found):
        session = act_session(found)
        joining.merge(act, session.get_one(Case, second.id), found, [])
    told = {one.reference: (one.outcome, one.merged_into) for one in of(record)}
    assert told == {first.ref: (None, None), second.ref: ("merged", first.ref)}


def test_days_are_those_of_the_law_and_both_ends_are_within(record: Record) -> None:
    for hour in (20, 21):  # the last hour of 4 November in Amman, and the first of the next day
        opened(record, at=datetime(2026, 11, 4, hour, 30, tzinfo=UTC))
    the_4th, the_5th = date(2026, 11, 4), date(2026, 11, 5)
    assert len(of(record, since=the_4th, until=the_4th)) == 1
    assert len(of(record, since=the_5th)) == 1
    assert len(of(record, since=the_4th, until=the_5th)) == 2
    assert [line["received_at"] for line in read(record)] == ["2026-11-04", "2026-11-05"]


def test_more_requests_than_are_read_at_once_all_come_in_order(record: Record) -> None:
    act = record.act(NOON)
    for minute in range(601):
        act.at = NOON + timedelta(minutes=minute)
        begun(act, requester=f"{minute}@example.com")
    kept(record, act)
    told = [one.received_at for one in of(record)]
    assert len(told) == 601
    assert told == sorted(told)


def test_when_the_key_of_a_case_is_gone_all_is_told_but_the_reason_of_an_extension(record: Record) -> None:
    case = opened(record)
    proven(record, case)
    with doing(record, case, at=NOON + 4 * DAY) as (act, found):
        work.extend(act, found.rights[0], ["It takes longer."])
    [before] = of(record)
    record.keyring.destroy([case.key_id], why="retention", now=NOON + 5 * DAY)
    [after] = of(record)
    changed = {name for name, value in request_json(after).items() if value != request_json(before)[name]}
    assert changed == {"extension_reason"}
    assert after.extension_reason == "unknown"


def test_when_retention_has_taken_the_bodies_of_a_case_the_same_is_told_of_it(record: Record) -> None:
    case = opened(record)
    proven(record, case)
    with doing(record, case, at=NOON + 4 * DAY) as (act, found):
        work.extend(act, found.rights[0], ["It takes longer."])
        told = Told(reason=Reason.NO_MATCH, words=["Nobody of this name is known."])
        answers.finish(act, found.rights[0], Outcome.DENIED, told)
    leaves(record, case, "denied", at=NOON + 5 * DAY)
    [before] = of(record)
    with doing(record, case, at=NOON + 99 * DAY) as (act, found):
        forgetting.keep_little(act_session(found), act, found)
    erasing.carry_out(record, NOON + 99 * DAY)
    [after] = of(record)
    assert after == replace(before, extension_reason="unknown")
    assert after.identity_how == ["code", "address_on_file", "call_back"]


def test_nothing_that_a_customer_or_a_member_of_staff_wrote_is_in_it(record: Record) -> None:
    case = opened(record, requester="zaynab@secret.example", subject="Marked subject", name="Zaynab Marked")
    proven(record, case)
    with doing(record, case, at=NOON + 4 * DAY) as (act, found):
        work.extend(act, found.rights[0], ["Marked words"])
        answers.finish(
            act, found.rights[0], Outcome.DENIED, Told(reason=Reason.DISPUTE, words=["Marked words"])
        )
    sheet = written(record)
    for marked in ("zaynab", "secret", "Marked", "marked", "omar"):
        assert marked not in sheet


AMMAN_DUE = AMMAN.due(ACCESS, NOON)[1]


def opened(record: Record, *, at: datetime = NOON, **given: Any) -> Case:
    act = record.act(at)
    act.law = AMMAN
    case = begun(act, **{"language": Language.EN, **given})
    kept(record, act)
    return case


@contextmanager
def doing(record: Record, case: Case, *, at: datetime) -> Iterator[tuple[Act, Case]]:
    with acting(record, stationery(), by="omar", now=at, is_known_person=True) as (session, act):
        act.law = AMMAN
        yield act, session.get_one(Case, case.id)


def act_session(case: Case) -> Session:
    session = object_session(case)
    assert session is not None
    return session


def answered_by_code(record: Record, case: Case, *, at: datetime) -> None:
    """The customer was asked, and sent the code back at that moment."""
    with doing(record, case, at=at - timedelta(hours=1)) as (act, found):
        facts = identity.code_facts(act, found, Purpose.IDENTITY, [found.rights[0].type])
    with doing(record, case, at=at) as (act, found):
        challenge = identity.met(act, found, [facts["code"].replace(" ", "")])
        assert challenge is not None
        identity.prove(act, found, challenge)


def proven(record: Record, case: Case) -> None:
    """The code on the first day, the address on the second, the call on the third; work has begun."""
    answered_by_code(record, case, at=NOON + DAY)
    for number, check in enumerate((CheckKind.ADDRESS_ON_FILE, CheckKind.CALL_BACK), 2):
        with doing(record, case, at=NOON + number * DAY) as (act, found):
            identity.record_check(act, found.rights[0], check, "Lina Haddad said so", passed=True)
            if found.rights[0].state == "open":
                work.start(act, found.rights[0])


def leaves(record: Record, case: Case, kind: str, *, at: datetime) -> None:
    with doing(record, case, at=at) as (act, found):
        [letter] = [one for one in found.letters if one.kind == kind]
        letter.mark_sent(act, found)
        found.letter_left(act, letter)


def of(record: Record, *, now: datetime = NOON + DAY, **days: date) -> list[Entry]:
    with record.reading() as session:
        return list(entries(session, record.keyring, AMMAN, now=now, **days))


def written(record: Record) -> str:
    with record.reading() as session:
        return requests_csv(entries(session, record.keyring, AMMAN, now=NOON), AMMAN)


def read(record: Record) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(record))))

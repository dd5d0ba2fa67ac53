"""`cases`, `show`, `decide`: the staff's queue on the command line."""

import json
import re
import sqlite3

import pytest

from tests.cli.office import Office
from tests.company import COPY_PLEASE, DELETE_PLEASE, mail

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
CASE = {
    "ref": str,
    "requester": str,
    "language": str,
    "state": str,
    "trust": str,
    "opened_at": MOMENT,
    "due_at": MOMENT,
    "assigned_to": None,
    "rights": list,
}
RIGHT = {"type": str, "state": str, "internal_due": MOMENT, "legal_due": MOMENT, "outcome": None}
LETTER = {"kind": str, "language": str, "message_id": str, "state": str, "sent_at": None}
EVENT = {"seq": int, "at": MOMENT, "kind": str, "by": str, "hash": str, "previous": str}
UNKNOWN = "MC-2222-2222"


def fits(value: object, shape: object) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    return value is None if shape is None else isinstance(value, shape)  # type: ignore[arg-type]


def misfits(answer: dict[str, object], shape: dict[str, object]) -> dict[str, object]:
    return {
        name: answer.get(name, "missing") for name in shape if not fits(answer.get(name, ...), shape[name])
    }


@pytest.fixture
def triage_ref(office: Office) -> str:
    """The reference of a case that waits for a person's decision."""
    office.receive(mail(DELETE_PLEASE, "samer@example.org", Precedence="bulk"))
    return office.reference()


def test_without_cases_the_answer_is_an_empty_list_or_a_sentence(office: Office) -> None:
    assert office.json("cases") == []
    assert office.told("cases") == "There are no cases.\n"


def test_a_case_in_json_has_all_its_keys(office: Office) -> None:
    office.receive(mail(COPY_PLEASE, "Rana <Rana@Example.com>"))
    [case] = office.json("cases")
    assert misfits(case, CASE) == {}
    assert [misfits(right, RIGHT) for right in case["rights"]] == [{}]
    assert (case["requester"], case["trust"]) == ("rana@example.com", "T0")
    assert case["due_at"] == case["rights"][0]["legal_due"]


def test_one_case_in_json_has_its_letters_and_events_too(office: Office) -> None:
    office.receive(mail(COPY_PLEASE))
    case = office.json("show", office.reference())
    assert misfits(case, CASE) == {}
    [letter] = case["letters"]
    assert misfits(letter, LETTER) == {}
    assert letter["language"] == "en,ar"
    assert re.fullmatch(r"<[^<>@ ]+@[^<>@ ]+>", letter["message_id"])
    assert [misfits(event, EVENT) for event in case["events"]] == [{}] * len(case["events"])
    assert [event["seq"] for event in case["events"]] == list(range(1, len(case["events"]) + 1))
    assert [e["previous"] for e in case["events"][1:]] == [e["hash"] for e in case["events"][:-1]]


def test_cases_come_oldest_first_closed_ones_too(office: Office) -> None:
    for name in ("one", "two"):
        office.receive(mail(COPY_PLEASE, f"{name}@example.com", Precedence="bulk"))
    first, second = (case["ref"] for case in office.json("cases"))
    office.told("decide", first, "not_a_request", "--by", "Sara")
    assert [case["ref"] for case in office.json("cases")] == [first, second]
    assert [case["ref"] for case in office.json("cases", "--open")] == [second]
    assert [case["ref"] for case in office.json("cases", "--state", "closed")] == [first]
    assert [case["ref"] for case in office.json("cases", "--state", "triage")] == [second]


def test_for_people_there_is_a_table(office: Office) -> None:
    office.receive(mail(COPY_PLEASE))
    reference = office.reference()
    assert reference in office.told("cases")
    shown = office.told("show", reference)
    assert "rana@example.com" in shown
    assert "acknowledgement" in shown


@pytest.mark.parametrize("written", ["{}", "{} ", "mc{}", "MC {}"])
def test_a_reference_is_taken_as_people_type_it(office: Office, written: str) -> None:
    office.receive(mail(COPY_PLEASE))
    reference = office.reference()
    typed = written.format(reference if written in {"{}", "{} "} else reference.removeprefix("MC-").lower())
    assert office.json("show", typed)["ref"] == reference


@pytest.mark.parametrize(
    "reference", [UNKNOWN, "MC-1234", "nonsense", "", "حالة", "%", "MC-7K2Q-9D4X' OR 1=1"]
)
def test_a_reference_that_is_not_there_is_exit_1(office: Office, reference: str) -> None:
    assert "there is no case" in office.refused(1, "show", reference)
    assert "there is no case" in office.refused(1, "decide", reference, "access", "--by", "Sara")


def test_an_unknown_reference_does_not_keep_the_others_back(office: Office) -> None:
    office.receive(mail(COPY_PLEASE))
    reference = office.reference()
    answer = office.type("show", UNKNOWN, reference, "--json")
    assert answer.code == 1
    assert json.loads(answer.out)["ref"] == reference
    assert UNKNOWN in answer.complaints[0]


def test_a_stranger_s_subject_does_not_steer_the_terminal(office: Office) -> None:
    steering = b"=?utf-8?q?=1B]0;owned=07=1B[2Jhello=C2=9Bm=E2=80=AEabc?="
    office.receive(mail(COPY_PLEASE, subject="plain").replace(b"Subject: plain", b"Subject: " + steering))
    shown = office.told("show", office.reference()) + office.told("cases")
    assert "hello" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)


def test_a_history_that_was_changed_is_told(office: Office) -> None:
    office.receive(mail(COPY_PLEASE))
    reference = office.reference()
    assert office.json("show", reference)["history_intact"] is True
    _delete_last_event(office)
    assert office.json("show", reference)["history_intact"] is False
    assert "the history was changed" in office.type("show", reference).complaints[0]


def test_a_person_s_decision_opens_a_triage_case_under_their_name(office: Office) -> None:
    office.receive(mail(DELETE_PLEASE, "samer@example.org", Date="Mon, 05 Jan 2026 10:00:00 +0200"))
    reference = office.reference()
    assert office.json("show", reference)["letters"] == []
    assert "its acknowledgement is held" in office.told(
        "decide", reference, "deletion", "access", "--by", "Sara"
    )
    case = office.json("show", reference)
    assert (case["state"], [right["type"] for right in case["rights"]]) == (
        "awaiting_identity",
        ["deletion", "access"],
    )
    assert [letter["kind"] for letter in case["letters"]] == ["acknowledgement"]
    assert {event["by"] for event in case["events"]} == {"agent", "Sara"}


def test_what_a_machine_sent_is_not_answered_after_a_decision_either(office: Office, triage_ref: str) -> None:
    assert "no letter goes" in office.told("decide", triage_ref, "deletion", "--by", "Sara")
    assert office.json("show", triage_ref)["letters"] == []


def test_not_a_request_closes_the_case_and_destroys_what_was_kept(office: Office, triage_ref: str) -> None:
    assert "destroyed" in office.told("decide", triage_ref, "not_a_request", "--by", "Sara")
    case = office.json("show", triage_ref)
    assert (case["state"], case["requester"], case["due_at"]) == ("closed", None, None)
    assert [right["outcome"] for right in case["rights"]] == ["not_a_request"]
    assert case["history_intact"] is True
    assert {event["detail"] for event in case["events"]} == {None}


def test_a_case_is_decided_once(office: Office, triage_ref: str) -> None:
    office.told("decide", triage_ref, "not_a_request", "--by", "Sara")
    for decision in ("not_a_request", "deletion"):
        assert "is closed, not triage" in office.refused(1, "decide", triage_ref, decision, "--by", "Sara")


@pytest.mark.parametrize("types", [["delete"], ["access", "not_a_request"], ["ACCESS"], [""]])
def test_a_wrong_type_is_exit_2_and_told_with_the_right_ones(
    office: Office, triage_ref: str, types: list[str]
) -> None:
    told = office.refused(2, "decide", triage_ref, *types, "--by", "Sara")
    assert "is not a type; use access, deletion" in told
    assert office.json("show", triage_ref)["state"] == "triage"


@pytest.mark.parametrize("by", ["", "  "])
def test_a_decision_has_a_name_under_it(office: Office, triage_ref: str, by: str) -> None:
    assert "--by" in office.refused(2, "decide", triage_ref, "deletion", "--by", by)


def _delete_last_event(office: Office) -> None:
    with sqlite3.connect(office.folder / "data" / "record.db") as database:
        database.execute("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")
    database.close()

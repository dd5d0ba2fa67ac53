"""The states of a letter: a row first, sent afterwards, held until a person releases it."""

from datetime import timedelta
from pathlib import Path

import pytest

from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.understanding import Language, RequestType
from tests.cases.records import NOW, begun
from tests.company import settings


def queued(record: Record, **changes: object) -> tuple[Case, Letter | None]:
    """A case with its acknowledgement, as a mail causes it; not yet written."""
    act = record.act(NOW)
    case = begun(act, **changes)  # type: ignore[arg-type]
    return case, case.acknowledge(act)


def letter(record: Record, **changes: object) -> Letter:
    _, found = queued(record, **changes)
    assert found is not None
    return found


def test_a_queued_letter_is_ready_and_carries_its_case_in_its_id(local_record: Record) -> None:
    case, found = queued(local_record)
    assert found is not None
    assert (found.state, found.hold_reason, found.to(local_record.keyring)) == (
        "ready",
        None,
        "rana@example.com",
    )
    assert case.ref.lower() in found.message_id


@pytest.mark.parametrize(
    ("language", "order"),
    [
        (Language.AR, "ar,en"),
        (Language.ARABIZI, "ar,en"),
        (Language.MIXED, "ar,en"),
        (Language.EN, "en,ar"),
        (Language.OTHER, "en,ar"),
    ],
)
def test_the_first_letter_is_in_both_languages_the_writer_s_first(
    local_record: Record, language: Language, order: str
) -> None:
    assert letter(local_record, language=language).language == order


def test_a_child_s_case_has_a_letter_of_its_own(local_record: Record) -> None:
    types = (RequestType.DELETION, RequestType.CHILD_DATA)
    assert letter(local_record, types=types).kind == "child_acknowledgement"


@pytest.mark.parametrize("changes", [{"requester": None}, {"automatic": True}])
def test_nobody_and_no_machine_is_written_to_and_the_history_says_so(
    local_record: Record, changes: dict[str, object]
) -> None:
    act = local_record.act(NOW)
    case = begun(act, **changes)  # type: ignore[arg-type]
    assert case.acknowledge(act) is None
    assert [row.kind for row in act.rows if getattr(row, "kind", "") == "not_acknowledged"]


@pytest.mark.parametrize("sending", ["review", "off"])
def test_unless_letters_go_by_themselves_each_is_held(tmp_path: Path, sending: str) -> None:
    record = Record.open(settings(tmp_path, sending=sending))
    found = letter(record)
    assert (found.state, found.hold_reason) == ("held", sending)
    record.close()


def test_pauses_between_tries_double_from_30_seconds_to_4_hours(local_record: Record) -> None:
    found, act, pauses = letter(local_record), local_record.act(NOW), []
    for _ in range(12):
        found.take_up("tests")
        found.try_later(act, "451 4.3.0")
        pauses.append((found.next_try_at - NOW).total_seconds())
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 14400, 14400, 14400]
    assert (found.state, found.owner, found.refusal) == ("ready", None, "451 4.3.0")


def test_a_released_letter_begins_anew(local_record: Record) -> None:
    case, found = queued(local_record)
    assert found is not None
    found.take_up("tests")
    found.refuse(local_record.act(NOW), case, "550 5.1.1")
    assert (found.state, case.attention) == ("refused", "letter_refused")
    later = local_record.act(NOW + timedelta(hours=1), by="Sara")
    found.release(later, case)
    assert (found.state, found.refusal, found.tries, found.next_try_at) == ("ready", None, 0, later.at)
    assert [(row.kind, row.by) for row in later.rows] == [("letter_released", "Sara")]  # type: ignore[attr-defined]

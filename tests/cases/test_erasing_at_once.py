"""A closed case can be erased before its time, by two persons, and by none while anything is open or held."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_agent.cases import erasing, search
from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import at_once
from inbox_agent.cases.keys.store import Erasure
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import Outcome
from inbox_agent.database import reading
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.letters import acting
from tests.cases.records import NOW, begun, kept
from tests.company import stationery

HOUR = timedelta(hours=1)


def a_case(record: Record, *, closed: bool = True, **changes: Any) -> Case:
    act = record.act(NOW, "sara")
    case = begun(act)
    if closed:
        case.rights[0].end(act, Outcome.WITHDRAWN)
    for name, value in changes.items():
        setattr(case, name, value)
    kept(record, act)
    return case


def says(
    record: Record, case: Case, by: str, at: datetime, *, known: bool = True, let_in_by: str | None = None
) -> bool:
    with acting(record, stationery(), by=by, now=at, is_known_person=known) as (session, act):
        act.let_in_by = let_in_by
        done = at_once.erase(session, act, search.case(session, case.ref), "they asked for it")
    erasing.carry_out(record, at)
    return done


def refusal(*given: Any, **more: Any) -> str:
    with pytest.raises(PersonNeeded) as refused:
        says(*given, **more)
    return refused.value.reason


def test_two_who_have_signed_in_erase_it_at_once(record: Record) -> None:
    case = a_case(record)
    assert not says(record, case, "sara", NOW)
    assert says(record, case, "omar", NOW + HOUR)
    with pytest.raises(Erased):
        record.keyring.open(case.sealed_request, "case.request", case.id)
    with reading(record.keyring.engine) as session:
        assert session.get_one(Erasure, case.key_id).why == "erased"
    with record.reading() as session:
        told = search.case(session, case.ref)
        assert [event.kind for event in told.events][-2:] == ["erasure_asked", "case_erased"]
        assert told.events[-1].detail(record.keyring) == {"why": "they asked for it"}
        assert (told.broken_at(), told.requester_hash) == (None, None)


def test_nobody_is_their_own_second_person_for_a_day(record: Record) -> None:
    case = a_case(record)
    assert not says(record, case, "sara", NOW)
    assert refusal(record, case, "sara", NOW + 23 * HOUR) == "second_person"
    assert says(record, case, "sara", NOW + 25 * HOUR)


def test_a_name_that_is_only_claimed_and_one_who_was_let_in_by_the_first_wait_too(record: Record) -> None:
    case = a_case(record)
    assert not says(record, case, "sara", NOW)
    assert refusal(record, case, "omar", NOW + HOUR, known=False) == "second_person"
    assert refusal(record, case, "omar", NOW + HOUR, let_in_by="sara") == "second_person"
    assert says(record, case, "omar", NOW + 25 * HOUR, known=False)


def test_after_a_week_it_must_be_asked_for_anew(record: Record) -> None:
    case = a_case(record)
    assert not says(record, case, "sara", NOW)
    assert not says(record, case, "omar", NOW + timedelta(days=8))
    assert says(record, case, "sara", NOW + timedelta(days=8, hours=1))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"closed": False}, "still_open"),
        ({"keeps_all": True}, "kept"),
        ({"frozen": True}, "kept"),
        ({"attention": "reply_waiting"}, "kept"),
    ],
)
def test_while_a_right_is_open_or_something_holds_it_nobody_can(
    record: Record, given: dict[str, Any], why: str
) -> None:
    assert refusal(record, a_case(record, **given), "sara", NOW) == why


def test_a_hold_that_came_after_it_was_asked_for_stops_it(record: Record) -> None:
    case = a_case(record)
    assert not says(record, case, "sara", NOW)
    with record.writing() as session:
        search.case(session, case.ref).keeps_all = True
    assert refusal(record, case, "omar", NOW + HOUR) == "kept"


def test_it_needs_a_reason(record: Record) -> None:
    case = a_case(record)
    with record.reading() as session:
        the_case, act = search.case(session, case.ref), record.act(NOW, "sara")
        with pytest.raises(PersonNeeded) as refused:
            at_once.erase(session, act, the_case, "  ")
    assert refused.value.reason == "no_reason"

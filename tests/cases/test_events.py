"""The history of a case: nothing in it can be changed, dropped or moved unnoticed."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from inbox_agent.cases.case import Case
from inbox_agent.cases.event import Event
from inbox_agent.cases.record import Record
from inbox_agent.errors import Erased, NotWritten
from tests.cases.records import NOW, begun, kept


@pytest.fixture
def case(record: Record) -> Case:
    """A case with six events, the last two on a day of their own."""
    act = record.act(NOW)
    made = begun(act)
    made.acknowledge(act)
    kept(record, act)
    later = record.act(NOW + timedelta(days=1, microseconds=7), by="Samir")
    with record.writing() as session:
        stored = session.get_one(Case, made.id)
        stored.tell(later, "note", text="تم الاتصال بالعميل")
        stored.tell(later, "seen")
        session.add_all(later.rows)
    return made


def loaded(record: Record, case: Case) -> Case:
    with record.reading() as session:
        found = session.get_one(Case, case.id)
        assert len(found.events) == 6
    return found


def test_a_history_that_nobody_touched_holds(record: Record, case: Case) -> None:
    assert loaded(record, case).broken_at() is None


CHANGES: dict[str, Callable[[Event], object]] = {
    "id": lambda _: uuid.uuid4(),
    "case_id": lambda _: uuid.uuid4(),
    "seq": lambda event: event.seq + 1,
    "at": lambda event: event.at + timedelta(microseconds=1),
    "kind": lambda event: event.kind + "s",
    "by": lambda _: "somebody else",
    "sealed_detail": lambda event: (event.sealed_detail or b"") + b"\0",
    "previous": lambda _: bytes(32 * [1]),
    "hash": lambda _: bytes(32 * [1]),
}


def test_every_field_of_an_event_is_known_to_be_protected() -> None:
    assert set(CHANGES) == set(Event.__table__.columns.keys())


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("number", [1, 2, 6])
def test_a_changed_field_is_found(record: Record, case: Case, field: str, number: int) -> None:
    found = loaded(record, case)
    event = found.events[number - 1]
    setattr(event, field, CHANGES[field](event))
    assert found.broken_at() == number


def test_letters_moved_from_one_field_to_the_next_are_found(record: Record, case: Case) -> None:
    found = loaded(record, case)
    event = found.events[5]
    event.kind, event.by = event.kind + event.by[0], event.by[1:]
    assert found.broken_at() == 6


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_dropped_event_is_found_even_when_it_is_the_last(record: Record, case: Case, number: int) -> None:
    with record.writing() as session:
        session.execute(delete(Event).where(Event.case_id == case.id, Event.seq == number))
    with record.reading() as session:
        assert session.get_one(Case, case.id).broken_at() == number


def test_swapped_events_are_found(record: Record, case: Case) -> None:
    found = loaded(record, case)
    third, fourth = found.events[2], found.events[3]
    third.kind, fourth.kind = fourth.kind, third.kind
    assert found.broken_at() == 3


def test_the_database_itself_refuses_to_change_an_event(record: Record, case: Case) -> None:
    with pytest.raises(NotWritten), record.writing() as session:
        session.execute(update(Event).where(Event.case_id == case.id).values(by="somebody else"))
    assert loaded(record, case).broken_at() is None


def test_an_event_number_is_given_once(record: Record, case: Case) -> None:
    act = record.act(NOW)
    begun(act).tell(act, "note")
    event = next(row for row in act.rows if isinstance(row, Event))
    event.case_id = case.id
    with pytest.raises(NotWritten), record.writing() as session:
        session.add(event)


def test_erasure_keeps_the_chain_and_takes_the_words(record: Record, case: Case) -> None:
    record.keyring.destroy([case.key_id], why="retention", now=NOW)
    found = loaded(record, case)
    assert found.broken_at() is None
    with pytest.raises(Erased):
        found.events[3].detail(record.keyring)


def test_who_did_what_and_when_comes_back_as_it_was_told(record: Record, case: Case) -> None:
    note = loaded(record, case).events[4]
    assert (note.seq, note.by, note.at) == (5, "Samir", NOW + timedelta(days=1, microseconds=7))
    assert note.detail(record.keyring) == {"text": "تم الاتصال بالعميل"}

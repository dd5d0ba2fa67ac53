"""A person does something: the rows of it and the letters it causes are written in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from inbox_agent.cases.act import Act, write
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.letters.stationery import Stationery
from inbox_agent.letters.writing import write as write_letters


@contextmanager
def acting(
    record: Record, stationery: Stationery, *, by: str, now: datetime, is_known_person: bool = False
) -> Iterator[tuple[Session, Act]]:
    """A session and an act for the verbs of the record; all is kept at the end, or nothing."""
    act = record.act(now, by)
    act.is_known_person = is_known_person
    with record.writing() as session:
        yield session, act
        write_letters([row for row in act.rows if isinstance(row, Letter)], record.keyring, stationery)
        record.keyring.save()
        write(session, act.rows)

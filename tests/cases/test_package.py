"""An access package gathers what the company holds of one person, and loses it with its key."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases import answers, package, work
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.findings import Column, Findings, Value
from inbox_agent.cases.next_step import next_step
from inbox_agent.cases.package.tables import PackagePiece
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import Outcome
from inbox_agent.errors import Erased, PersonNeeded
from tests.cases.records import NOW, begun, kept, the_case

COLUMNS = [Column("name", "Name", "الاسم"), Column("plan", "Plan", "الباقة")]


def proven_case(record: Record) -> Case:
    act = record.act(NOW, "mona")
    case = begun(act)
    for right in case.rights:
        right.trust = "T3"
    kept(record, act)
    return case


def rows(source: str = "billing", *values: list[Value]) -> Findings:
    return Findings(Item.ACCOUNT, source, COLUMNS, values or [["Rana", "basic"]])


def fill(record: Record, case: Case, *findings: Findings) -> None:
    act = record.act(NOW, "mona")
    with record.writing() as session:
        for one in findings:
            package.fill(act, session, the_case(session, case), one)
        record.keyring.save()
        for row in act.rows:
            session.add(row)


def filled(session: Session, record: Record, case: Case) -> list[Findings]:
    found = package.current(session, the_case(session, case))
    assert found is not None
    return [package.findings_in(session, record.keyring, part) for part in package.parts_of(session, found)]


def test_what_a_source_finds_again_replaces_what_it_put_in_before(record: Record) -> None:
    case = proven_case(record)
    fill(record, case, rows("billing"), rows("crm"))
    fill(record, case, rows("billing", ["Rana", "gold"], ["Rana", "silver"]))
    with record.reading() as session:
        found = {one.source: one for one in filled(session, record, case)}
    assert found["billing"].rows == [["Rana", "gold"], ["Rana", "silver"]]
    assert list(found["billing"].columns) == COLUMNS
    assert found["crm"].rows == [["Rana", "basic"]]


def test_nothing_is_put_in_before_its_person_has_shown_who_they_are(record: Record) -> None:
    act = record.act(NOW, "mona")
    case = begun(act)
    kept(record, act)
    with pytest.raises(PersonNeeded, match="needs T3"):
        fill(record, case, rows())


def test_pieces_open_only_where_they_were_put(record: Record) -> None:
    case = proven_case(record)
    fill(record, case, rows("billing", ["x" * package.pieces.PIECE, "y"]))
    with record.writing() as session:
        first, second = session.scalars(select(PackagePiece).order_by(PackagePiece.number))
        first.sealed_octets, second.sealed_octets = second.sealed_octets, first.sealed_octets
    with record.reading() as session, pytest.raises(Erased):
        filled(session, record, case)


def test_with_its_key_everything_in_it_is_gone(record: Record) -> None:
    case = proven_case(record)
    fill(record, case, rows())
    with record.reading() as session:
        found = package.current(session, the_case(session, case))
        assert found is not None
        key = found.key
    record.keyring.destroy([key], why="test", now=NOW)
    with record.reading() as session, pytest.raises(Erased):
        filled(session, record, case)


def test_rows_that_do_not_fit_their_columns_are_refused(record: Record) -> None:
    case = proven_case(record)
    for columns, row in ((COLUMNS, ["one"]), ([COLUMNS[0], COLUMNS[0]], ["one", "two"]), ([], [])):
        with pytest.raises(PersonNeeded, match="each column"):
            fill(record, case, Findings(Item.ACCOUNT, "crm", columns, [row]))


def test_what_was_gathered_is_handed_over_and_not_answered_past(record: Record) -> None:
    case = proven_case(record)
    fill(record, case, rows("billing"))
    act = record.act(NOW, "mona")
    with record.reading() as session:
        found = the_case(session, case)
        [right] = found.rights
        right.move(act, "start")
        for row in right.checklist:
            work.look_at(act, right, Item(row.item), Found.DONE)
        assert next_step(found, NOW, record.keyring).name == "package"
        with pytest.raises(PersonNeeded, match="hand the package over"):
            answers.finish(act, right, Outcome.FULFILLED)
        kept_of_it = package.current(session, found)
        assert kept_of_it is not None
        kept_of_it.handed_over_at = NOW
        assert next_step(found, NOW, record.keyring).name == "answer"
        session.rollback()

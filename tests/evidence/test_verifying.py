"""The record beside its signed heads: each change, by whoever, is named."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.evidence import heads
from inbox_agent.evidence.heads import Heads
from inbox_agent.evidence.verifying import Kind, verify
from tests.cases.records import NOW, begun, kept


@pytest.fixture
def refs(record: Record) -> list[str]:
    """Three cases, the second with more events, and one signed head over them."""
    act = record.act(NOW, "sara")
    cases = [begun(act) for _ in range(3)]
    cases[1].tell(act, "note_added")
    cases[1].tell(act, "note_added")
    kept(record, act)
    assert heads.note(record, Heads(), NOW)
    return [case.ref for case in cases]


def faults(record: Record, **wanted: str) -> list[tuple[Kind, str]]:
    return [(one.kind, one.ref) for one in verify(record, **wanted).faults]


def changed(record: Record, statement: str, **values: object) -> None:
    """As somebody with the database in hand would, with no rule of ours in the way."""
    with record.engine.begin() as connection:
        if record.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for name in connection.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        assert connection.execute(text(statement), values).rowcount > 0


ON_ONE = pytest.mark.parametrize("record", ["sqlite"], indirect=True)
"""Of the file of heads, which no database changes."""
OF = "(SELECT id FROM cases WHERE ref = :ref)"


def test_an_untouched_record_holds(record: Record, refs: list[str]) -> None:
    verdict = verify(record)
    assert (verdict.cases, verdict.heads.lines, verdict.faults) == (3, 1, [])


def test_what_goes_on_after_the_last_head_is_no_fault(record: Record, refs: list[str]) -> None:
    act = record.act(NOW, "sara")
    begun(act)
    kept(record, act)
    assert faults(record) == []


def test_one_changed_byte_is_named(record: Record, refs: list[str]) -> None:
    changed(record, f"UPDATE events SET by = 'sarb' WHERE seq = 2 AND case_id = {OF}", ref=refs[1])
    assert faults(record) == [(Kind.CHANGED, refs[1])]


def test_a_dropped_event_is_named(record: Record, refs: list[str]) -> None:
    changed(record, f"DELETE FROM events WHERE seq = 2 AND case_id = {OF}", ref=refs[1])
    assert (Kind.CHANGED, refs[1]) in faults(record)


def test_two_swapped_events_are_named(record: Record, refs: list[str]) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        changed(
            record,
            f"UPDATE events SET seq = :new WHERE seq = :old AND case_id = {OF}",
            new=new,
            old=old,
            ref=refs[1],
        )
    assert faults(record)[0] == (Kind.CHANGED, refs[1])


def test_dropped_newest_events_are_named_though_the_chain_was_mended(record: Record, refs: list[str]) -> None:
    changed(record, f"DELETE FROM events WHERE seq = 4 AND case_id = {OF}", ref=refs[1])
    changed(
        record,
        "UPDATE cases SET event_count = 3, event_hash = (SELECT hash FROM events WHERE seq = 3 AND "
        f"case_id = {OF}) WHERE ref = :ref",
        ref=refs[1],
    )
    last = verify(record).faults
    assert [(one.kind, one.ref, one.at) for one in last] == [(Kind.SHORTENED, refs[1], 4)]


def test_a_changed_number_of_events_is_named(record: Record, refs: list[str]) -> None:
    changed(record, "UPDATE cases SET event_count = 7 WHERE ref = :ref", ref=refs[1])
    assert faults(record) == [(Kind.CHANGED, refs[1])]


def test_a_dropped_case_is_named(record: Record, refs: list[str]) -> None:
    for table in ("events", "rights", "seen_ids", "search_tokens"):
        changed(record, f"DELETE FROM {table} WHERE case_id = {OF}", ref=refs[0])
    changed(record, "DELETE FROM cases WHERE ref = :ref", ref=refs[0])
    assert faults(record) == [(Kind.MISSING, refs[0])]


@pytest.fixture
def old_copy(
    record: Record, refs: list[str], request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The URL of a copy of the database as it is now."""
    record.engine.dispose()  # a database that somebody uses is not copied
    if record.engine.dialect.name == "postgresql":
        with request.getfixturevalue("postgres").database(like=record.engine.url.database) as url:
            yield url
        return
    shutil.copy(record.settings.data_dir / "record.db", tmp_path / "old.db")
    yield f"sqlite:///{tmp_path / 'old.db'}"


def test_an_old_copy_of_the_database_is_named(record: Record, refs: list[str], old_copy: str) -> None:
    act = record.act(NOW, "sara")
    new = begun(act)
    with record.writing() as session:
        search.case(session, refs[0]).tell(act, "note_added")
    kept(record, act)
    known = heads.known(record)
    assert heads.note(record, known, NOW + timedelta(hours=1))
    old = Record.open(record.settings.model_copy(update={"database_url": SecretStr(old_copy)}))
    try:
        assert set(faults(old)) == {(Kind.SHORTENED, refs[0]), (Kind.MISSING, new.ref)}
    finally:
        old.close()


def line_changed(file: Path, change: Callable[[list[str]], list[str]]) -> None:
    file.write_text("".join(f"{line}\n" for line in change(file.read_text().splitlines())))


def later_heads(record: Record, count: int) -> list[str]:
    known = heads.known(record)
    for number in range(count):
        act = record.act(NOW, "sara")
        begun(act)
        kept(record, act)
        assert heads.note(record, known, NOW + timedelta(hours=number))
    return [json.loads(line)["head"] for line in heads.file_of(record).read_text().splitlines()]


@ON_ONE
@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [lines[0].replace('"cases":3', '"cases":2'), *lines[1:]], 1),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
        (lambda lines: [lines[0], "{}", *lines[1:]], 2),
        (lambda lines: [lines[0], "\u00ff[", *lines[1:]], 2),
        (lambda lines: [lines[0], '{"changed": {"x": 5, "y": ["1", 2]}, "gone": null}', *lines[1:]], 2),
        (lambda lines: [lines[0], '{"changed": [1], "gone": "x", "signature": 7}', *lines[1:]], 2),
    ],
)
def test_heads_that_were_tampered_with_are_named(
    record: Record, refs: list[str], change: Callable[[list[str]], list[str]], line: int
) -> None:
    later_heads(record, 3)
    line_changed(heads.file_of(record), change)
    found = [one for one in verify(record).faults if one.kind is Kind.HEADS]
    assert found[0].at == line


@ON_ONE
def test_heads_cut_short_are_found_by_the_head_that_a_digest_carried(record: Record, refs: list[str]) -> None:
    told = later_heads(record, 3)
    assert faults(record, latest=told[-1]) == []
    assert faults(record, latest=told[1]) == []
    line_changed(heads.file_of(record), lambda lines: lines[:-1])
    assert faults(record, latest=told[-1]) == [(Kind.OLD_HEADS, "")]


@ON_ONE
def test_where_nothing_went_on_no_line_is_written(record: Record, refs: list[str]) -> None:
    known = heads.known(record)
    assert not heads.note(record, known, NOW)


@ON_ONE
def test_heads_name_no_person(record: Record, refs: list[str]) -> None:
    told = heads.file_of(record).read_text()
    assert "rana" not in told
    assert all(ref in told for ref in refs)

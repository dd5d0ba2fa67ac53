"""The record beside its signed heads: each change, by whoever, is named."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.evidence import heads
from inbox_agent.evidence.heads import Heads
from inbox_agent.evidence.verifying import Kind, verify
from tests.cases.records import NOW, begun, kept, local_record

__all__ = ["local_record"]


@pytest.fixture
def refs(local_record: Record) -> list[str]:
    """Three cases, the second with more events, and one signed head over them."""
    act = local_record.act(NOW, "sara")
    cases = [begun(act) for _ in range(3)]
    cases[1].tell(act, "note_added")
    cases[1].tell(act, "note_added")
    kept(local_record, act)
    assert heads.note(local_record, Heads(), NOW)
    return [case.ref for case in cases]


def faults(record: Record, **wanted: str) -> list[tuple[Kind, str]]:
    return [(one.kind, one.ref) for one in verify(record, **wanted).faults]


def database(record: Record) -> Path:
    return record.settings.data_dir / "record.db"


def changed(record: Record, statement: str, *values: object) -> None:
    """As somebody with the file in hand would, with no rule of ours in the way."""
    record.engine.dispose()
    with sqlite3.connect(database(record)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        done = connection.execute(statement, values)
        assert done.rowcount > 0
    connection.close()


OF = "(SELECT id FROM cases WHERE ref = ?)"


def test_an_untouched_record_holds(local_record: Record, refs: list[str]) -> None:
    verdict = verify(local_record)
    assert (verdict.cases, verdict.heads.lines, verdict.faults) == (3, 1, [])


def test_what_goes_on_after_the_last_head_is_no_fault(local_record: Record, refs: list[str]) -> None:
    act = local_record.act(NOW, "sara")
    begun(act)
    kept(local_record, act)
    assert faults(local_record) == []


def test_one_changed_byte_is_named(local_record: Record, refs: list[str]) -> None:
    changed(local_record, f"UPDATE events SET by = 'sarb' WHERE seq = 2 AND case_id = {OF}", refs[1])
    assert faults(local_record) == [(Kind.CHANGED, refs[1])]


def test_a_dropped_event_is_named(local_record: Record, refs: list[str]) -> None:
    changed(local_record, f"DELETE FROM events WHERE seq = 2 AND case_id = {OF}", refs[1])
    assert (Kind.CHANGED, refs[1]) in faults(local_record)


def test_two_swapped_events_are_named(local_record: Record, refs: list[str]) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        changed(
            local_record, f"UPDATE events SET seq = ? WHERE seq = ? AND case_id = {OF}", new, old, refs[1]
        )
    assert faults(local_record)[0] == (Kind.CHANGED, refs[1])


def test_dropped_newest_events_are_named_though_the_chain_was_mended(
    local_record: Record, refs: list[str]
) -> None:
    changed(local_record, f"DELETE FROM events WHERE seq = 4 AND case_id = {OF}", refs[1])
    changed(
        local_record,
        "UPDATE cases SET event_count = 3, event_hash = (SELECT hash FROM events WHERE seq = 3 AND "
        f"case_id = {OF}) WHERE ref = ?",
        refs[1],
        refs[1],
    )
    last = verify(local_record).faults
    assert [(one.kind, one.ref, one.at) for one in last] == [(Kind.SHORTENED, refs[1], 4)]


def test_a_changed_number_of_events_is_named(local_record: Record, refs: list[str]) -> None:
    changed(local_record, "UPDATE cases SET event_count = 7 WHERE ref = ?", refs[1])
    assert faults(local_record) == [(Kind.CHANGED, refs[1])]


def test_a_dropped_case_is_named(local_record: Record, refs: list[str]) -> None:
    for table in ("events", "rights", "seen_ids", "search_tokens"):
        changed(local_record, f"DELETE FROM {table} WHERE case_id = {OF}", refs[0])
    changed(local_record, "DELETE FROM cases WHERE ref = ?", refs[0])
    assert faults(local_record) == [(Kind.MISSING, refs[0])]


def test_an_old_copy_of_the_database_is_named(local_record: Record, refs: list[str], tmp_path: Path) -> None:
    local_record.engine.dispose()
    old = tmp_path / "old.db"
    shutil.copy(database(local_record), old)
    act = local_record.act(NOW, "sara")
    new = begun(act)
    with local_record.writing() as session:
        search.case(session, refs[0]).tell(act, "note_added")
    kept(local_record, act)
    known = heads.known(local_record)
    assert heads.note(local_record, known, NOW + timedelta(hours=1))
    local_record.engine.dispose()
    shutil.copy(old, database(local_record))
    assert set(faults(local_record)) == {(Kind.SHORTENED, refs[0]), (Kind.MISSING, new.ref)}


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
    local_record: Record, refs: list[str], change: Callable[[list[str]], list[str]], line: int
) -> None:
    later_heads(local_record, 3)
    line_changed(heads.file_of(local_record), change)
    found = [one for one in verify(local_record).faults if one.kind is Kind.HEADS]
    assert found[0].at == line


def test_heads_cut_short_are_found_by_the_head_that_a_digest_carried(
    local_record: Record, refs: list[str]
) -> None:
    told = later_heads(local_record, 3)
    assert faults(local_record, latest=told[-1]) == []
    assert faults(local_record, latest=told[1]) == []
    line_changed(heads.file_of(local_record), lambda lines: lines[:-1])
    assert faults(local_record, latest=told[-1]) == [(Kind.OLD_HEADS, "")]


def test_where_nothing_went_on_no_line_is_written(local_record: Record, refs: list[str]) -> None:
    known = heads.known(local_record)
    assert not heads.note(local_record, known, NOW)


def test_heads_name_no_person(local_record: Record, refs: list[str]) -> None:
    told = heads.file_of(local_record).read_text()
    assert "rana" not in told
    assert all(ref in told for ref in refs)

"""A start replays what was erased since the last one, and all of it wherever a restore may have been."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import replayed, replaying
from inbox_agent.cases.keys import ledger
from inbox_agent.cases.keys.ledger import Line
from inbox_agent.cases.keys.store import Erasure, StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.database import reading, writing
from tests.beginning import new_record
from tests.cases.records import NOW, begun, kept
from tests.cases.test_replaying import Copies, erase
from tests.company import settings
from tests.process.conftest import Post
from tests.process.lived import letter_of, lived, watched
from tests.process.test_forgetting import readable_words, still_opens


def erased_keys(record: Record, count: int) -> list[uuid.UUID]:
    keys = [record.keyring.new_key(NOW) for _ in range(count)]
    record.keyring.save()
    record.keyring.destroy(keys, why="erased", now=NOW)
    return keys


def new_in(record: Record) -> list[uuid.UUID] | None:
    """What a start would replay; None for everything."""
    told = replayed.since(record, ledger.whole_lines(record.keyring.ledger_file))
    return None if told is None else list(told.keys)


def test_a_second_start_reads_only_what_was_erased_since(record: Record) -> None:
    erased_keys(record, 3)
    assert new_in(record) is None
    replaying.replay_new(record, NOW)
    assert new_in(record) == []
    later = erased_keys(record, 2)
    assert new_in(record) == later
    assert replaying.replay_new(record, NOW).is_clean
    assert new_in(record) == []


def test_what_one_ledger_alone_knew_is_settled_by_the_next_start(record: Record) -> None:
    erased_keys(record, 2)
    record.keyring.ledger_file.unlink()
    replaying.replay_new(record, NOW)
    replaying.replay_new(record, NOW)
    assert new_in(record) == []


@pytest.mark.parametrize("names", [("record.db",), ("keys.db",), ("record.db", "keys.db")])
@pytest.mark.parametrize("starts", [0, 1], ids=["no start between", "a start between"])
def test_every_restore_is_noticed_by_the_next_start(
    tmp_path: Path, copies: Copies, names: tuple[str, ...], starts: int
) -> None:
    record = new_record(settings(tmp_path))
    post = Post(record)
    erased_keys(record, 1)
    with watched() as sealing:
        lived(record, post, letter_of())
    replaying.replay_new(record, post.now)
    copies.take(record)
    erase(record, post)
    for _ in range(starts):
        replaying.replay_new(record, post.now)
    record = copies.bring_back(record, *names)
    back = replaying.replay_new(record, post.now)
    assert (bool(back.keys or "keys.db" not in names), bool(back.cases)) == (True, "record.db" in names)
    assert still_opens(record, sealing) == []
    assert readable_words(record) == []
    assert replaying.look(record).is_clean
    record.close()


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    return Copies(tmp_path)


def key_is_there_again(record: Record, key: uuid.UUID) -> None:
    with writing(record.keyring.engine) as session:
        session.execute(insert(StoredKey), [{"id": key, "wrapped": b"w", "created_at": NOW}])


def store_lost_a_line(record: Record, key: uuid.UUID) -> None:
    with writing(record.keyring.engine) as session:
        session.execute(delete(Erasure).where(Erasure.key_id == key))


def store_knows_another(record: Record, _: uuid.UUID) -> None:
    with writing(record.keyring.engine) as session:
        session.add(Erasure(key_id=uuid.uuid4(), erased_at=NOW, why="elsewhere"))


def file_is_shorter(record: Record, _: uuid.UUID) -> None:
    file = record.keyring.ledger_file
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))


def file_is_another(record: Record, key: uuid.UUID) -> None:
    file = record.keyring.ledger_file
    file.write_text(file.read_text().replace(key.hex, uuid.uuid4().hex))


@pytest.mark.parametrize(
    "change", [key_is_there_again, store_lost_a_line, store_knows_another, file_is_shorter, file_is_another]
)
def test_whatever_is_not_as_it_was_left_is_all_looked_at(
    record: Record, change: Callable[[Record, uuid.UUID], None]
) -> None:
    erased_keys(record, 1)
    key = erased_keys(record, 1)[0]
    replaying.replay_new(record, NOW)
    change(record, key)
    assert new_in(record) is None
    replaying.replay_new(record, NOW)
    replaying.replay_new(record, NOW)
    assert new_in(record) == []
    with reading(record.keyring.engine) as session:
        assert session.get(StoredKey, key) is None


def test_what_another_machine_wrote_into_the_ledger_since_is_erased_here(record: Record) -> None:
    replaying.replay_new(record, NOW)
    act = record.act(NOW)
    case = begun(act)
    kept(record, act)
    record.keyring.destroy([case.key_id], why="erased", now=NOW)
    assert list(replaying.replay_new(record, NOW).cases) == [case.ref]
    with record.reading() as session:
        assert session.scalars(select(Case.requester_hash)).all() == [None]


def test_a_line_that_is_just_being_written_belongs_to_the_next_start(record: Record) -> None:
    file = record.keyring.ledger_file
    erased_keys(record, 1)
    text = json.dumps({"at": NOW.isoformat(), "why": "erased", "keys": [uuid.uuid4().hex]})
    with file.open("a") as log:
        log.write(text[:-5])
    replaying.replay_new(record, NOW)
    assert new_in(record) == []
    with file.open("a") as log:
        log.write(text[-5:] + "\n")
    assert new_in(record) is None, "the store does not know that key yet"
    ledger.note(file, Line(NOW, "erased", (uuid.uuid4(),)))
    replaying.replay_new(record, NOW)
    assert replaying.look(record).is_clean

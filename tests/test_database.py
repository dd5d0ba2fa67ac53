"""The door to the database: short transactions, errors in our words, locks that die with their holder."""

import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, text

from inbox_agent.cases.record import Record
from inbox_agent.database import (
    BUSY_MILLISECONDS,
    Lock,
    UtcDateTime,
    connect,
    new_id,
    reading,
    savepoint,
    writing,
)
from inbox_agent.errors import NotWritten, TryAgainLater, WrongSetting

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOLDER = """
import sys
from pathlib import Path
from inbox_agent.database import Lock, connect
lock = Lock(connect(sys.argv[1]), Path(sys.argv[2]), "collect INBOX")
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def engine(record: Record) -> Engine:
    """A database with a table of numbers."""
    return with_numbers(record.engine)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Engine]:
    """The same on SQLite only."""
    made = connect(f"sqlite:///{tmp_path}/numbers.db")
    yield with_numbers(made)
    made.dispose()


def with_numbers(engine: Engine) -> Engine:
    with writing(engine) as session:
        session.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
    return engine


def numbers(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(text("SELECT number FROM numbers ORDER BY number")))


def put(number: int) -> str:
    return f"INSERT INTO numbers VALUES ({number})"


def test_a_write_is_kept_whole_or_not_at_all(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text(put(1)))
    with pytest.raises(NotWritten), writing(engine) as session:
        session.execute(text(f"{put(2)}, (1)"))
    assert numbers(engine) == [1]


def test_nothing_that_is_changed_while_reading_is_kept(engine: Engine) -> None:
    with reading(engine) as session:
        session.execute(text(put(1)))
    assert numbers(engine) == []


def test_whoever_reads_sees_one_moment_however_long_it_takes(engine: Engine) -> None:
    """Else a case and its history, read one after the other while somebody writes, would not fit together."""
    with reading(engine) as session:
        before = session.execute(text("SELECT count(*) FROM numbers")).scalar()
        with writing(engine) as other:
            other.execute(text("INSERT INTO numbers VALUES (77)"))
        assert session.execute(text("SELECT count(*) FROM numbers")).scalar() == before
    with reading(engine) as session:
        assert session.execute(text("SELECT count(*) FROM numbers")).scalar() == before + 1


def test_a_part_of_a_write_can_fail_alone(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text(put(1)))
        with pytest.raises(NotWritten), savepoint(session):
            session.execute(text(f"{put(2)}, (1)"))
        session.execute(text(put(3)))
    assert numbers(engine) == [1, 3]


def test_rows_that_the_database_refuses_are_told_without_their_words(engine: Engine) -> None:
    with pytest.raises(NotWritten) as refusal, writing(engine) as session:
        session.execute(text("INSERT INTO numbers VALUES (:one), (:one)"), {"one": 4711})
    assert not re.search("INSERT|4711", str(refusal.value))


def test_on_sqlite_those_who_read_and_then_write_wait_for_each_other(local: Engine) -> None:
    def count() -> None:
        for _ in range(20):
            with writing(local) as session:
                most = session.scalars(text("SELECT coalesce(max(number), 0) FROM numbers")).one()
                session.execute(text(put(most + 1)))

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(local) == list(range(1, 81))


def test_a_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text(put(1)))
        assert numbers(engine) == []
    assert numbers(engine) == [1]


def test_moments_come_back_aware_and_in_utc(engine: Engine) -> None:
    column = UtcDateTime()
    bound = column.process_bind_param(NOW.astimezone(timezone(timedelta(hours=3))), engine.dialect)
    assert bound is not None
    assert bound.isoformat() == "2026-11-24T09:00:00+00:00"
    for stored in (datetime(2026, 11, 24, 9), bound):  # noqa: DTZ001 - what SQLite gives
        came = column.process_result_value(stored, engine.dialect)
        assert came == NOW
        assert came.utcoffset() == timedelta(0)


def test_a_database_out_of_reach_means_try_again_later() -> None:
    engine = connect("postgresql://inbox@127.0.0.1:1/nowhere")
    with pytest.raises(TryAgainLater, match="out of reach"), reading(engine) as session:
        session.execute(text("SELECT 1"))


def test_a_database_file_that_cannot_be_opened_means_try_again_later(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/no/such/folder/record.db")
    with pytest.raises(TryAgainLater, match="out of reach"), writing(engine) as session:
        session.execute(text("SELECT 1"))


@pytest.mark.parametrize(
    "url",
    ["", "record.db", "mysql://host/name", "oracle://host", "sqlite+nothing:///x", "postgresql://h:port/x"],
)
def test_a_url_of_another_kind_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(WrongSetting, match="database URL") as refusal:
        connect(url)
    assert "\n" not in str(refusal.value)


def test_a_wrong_url_is_not_repeated_for_its_password() -> None:
    with pytest.raises(WrongSetting) as refusal:
        connect("mysql://root:correct-horse@host/name")
    assert "horse" not in str(refusal.value)


def test_sqlite_is_opened_for_safety_and_patience(full_safety: None, tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/record.db")
    with reading(engine) as session:
        names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "secure_delete")
        found = [session.scalar(text(f"PRAGMA {name}")) for name in names]
    assert found == ["wal", 2, BUSY_MILLISECONDS, 1, 0]
    engine.dispose()


def test_a_store_of_keys_overwrites_what_is_deleted(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/keys.db", secure_delete=True)
    with reading(engine) as session:
        found = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "secure_delete")]
    assert found == ["truncate", 1]
    engine.dispose()


def test_a_lock_has_one_holder_and_nobody_waits_for_it(record: Record) -> None:
    first, second, other = (record.lock(name) for name in ("collect INBOX", "collect INBOX", "collect Junk"))
    assert [first.acquire(), second.acquire(), other.acquire()] == [True, False, True]
    first.release()
    assert second.acquire()
    for lock in (second, other):
        lock.release()


def test_a_lock_is_released_twice_without_complaint(record: Record) -> None:
    lock = record.lock("collect INBOX")
    assert lock.acquire()
    lock.release()
    lock.release()


def test_a_lock_is_free_again_when_its_holder_was_killed(record: Record, tmp_path: Path) -> None:
    url = record.engine.url.render_as_string(hide_password=False)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"True\n"
    lock = Lock(record.engine, tmp_path, "collect INBOX")
    assert not lock.acquire()
    holder.kill()
    holder.communicate()
    while not lock.acquire():  # PostgreSQL needs a moment to notice
        pass
    lock.release()


def test_ids_are_uuids_of_version_7_in_order_of_time() -> None:
    made = [new_id(NOW + timedelta(milliseconds=number)) for number in range(100)]
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert made == sorted(made)
    assert made[0].int >> 80 == int(NOW.timestamp() * 1000)


def test_ids_of_one_moment_differ_and_keep_their_order() -> None:
    made = [new_id(NOW) for _ in range(10_000)]
    assert len(set(made)) == 10_000


def test_to_open_a_database_once_more_gives_up_no_lock_on_it(tmp_path: Path) -> None:
    """Another process would else take the write-ahead log away under this one's hands."""
    url = f"sqlite:///{tmp_path / 'record.db'}"
    first = connect(url)
    with first.connect() as held:
        held.exec_driver_sql("CREATE TABLE t (n INTEGER)")
        held.commit()
        connect(url).connect().close()
        other = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM t'); c.close()"
        )
        subprocess.run([sys.executable, "-c", other, str(tmp_path / "record.db")], check=True)
        assert (tmp_path / "record.db-wal").exists()
    first.dispose()

"""Personal data at rest can only be read with a key that is kept apart, and never again without it."""

import os
import stat
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.keys.master import Master
from inbox_agent.cases.keys.store import StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.database import connect, reading, upgrade
from inbox_agent.errors import Erased, WrongSetting
from tests.company import settings

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROW = uuid.uuid4()


def new_master() -> Master:
    key = os.urandom(32)
    return Master(lambda: [key])


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    engine = connect(f"sqlite:///{tmp_path / 'keys.db'}", secure_delete=True)
    upgrade(engine, "keys")
    ring = Keyring(engine, new_master(), tmp_path / "erasures.log")
    ring.load_named(["lookup"], make=True)
    return ring


def test_what_was_sealed_opens_in_its_own_place_only(keyring: Keyring) -> None:
    key = keyring.new_key(NOW)
    sealed = keyring.seal(key, b"rana@example.com", "case.request", ROW)
    assert b"rana" not in sealed
    assert keyring.open(sealed, "case.request", ROW) == b"rana@example.com"
    for column, row in (("letter.to", ROW), ("case.request", uuid.uuid4())):
        with pytest.raises(Erased):
            keyring.open(sealed, column, row)


def test_one_changed_bit_is_noticed(keyring: Keyring) -> None:
    sealed = keyring.seal(keyring.new_key(NOW), b"rana@example.com", "case.request", ROW)
    with pytest.raises(Erased):
        keyring.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "case.request", ROW)


def test_threads_that_save_at_once_lose_no_key(keyring: Keyring) -> None:
    made: list[uuid.UUID] = []

    def work() -> None:
        for _ in range(50):
            made.append(keyring.new_key(NOW))
            keyring.save()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(keyring._engine) as session:
        assert set(session.scalars(select(StoredKey.id))) == set(made)


def test_a_hash_depends_on_its_key_and_its_name(keyring: Keyring, tmp_path: Path) -> None:
    other = Keyring(keyring._engine, new_master(), tmp_path / "other.log")
    assert keyring.hash("lookup", b"rana") == keyring.hash("lookup", b"rana")
    assert keyring.hash("lookup", b"rana") != keyring.hash("lookup", b"samer")
    with pytest.raises(WrongSetting, match="master key is not the one"):
        other.load_named(["lookup"], make=False)


def test_a_sealed_text_opens_whole_under_its_own_name_and_key_only(keyring: Keyring, tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'other.db'}", secure_delete=True)
    other = Keyring(engine, new_master(), tmp_path / "other.log")
    upgrade(other._engine, "keys")
    for ring in (keyring, other):
        ring.load_named(["search", "token"], make=True)
    sealed = keyring.seal_text("search", "هلا hala@example.com")
    assert keyring.open_text("search", sealed) == "هلا hala@example.com"
    assert sealed != keyring.seal_text("search", "هلا hala@example.com"), (
        "equal texts are not seen to be equal"
    )
    assert keyring.open_text("token", sealed) is None
    assert other.open_text("search", sealed) is None
    for broken in (sealed[:-1], sealed + "A", sealed[4:], "", "é", "A"):
        assert keyring.open_text("search", broken) is None
    other.close()


def test_the_first_start_makes_a_master_key_for_our_eyes_only(tmp_path: Path) -> None:
    Record.open(settings(tmp_path)).close()
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600


def test_a_missing_key_store_beside_a_database_is_a_refusal_to_start(tmp_path: Path) -> None:
    Record.open(settings(tmp_path)).close()
    for file in tmp_path.glob("keys.db*"):
        file.unlink()
    with pytest.raises(WrongSetting, match="restore the keys"):
        Record.open(settings(tmp_path))


def test_a_renewed_key_is_there_at_the_next_start(tmp_path: Path) -> None:
    record = Record.open(settings(tmp_path))
    record.keyring.renew("token", forget=False)
    now = record.keyring.hashes("token", b"x")
    record.close()
    again = Record.open(settings(tmp_path))
    assert again.keyring.hashes("token", b"x") == now
    assert (len(now), again.keyring.hash("token", b"x")) == (2, now[0])
    again.close()

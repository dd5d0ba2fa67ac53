"""Another master key: all keys or none are wrapped by it, and the store opens whenever the process dies."""

import base64
import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from inbox_agent.cases.keys import backups, ledger, rotation
from inbox_agent.cases.keys.store import StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.database import reading
from inbox_agent.errors import WrongSetting
from tests.cases.records import NOW, begun, kept
from tests.company import settings

KEY = base64.b64encode(os.urandom(32)).decode()


def opened(folder: Path, databases: dict[str, str], **more: str) -> Record:
    return Record.open(settings(folder, **databases, **more))


def a_case(record: Record) -> tuple[bytes, uuid.UUID]:
    act = record.act(NOW)
    case = begun(act)
    kept(record, act)
    return case.sealed_request, case.id


def wrapped(record: Record) -> list[bytes]:
    with reading(record.keyring.engine) as session:
        return list(session.scalars(select(StoredKey.wrapped)))


def test_after_a_rotation_everything_opens_and_nothing_of_the_old_wrapping_is_left(
    begun_databases: dict[str, str], tmp_path: Path
) -> None:
    record = opened(tmp_path, begun_databases)
    sealed, case_id = a_case(record)
    old, before = (tmp_path / "master.key").read_bytes(), wrapped(record)
    rotation.rotate(record)
    assert (tmp_path / "master.key").read_bytes() != old
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "master.key.new").exists()
    assert not set(before) & set(wrapped(record))
    files = b"".join(file.read_bytes() for file in tmp_path.glob("keys.db*"))
    assert not any(one in files for one in before)
    record.close()
    record = opened(tmp_path, begun_databases)
    assert b"rana" in record.keyring.open(sealed, "case.request", case_id)
    record.close()


def test_a_process_that_runs_meanwhile_takes_the_new_key_by_itself(
    begun_databases: dict[str, str], tmp_path: Path
) -> None:
    running, other = opened(tmp_path, begun_databases), opened(tmp_path, begun_databases)
    sealed, case_id = a_case(running)
    rotation.rotate(other)
    running.keyring.forget_cached()
    assert running.keyring.open(sealed, "case.request", case_id)
    new, new_id = a_case(running)
    other.keyring.forget_cached()
    assert other.keyring.open(new, "case.request", new_id)
    running.close()
    other.close()


def test_with_the_key_as_a_setting_a_running_process_writes_nothing_until_it_has_the_new_one(
    databases: dict[str, str], tmp_path: Path
) -> None:
    running, other = (opened(tmp_path, databases, master_key=KEY) for _ in range(2))
    sealed, case_id = a_case(running)
    file = tmp_path / "new.txt"
    file.write_text(base64.b64encode(os.urandom(32)).decode())
    with pytest.raises(WrongSetting, match="name a file with the new key"):
        rotation.rotate(other)
    rotation.rotate(other, file)
    running.keyring.new_key(NOW)
    count = len(wrapped(other))
    with pytest.raises(WrongSetting, match="rotated"):
        running.keyring.save()
    assert len(wrapped(other)) == count
    with pytest.raises(WrongSetting):
        opened(tmp_path, databases, master_key=KEY)
    again = opened(tmp_path, databases, master_key=file.read_text())
    assert again.keyring.open(sealed, "case.request", case_id)
    assert not (tmp_path / "master.key.new").exists()
    for record in (running, other, again):
        record.close()


def test_another_new_key_than_the_one_that_waits_is_not_passed_over_in_silence(
    begun_databases: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = opened(tmp_path, begun_databases)
    with monkeypatch.context() as dying:
        dying.setattr(rotation, "rewrap", _dies)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate(record)
    given = tmp_path / "given"
    given.write_text(KEY)
    with pytest.raises(WrongSetting, match="waits with another new key"):
        rotation.rotate(record, given)
    record.close()


@pytest.mark.parametrize("step", ["rewrap", "take_over"])
def test_killed_at_any_step_the_store_opens_and_the_rotation_goes_on(
    begun_databases: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    record = opened(tmp_path, begun_databases)
    sealed, case_id = a_case(record)
    with monkeypatch.context() as dying:
        dying.setattr(rotation, step, _dies)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate(record)
    record.close()
    assert (tmp_path / "master.key.new").exists()
    record = opened(tmp_path, begun_databases)
    assert record.keyring.open(sealed, "case.request", case_id)
    rotation.rotate(record)
    assert not (tmp_path / "master.key.new").exists()
    record.close()
    opened(tmp_path, begun_databases).close()


def test_killed_within_the_rewrapping_nothing_is_rewrapped(
    begun_databases: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = opened(tmp_path, begun_databases)
    a_case(record)
    before = wrapped(record)
    with monkeypatch.context() as dying:
        dying.setattr(rotation, "batched", _dies)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate(record)
    assert wrapped(record) == before
    record.close()
    opened(tmp_path, begun_databases).close()


def test_a_backup_opens_with_its_own_master_key_only(begun_databases: dict[str, str], tmp_path: Path) -> None:
    record = opened(tmp_path, begun_databases)
    a_case(record)
    file = backups.back_up(record, NOW)
    rotation.rotate(record)
    with pytest.raises(WrongSetting, match="master key"):
        restored(record, file)
    record.close()


def test_a_backup_is_useless_without_the_master_key_and_for_its_owner_only(
    begun_databases: dict[str, str], tmp_path: Path
) -> None:
    record = opened(tmp_path, begun_databases)
    key_id = record.keyring.new_key(NOW)
    plain, _ = record.keyring._unsaved[key_id]
    record.keyring.save()
    file = backups.back_up(record, NOW)
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    assert base64.b64encode(plain).decode() not in text
    assert base64.b64encode(record.keyring.master.key).decode() not in text
    assert key_id.hex in text
    record.close()


def restored(record: Record, file: Path) -> int:
    found = backups.read(file)
    outside = ledger.read([record.keyring.ledger_file])
    return backups.restore(record.keyring.engine, record.keyring.master, found, outside)


def test_a_restore_brings_back_what_was_lost_but_nothing_that_was_erased(
    begun_databases: dict[str, str], tmp_path: Path
) -> None:
    record = opened(tmp_path, begun_databases)
    lost, erased = (record.keyring.new_key(NOW) for _ in range(2))
    record.keyring.save()
    file = backups.back_up(record, NOW)
    record.keyring.destroy([erased], why="erased", now=NOW)
    record.keyring.discard([lost])
    assert restored(record, file) == 1
    assert restored(record, file) == 0
    with reading(record.keyring.engine) as session:
        assert set(session.scalars(select(StoredKey.id))) == {lost}
    record.close()


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_half_a_backup_is_refused(begun_databases: dict[str, str], tmp_path: Path, cut: int) -> None:
    record = opened(tmp_path, begun_databases)
    file = backups.back_up(record, NOW)
    file.write_bytes(file.read_bytes()[:-cut])
    if cut == 1:
        file.write_bytes(b"\n".join(file.read_bytes().splitlines()[:-1]))
    with pytest.raises(WrongSetting, match="whole"):
        backups.read(file)
    record.close()


def test_backups_are_made_daily_and_none_is_older_than_its_days(record: Record) -> None:
    days = [NOW + number * timedelta(hours=24) for number in range(12)]
    for now in days:
        assert backups.back_up_daily(record, now) is not None
        assert backups.back_up_daily(record, now + timedelta(hours=1)) is None
        assert all(now - made < timedelta(days=7) for made, _ in backups.backups(record.settings))
    assert len(backups.backups(record.settings)) == 7


def _dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt

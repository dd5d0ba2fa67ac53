"""Keys and the record they open: kept apart, on disk in time, missed when they are missing."""

import base64
import os
import stat
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select

from inbox_agent.cases import inbound
from inbox_agent.cases.keys.store import Erasure, StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.database import reading
from inbox_agent.errors import Erased, WrongSetting
from inbox_agent.mailbox import Arrival
from tests.cases.records import NOW, begun, folder, kept
from tests.company import settings

ROW = uuid.uuid4()
COLUMN = "case.request"


def test_new_keys_are_on_disk_before_the_rows_they_seal(databases: dict[str, str], tmp_path: Path) -> None:
    dying = Record.open(settings(tmp_path, **databases))
    arrival = Arrival(1, NOW, b"Subject: hello\r\n\r\nhello", 23)
    [email] = inbound.sealed(dying.keyring, folder(), [arrival], junk=False, now=NOW)
    dying.close()
    after = Record.open(settings(tmp_path, **databases))
    assert email.sealed_raw is not None
    assert after.keyring.open(email.sealed_raw, "inbound_email.raw", email.id) == arrival.raw
    after.close()


def test_what_was_sealed_is_read_after_a_new_start(databases: dict[str, str], tmp_path: Path) -> None:
    first = Record.open(settings(tmp_path, **databases))
    act = first.act(NOW)
    case = begun(act)
    kept(first, act)
    first.close()
    second = Record.open(settings(tmp_path, **databases))
    assert case.request(second.keyring)["requester"] == "rana@example.com"
    second.close()


def test_a_destroyed_key_opens_nothing_and_the_ledger_says_so(record: Record) -> None:
    key = record.keyring.new_key(NOW)
    sealed = record.keyring.seal(key, b"Rana", COLUMN, ROW)
    record.keyring.save()
    for _ in range(2):  # as after a restore, when past erasures are repeated
        record.keyring.destroy([key], why="not_a_request", now=NOW)
    with pytest.raises(Erased):
        record.keyring.open(sealed, COLUMN, ROW)
    with reading(record.keyring._engine) as session:
        [line] = session.scalars(select(Erasure))
    assert (line.key_id, line.erased_at, line.why) == (key, NOW, "not_a_request")


def test_nothing_is_left_of_a_destroyed_key_in_any_file_while_the_agent_runs(
    local_record: Record, tmp_path: Path
) -> None:
    keyring = local_record.keyring
    destroyed, discarded, other = (keyring.new_key(NOW) for _ in range(3))
    keyring.save()
    with reading(keyring._engine) as session:
        wrapped = {key.id: key.wrapped for key in session.scalars(select(StoredKey))}
    keyring.destroy([destroyed], why="erased", now=NOW)
    keyring.discard([discarded])
    files = b"".join(file.read_bytes() for file in tmp_path.glob("keys.db*"))
    assert [wrapped[key] in files for key in (destroyed, discarded, other)] == [False, False, True]


def test_keys_stand_wrapped_in_their_store(local_record: Record, tmp_path: Path) -> None:
    key = local_record.keyring.new_key(NOW)
    plain, _ = local_record.keyring._unsaved[key]
    local_record.keyring.save()
    assert plain not in b"".join(file.read_bytes() for file in tmp_path.glob("*.db*"))


def test_the_same_words_are_never_sealed_to_the_same_bytes(local_record: Record) -> None:
    key = local_record.keyring.new_key(NOW)
    assert len({local_record.keyring.seal(key, b"Rana", COLUMN, ROW) for _ in range(100)}) == 100


def test_the_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    Record.open(settings(tmp_path / "data")).close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_stores_are_for_their_owner_only_in_a_folder_that_others_may_enter(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    for _ in ("made", "found with wider rights"):
        record = Record.open(settings(folder))
        open_to_others = [one.name for one in folder.glob("*.db*") if one.stat().st_mode & 0o007]
        record.close()
        assert open_to_others == []
        (folder / "keys.db").chmod(0o644)
        (folder / "record.db").chmod(0o644)


def test_a_key_file_missing_beside_a_record_is_told_and_no_new_one_made(
    databases: dict[str, str], tmp_path: Path
) -> None:
    Record.open(settings(tmp_path, **databases)).close()
    (tmp_path / "master.key").unlink()
    assert "master.key is missing" in refusal(tmp_path, **databases)
    assert not (tmp_path / "master.key").exists()


def test_another_master_key_in_the_settings_is_told(databases: dict[str, str], tmp_path: Path) -> None:
    Record.open(settings(tmp_path, **databases)).close()
    other = base64.b64encode(os.urandom(32)).decode()
    assert "the master key is not the one" in refusal(tmp_path, master_key=other, **databases)


@pytest.mark.parametrize("key", ["", "too short", "====", base64.b64encode(bytes(31)).decode(), "\xff"])
def test_a_key_file_that_holds_no_key_is_told(tmp_path: Path, key: str) -> None:
    (tmp_path / "master.key").write_text(key, "latin-1")
    assert "32 bytes in base64" in refusal(tmp_path)


def test_keys_in_the_database_that_they_open_are_refused(tmp_path: Path) -> None:
    same = f"sqlite:///{tmp_path}/one.db"
    assert "INBOX_AGENT_KEYS_URL" in refusal(tmp_path, database_url=same, keys_url=same)


def test_a_master_key_from_the_settings_is_written_nowhere(tmp_path: Path) -> None:
    master = os.urandom(32)
    Record.open(settings(tmp_path, master_key=base64.b64encode(master).decode())).close()
    assert not (tmp_path / "master.key").exists()
    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert master not in files
    assert base64.b64encode(master) not in files


def refusal(folder: Path, **changes: str) -> str:
    """Why a record does not open: one line."""
    with pytest.raises(WrongSetting) as refused:
        Record.open(settings(folder, **changes))
    assert "\n" not in str(refused.value)
    return str(refused.value)

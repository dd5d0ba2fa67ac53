"""`retention`, `erasures`, `keys` and `case REF erase` from the shell: what they do, say and refuse."""

import base64
import json
import os
import shutil
import sqlite3
import uuid
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.office import Office
from tests.company import COPY_PLEASE, mail

BY = ("--by", "Sara", "--yes")
WHY = ("--why", "the customer asked for it")


@pytest.fixture
def data(office: Office) -> Path:
    return office.folder / "data"


@pytest.fixture
def ref(office: Office) -> str:
    """A case that was closed today."""
    office.receive(mail(COPY_PLEASE))
    ref = office.reference()
    office.told("case", ref, "withdraw", *BY)
    office.told("run", "--once")
    if office.json("show", ref)["state"] != "closed":
        office.told("case", ref, "close", *BY)
    return ref


def changed(data: Path, statement: str, name: str = "record.db") -> None:
    with sqlite3.connect(data / name) as database:
        database.execute(statement)


def long_ago(data: Path, days: int) -> None:
    changed(data, f"UPDATE cases SET closed_at = datetime(closed_at, '-{days} days') || '.000000'")
    changed(data, "UPDATE letters SET state = 'sent'")
    changed(data, "UPDATE cases SET attention = NULL")


def test_retention_says_what_would_go_then_does_it_and_the_second_time_nothing(
    office: Office, ref: str, data: Path
) -> None:
    long_ago(data, 91)
    foreseen = office.json("retention", "--dry-run")
    assert set(foreseen) == {
        *("at", "dry_run", "bodies", "records", "mails", "rows", "held", "failed", "held_by")
    }
    assert (foreseen["dry_run"], foreseen["bodies"], foreseen["failed"]) == (True, 1, 0)
    assert datetime.fromisoformat(foreseen["at"]).tzinfo is not None
    assert office.json("retention", "--dry-run")["bodies"] == 1, "nothing was done"
    assert "1 cases lost their bodies, 0 their record." in office.told("retention")
    again = office.json("retention")
    assert (again["dry_run"], again["bodies"], again["held"]) == (False, 0, 0)


def test_retention_says_what_holds_a_case(office: Office, ref: str, data: Path) -> None:
    long_ago(data, 91)
    changed(data, "UPDATE cases SET keeps_all = 1")
    assert "1 cases past their date are held (keeps_all 1)." in office.told("retention")
    told = office.json("retention")
    assert (told["bodies"], told["held"], told["held_by"]["keeps_all"]) == (0, 1, 1)


def erased(office: Office, ref: str, data: Path) -> None:
    assert office.type("case", ref, "erase", *WHY, *BY).code == 0
    agreed(office, ref, data)


def agreed(office: Office, ref: str, data: Path) -> None:
    """The day that a second call from the shell must wait has passed."""
    changed(data, "UPDATE erasures_asked SET at = datetime(at, '-2 days') || '.000000'")
    assert office.type("case", ref, "erase", *WHY, *BY).code == 0


def test_a_case_is_erased_by_the_second_call_a_day_later(office: Office, ref: str, data: Path) -> None:
    long_ago(data, 1)
    assert "waits for a second person" in office.told("case", ref, "erase", *WHY, *BY)
    line = office.refused(1, "case", ref, "erase", *WHY, *BY)
    assert ref in line
    assert "rana" in office.told("show", ref)
    agreed(office, ref, data)
    assert "rana" not in office.told("show", ref)
    assert office.json("erasures", "list") != []
    office.refused(1, "case", "MC-0000-0000", "erase", *WHY, *BY)


def test_an_open_case_and_one_without_a_reason_are_not_erased(office: Office, ref: str, data: Path) -> None:
    long_ago(data, 1)
    assert "why" in office.refused(1, "case", ref, "erase", "--why", "  ", *BY)
    changed(data, "UPDATE cases SET state = 'open'")
    assert "only a closed case" in office.refused(1, "case", ref, "erase", *WHY, *BY)


def test_erasures_are_listed_with_the_day_on_which_they_are_complete(
    office: Office, ref: str, data: Path
) -> None:
    assert "Nothing was erased yet." in office.told("erasures", "list")
    assert office.json("erasures", "list") == []
    long_ago(data, 1)
    erased(office, ref, data)
    lines = office.json("erasures", "list")
    assert {frozenset(one) for one in lines} == {frozenset({"key", "erased_at", "why", "complete_at"})}
    assert {one["why"] for one in lines} == {"erased"}
    for one in lines:
        took = datetime.fromisoformat(one["complete_at"]) - datetime.fromisoformat(one["erased_at"])
        assert (uuid.UUID(one["key"]).hex, took.days) == (one["key"], 7)
    assert lines[0]["key"] in office.told("erasures", "list").replace("\n", "")


def test_a_replay_says_what_came_back_and_the_second_one_that_nothing_did(
    office: Office, ref: str, data: Path
) -> None:
    long_ago(data, 1)
    copy = office.folder / "copy.db"
    with sqlite3.connect(data / "record.db") as before, sqlite3.connect(copy) as into:
        before.backup(into)
    erased(office, ref, data)
    for old in data.glob("record.db*"):
        old.unlink()
    shutil.copy(copy, data / "record.db")
    told = office.json("erasures", "replay")
    assert set(told) == {
        *("known", "keys", "cases", "mails", "files"),
        *("left_alone_if_they_come_again", "still_open", "unreadable_lines"),
    }
    assert (told["cases"], told["mails"], told["still_open"]) == ([ref], 1, [])
    assert "Nothing had come back" in office.told("erasures", "replay")


def test_a_replay_reads_further_ledgers_and_counts_what_is_none(office: Office, ref: str, data: Path) -> None:
    other = office.folder / "elsewhere.log"
    key = uuid.uuid4().hex
    other.write_text(
        json.dumps({"at": "2026-11-01T00:00:00+00:00", "why": "erased", "keys": [key]}) + "\n?\n"
    )
    told = office.json("erasures", "replay", "--ledger", str(other))
    assert (told["known"], told["unreadable_lines"]) == (1, 1)
    assert [one["key"] for one in office.json("erasures", "list")] == [key]


@pytest.mark.parametrize("what", ["missing", "folder"])
def test_a_ledger_that_is_not_there_is_one_clear_line(office: Office, ref: str, what: str) -> None:
    place = office.folder / "no.log"
    if what == "folder":
        place.mkdir()
    assert "no.log" in office.refused(2, "erasures", "replay", "--ledger", str(place))


def backed_up(office: Office) -> Path:
    return Path(office.told("keys", "backup").split(" (")[0])


def test_keys_are_backed_up_and_restored(office: Office, ref: str, data: Path) -> None:
    file = backed_up(office)
    assert file.parent == data / "key-backups"
    assert "0 of" in office.told("keys", "restore", str(file)), "all of them are there"
    changed(data, "DELETE FROM stored_key", "keys.db")
    assert "rana" not in office.type("show", ref).out
    count = len(office.told("keys", "restore", str(file)).split())
    assert count
    assert "rana" in office.told("show", ref)


def test_what_was_erased_since_a_backup_stays_erased(office: Office, ref: str, data: Path) -> None:
    long_ago(data, 1)
    file = backed_up(office)
    erased(office, ref, data)
    (data / "keys.db").unlink()
    told = office.told("keys", "restore", str(file))
    dead = len(office.json("erasures", "list"))
    assert dead
    assert f"{dead} were destroyed since and stay so." in told
    assert "rana" not in office.told("show", ref)


def test_what_is_no_backup_is_one_clear_line_and_changes_nothing(
    office: Office, ref: str, data: Path
) -> None:
    file = backed_up(office)
    whole = file.read_bytes()
    wrong = office.folder / "wrong.jsonl"
    for octets in (b"", b"hello", b"{}\n{}\n", b"\xff\xfe\x00", whole[:-30], b"[]\n[]\n"):
        wrong.write_bytes(octets)
        assert "wrong.jsonl" in office.refused(2, "keys", "restore", str(wrong))
    assert "gone.jsonl" in office.refused(2, "keys", "restore", "gone.jsonl")
    assert str(office.folder) in office.refused(2, "keys", "restore", str(office.folder))
    assert "no.log" in office.refused(2, "keys", "restore", str(file), "--ledger", "no.log")
    assert "rana" in office.told("show", ref)


def test_a_backup_of_another_office_is_refused(office: Office, ref: str, data: Path) -> None:
    file = backed_up(office)
    office.set(DATA_DIR=str(office.folder / "other"))
    office.told("run", "--once")
    assert "master key" in office.refused(2, "keys", "restore", str(file))


def test_where_backups_cannot_be_written_it_is_said(office: Office, ref: str) -> None:
    (office.folder / "occupied").write_text("")
    office.set(KEY_BACKUPS=str(office.folder / "occupied"))
    assert "cannot be backed up" in office.refused(1, "keys", "backup")


def test_the_master_key_is_rotated_twice_and_everything_opens(office: Office, ref: str, data: Path) -> None:
    before, keys = backed_up(office).read_bytes(), {(data / "master.key").read_bytes()}
    for number in (1, 2):
        assert "keys are wrapped by the new master key" in office.told("keys", "rotate-master")
        keys.add((data / "master.key").read_bytes())
        assert len(keys) == number + 1
    [kept] = (data / "key-backups").iterdir()
    assert kept.read_bytes() != before, "what an old key opens is deleted"
    office.told("keys", "restore", str(kept))
    assert "rana" in office.told("show", ref)


def test_a_new_master_key_that_is_none_changes_nothing(office: Office, ref: str, data: Path) -> None:
    before = (data / "master.key").read_bytes()
    bad = office.folder / "bad.key"
    for octets in (b"", b"short", base64.b64encode(os.urandom(16)), b"\xff" * 44):
        bad.write_bytes(octets)
        assert "bad.key" in office.refused(2, "keys", "rotate-master", "--new-key", str(bad))
    assert "gone.key" in office.refused(2, "keys", "rotate-master", "--new-key", "gone.key")
    assert str(office.folder) in office.refused(2, "keys", "rotate-master", "--new-key", str(office.folder))
    assert (data / "master.key").read_bytes() == before
    assert "rana" in office.told("show", ref)


def test_a_given_master_key_is_used_and_the_wrong_one_refused(office: Office, ref: str, data: Path) -> None:
    good = office.folder / "good.key"
    good.write_bytes(base64.b64encode(os.urandom(32)))
    office.told("keys", "rotate-master", "--new-key", str(good))
    assert "rana" in office.told("show", ref)
    (data / "master.key").write_bytes(base64.b64encode(os.urandom(32)))
    for command in (("keys", "backup"), ("erasures", "list"), ("retention",), ("keys", "rotate-master")):
        assert "the master key is not the one" in office.refused(2, *command)

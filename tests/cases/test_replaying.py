"""After a restore, what was erased is erased again: from either ledger, in both stores, once or twice."""

import shutil
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from inbox_agent.cases import erasing, search
from inbox_agent.cases.erasing import DyingKey, replaying
from inbox_agent.cases.keys import ledger
from inbox_agent.cases.keys.ledger import Line
from inbox_agent.cases.keys.store import Erasure, StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.cases.retention import forgetting
from inbox_agent.database import reading, writing
from inbox_agent.errors import Erased
from tests.beginning import new_record
from tests.cases.records import NOW, begun, kept
from tests.company import settings
from tests.process.conftest import Post
from tests.process.lived import doing, letter_of, lived, watched
from tests.process.test_forgetting import readable_words, still_opens

DAY = timedelta(days=1)


def erase(record: Record, post: Post) -> None:
    with doing(record, post) as (session, act, case):
        forgetting.keep_nobody(session, act, case, "wanted")
    erasing.carry_out(record, post.now)


class Copies:
    """Both stores as they were, to be brought back; the ledger in the file stays as it is."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.taken = folder, folder / "copies"
        self.taken.mkdir()

    def take(self, record: Record) -> None:
        record.wipe()
        for name in ("record.db", "keys.db"):
            shutil.copy(self.folder / name, self.taken / name)

    def bring_back(self, record: Record, *names: str) -> Record:
        record.close()
        for name in names:
            for old in self.folder.glob(f"{name}*"):
                old.unlink()
            shutil.copy(self.taken / name, self.folder / name)
        return Record.open(record.settings)


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    return Copies(tmp_path)


@pytest.mark.parametrize("names", [("record.db",), ("keys.db",), ("record.db", "keys.db")])
def test_what_a_restore_brings_back_of_an_erased_case_is_erased_again(
    tmp_path: Path, copies: Copies, names: tuple[str, ...]
) -> None:
    record = new_record(settings(tmp_path))
    post = Post(record)
    raw = letter_of()
    with watched() as sealing:
        lived(record, post, raw)
    copies.take(record)
    erase(record, post)
    record = copies.bring_back(record, *names)
    back = replaying.replay(record, post.now)
    assert not back.is_clean
    assert (bool(back.keys), bool(back.cases)) == ("keys.db" in names, "record.db" in names)
    assert still_opens(record, sealing) == []
    assert readable_words(record) == []
    with record.reading() as session:
        [case] = search.cases(session)
        assert (case.requester_hash, case.broken_at()) == (None, None)
        if names != ("keys.db",):  # a store of before knows no key that was made since
            assert case.request(record.keyring)["requester"] is None
    assert replaying.replay(record, post.now).is_clean, "twice is as good as once"
    record.close()


def test_a_mail_whose_case_was_erased_is_left_alone_when_its_mailbox_gives_it_to_an_older_copy(
    tmp_path: Path, copies: Copies
) -> None:
    record = new_record(settings(tmp_path))
    copies.take(record)  # before the mail came
    post, raw = Post(record), letter_of()
    lived(record, post, raw)
    erase(record, post)
    record = copies.bring_back(record, "record.db", "keys.db")
    assert len(replaying.replay(record, post.now).digests) == 1
    [outcome] = Post(record).receive(raw)
    assert (outcome.state, outcome.reason) == ("left", "erased_before")
    with record.reading() as session:
        assert search.cases(session) == []
    record.close()


def test_a_case_that_the_copy_shows_as_open_is_named_and_gets_no_letter(
    tmp_path: Path, copies: Copies
) -> None:
    record = new_record(settings(tmp_path))
    post = Post(record)
    post.receive(letter_of())
    copies.take(record)
    with doing(record, post) as (session, act, case):
        forgetting.keep_nobody(session, act, case, "wanted")
        ref = case.ref
    erasing.carry_out(record, post.now)
    record = copies.bring_back(record, "record.db")
    assert replaying.replay(record, post.now).still_open == [ref]
    with doing(record, post) as (_, act, case):
        assert {letter.state for letter in case.letters} == {"discarded"}
        assert not case.may_be_written_to(record.keyring)
    record.close()


def test_on_both_databases_a_key_that_is_there_again_is_destroyed_from_the_file(record: Record) -> None:
    act = record.act(NOW)
    case = begun(act)
    kept(record, act)
    ledger.note(record.keyring.ledger_file, Line(NOW - DAY, "erased", (case.key_id,)))
    back = replaying.replay(record, NOW)
    assert (back.keys, list(back.cases)) == ([case.key_id], [case.ref])
    with reading(record.keyring.engine) as session:
        told = session.get_one(Erasure, case.key_id)
        assert (told.erased_at, told.why) == ((NOW - DAY).replace(microsecond=0), "erased")
        assert session.get(StoredKey, case.key_id) is None
    with pytest.raises(Erased):
        record.keyring.open(case.sealed_request, "case.request", case.id)


def test_what_only_one_ledger_knows_both_know_afterwards(record: Record) -> None:
    file, key = record.keyring.ledger_file, record.keyring.new_key(NOW)
    other = record.keyring.new_key(NOW)
    record.keyring.save()
    record.keyring.destroy([key], why="erased", now=NOW)
    elsewhere = file.with_name("elsewhere.log")
    ledger.note(elsewhere, Line(NOW, "erased", (other,), (bytes(32),)))
    file.unlink()
    assert replaying.replay(record, NOW, [elsewhere]).keys == [other]
    both = ledger.read([file])
    assert set(both.keys) == set(replaying.stored_ledger(record.keyring).keys) == {key, other}
    assert list(both.mails) == [bytes(32)]


def test_a_line_that_a_crash_cut_short_takes_no_other_with_it(tmp_path: Path) -> None:
    file = tmp_path / "erasures.log"
    keys = [uuid.uuid4() for _ in range(2)]
    ledger.note(file, Line(NOW, "one", (keys[0],)))
    with file.open("a") as log:
        log.write('{"at": "2026-')
    ledger.note(file, Line(NOW, "two", (keys[1],)))
    told = ledger.read([file])
    assert (set(told.keys), told.broken) == (set(keys), 1)


@pytest.mark.parametrize("moment", ["before the file", "before the store", "before the record"])
def test_killed_at_any_moment_an_erasure_is_carried_out_by_the_next_start(
    record: Record, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    act = record.act(NOW)
    case = begun(act)
    act.rows += erasing.condemned([case.key_id], "erased")
    kept(record, act)
    with monkeypatch.context() as dying:
        if moment == "before the file":
            dying.setattr(ledger, "note", _dies)
        elif moment == "before the store":
            dying.setattr(record.keyring, "destroy_as_told", _dies)
        else:
            dying.setattr(erasing, "delete", _dies)
        with pytest.raises(KeyboardInterrupt):
            erasing.carry_out(record, NOW)
    erasing.carry_out(record, NOW)
    with reading(record.keyring.engine) as session:
        assert session.get(StoredKey, case.key_id) is None
        assert session.get(Erasure, case.key_id) is not None
    with record.reading() as session:
        assert session.scalars(select(DyingKey)).all() == []
    assert case.key_id in ledger.read([record.keyring.ledger_file]).keys


def test_the_ledger_in_the_file_names_nobody_and_is_for_its_owner_only(tmp_path: Path) -> None:
    record = new_record(settings(tmp_path))
    post = Post(record)
    lived(record, post)
    erase(record, post)
    file = record.keyring.ledger_file
    assert "zqxj" not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    record.close()


def test_a_store_that_lost_its_ledger_gets_it_back_from_the_file(record: Record) -> None:
    key = record.keyring.new_key(NOW)
    record.keyring.save()
    record.keyring.destroy([key], why="erased", now=NOW)
    with writing(record.keyring.engine) as session:
        session.execute(delete(Erasure))
    replaying.replay(record, NOW)
    assert set(replaying.stored_ledger(record.keyring).keys) == {key}


def _dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt

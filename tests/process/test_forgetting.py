"""What a case forgets can be read nowhere: not in its database, not in a backup of it, not in any file."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from inbox_agent.cases import erasing, retention, search, words
from inbox_agent.cases.keys.store import StoredKey
from inbox_agent.cases.letter import address_hash
from inbox_agent.cases.record import Record
from inbox_agent.cases.retention import forgetting
from inbox_agent.cases.tables import Table
from inbox_agent.database import reading
from tests.process.conftest import Post
from tests.process.lived import DAY, MARK, WHO, Sealing, doing, letter_of, lived, watched


def remaining_keys(record: Record) -> list[AESGCM]:
    """Every key of the store, opened by the master key."""
    with reading(record.keyring.engine) as session:
        found = session.scalars(select(StoredKey)).all()
    return [AESGCM(record.keyring.master.unwrap(one.wrapped, one.id.bytes)) for one in found]


def still_opens(record: Record, sealing: Sealing) -> list[str]:
    """What of the marked words any key that is left still opens, wherever the bytes were copied to."""
    keys = remaining_keys(record)
    return [
        column
        for sealed, column, row, _ in sealing.marked
        if any(_opens(key, sealed, f"{column}:{row}".encode()) for key in keys)
    ]


def _opens(key: AESGCM, sealed: bytes, place: bytes) -> bool:
    try:
        key.decrypt(sealed[16:28], sealed[28:], place)
    except InvalidTag:
        return False
    return True


def readable_words(record: Record) -> list[str]:
    """Which plain columns hold a marked word."""
    found = []
    with record.reading() as session:
        for table in Table.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                found += [f"{table.name}.{name}" for name, value in row.items() if MARK in str(value).lower()]
    return found


def erased_at_once(record: Record, post: Post) -> None:
    with doing(record, post) as (session, act, case):
        forgetting.keep_nobody(session, act, case, "the customer's wish")
    erasing.carry_out(record, post.now)


def after(days: int) -> Callable[[Record, Post], None]:
    def pass_by(record: Record, post: Post) -> None:
        post.now += days * DAY
        assert retention.run(record, post.now) is not None

    return pass_by


@pytest.mark.parametrize(
    "forgets", [erased_at_once, after(91), after(800)], ids=["erased", "bodies", "record"]
)
def test_nothing_that_a_case_forgot_opens_with_any_key_that_is_left(
    record: Record, post: Post, forgets: Callable[[Record, Post], None]
) -> None:
    with watched() as sealing:
        lived(record, post)
    assert {column for _, column, _, _ in sealing.marked} >= {
        *("inbound_email.raw", "event.detail", "case.request", "letter.to", "letter.facts"),
        *("letter.content", "note.text", "draft.text", "party.who", "correction.example", "check.how"),
        *("checklist_row.note", "identity_document.file", "package_part.name"),
        "chosen_accounts.accounts",
    }
    pieces = [column for _, column, _, _ in sealing.marked if column.startswith("package_piece.")]
    assert len(pieces) == 3, "rows, a file, the archive of both"
    assert still_opens(record, sealing), "the test can see what is there"
    forgets(record, post)
    assert still_opens(record, sealing) == []
    assert readable_words(record) == []


def test_after_its_days_only_the_address_is_kept_and_under_another_key(record: Record, post: Post) -> None:
    ref = lived(record, post)
    post.now += 91 * DAY
    with watched() as sealing:
        assert retention.run(record, post.now) is not None
    assert [column for _, column, _, _ in sealing.marked] == ["case.request"]
    with record.reading() as session:
        case = search.case(session, ref)
        kept = case.request(record.keyring)
        assert (kept["requester"], kept["subject"], kept["name"], kept["message_id"]) == (WHO, "", "", None)
        assert case.requester_hash == address_hash(record.keyring, WHO)
        assert [letter.state for letter in case.letters] == ["sent"]
        assert case.events[-1].kind == "bodies_erased"
        assert case.broken_at() is None


def test_an_erased_case_is_found_by_no_address_and_no_word(local_record: Record, tmp_path: Path) -> None:
    post = Post(local_record)
    ref = lived(local_record, post)
    hashes = [address_hash(local_record.keyring, WHO), words._hash(local_record.keyring, f"{MARK}subject")]
    assert all(one in raw_bytes(tmp_path) for one in hashes), "the test can see what is there"
    erased_at_once(local_record, post)
    with local_record.reading() as session:
        case = search.case(session, ref)
        assert (case.requester_hash, case.request(local_record.keyring)["requester"]) == (None, None)
        assert case.events[-1].detail(local_record.keyring) == {"why": "the customer's wish"}
    assert not any(one in raw_bytes(tmp_path) for one in hashes)


def raw_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_no_file_holds_a_word_or_a_key_of_it_and_no_copy_of_the_database_opens(
    local_record: Record, tmp_path: Path
) -> None:
    post = Post(local_record)
    with watched() as sealing:
        lived(local_record, post)
    with reading(local_record.keyring.engine) as session:
        wrapped = {one.id: one.wrapped for one in session.scalars(select(StoredKey))}
    keys_of_it = {sealed[:16] for sealed, *_ in sealing.marked}
    copy = tmp_path / "backup.db"
    with sqlite3.connect(tmp_path / "record.db") as before, sqlite3.connect(copy) as into:
        before.backup(into)
    assert retention.run(local_record, post.now + 800 * DAY) is not None
    raw = raw_bytes(tmp_path)
    assert copy.exists()
    assert MARK.encode() not in raw.lower()
    assert [key for key, one in wrapped.items() if key.bytes in keys_of_it and one in raw] == []
    assert still_opens(local_record, sealing) == []


def test_a_case_that_is_gone_leaves_no_row_but_the_one_that_explains_it(record: Record, post: Post) -> None:
    ref = lived(record, post)
    after(800)(record, post)
    with record.reading() as session:
        left = {
            table.name: session.execute(select(table)).mappings().all()
            for table in Table.metadata.sorted_tables
        }
    gone = {
        "cases",
        "rights",
        "events",
        "letters",
        "notes",
        "checks",
        "checklist_rows",
        "seen_ids",
        "parties",
    }
    assert [name for name in gone if left[name]] == []
    assert [row["ref"] for row in left["retired_cases"]] == [ref]
    [mail] = left["inbound_emails"]
    assert (mail["state"], mail["reason"], mail["case_id"], mail["key_id"]) == ("left", "retired", None, None)
    assert mail["digest"] is not None


def test_a_mail_that_comes_again_after_its_case_is_gone_opens_nothing(record: Record, post: Post) -> None:
    raw = letter_of()
    lived(record, post, raw)
    after(800)(record, post)
    [outcome] = post.receive(raw)
    assert (outcome.state, outcome.reason) == ("left", "duplicate")

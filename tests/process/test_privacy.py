"""Personal data stands in sealed columns only; of what is not kept, nothing is left."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from inbox_agent.cases import search
from inbox_agent.cases.keys.store import Erasure, StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail, Table
from inbox_agent.database import reading
from inbox_agent.errors import TryAgainLater
from inbox_agent.letters import Refused, outbox
from tests.company import COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, cases, mail, mails
from tests.process.conftest import Post

MARK = "zqxj"
"""Stands in every piece of personal data here and nowhere else."""
ADDRESS = f"{MARK}rana@{MARK}customers.example"
NAMED = f"Rana {MARK.title()} <{ADDRESS}>"


def marked(text: str, **headers: str) -> bytes:
    given = {"subject": f"hello {MARK}", "Message_ID": f"<{MARK}{len(text)}{len(headers)}@{MARK}.example>"}
    return mail(f"{text}\n{MARK.title()} Street 7, +962 79 {MARK}", NAMED, **{**given, **headers})


def every_kind() -> list[bytes]:
    """Mails of which each ends in another way."""
    return [
        marked(COPY_PLEASE),
        marked(DELETE_PLEASE, Precedence="bulk"),
        marked(PHONE_BROKEN),
        marked("Out of office until Monday.", Auto_Submitted="auto-replied"),
        b"X-Many: yes\n" * 10_000 + marked(COPY_PLEASE),
        mail(
            f"I am {MARK}, please help.", f"{MARK}other@example.com", In_Reply_To=f"<{MARK}@{MARK}.example>"
        ),
    ]


class Broken:
    """A relay that refuses with the address in its answer, then is out of reach."""

    def __init__(self) -> None:
        self._answers = iter([Refused("550 5.1.1", permanent=True), TryAgainLater("out of reach")])

    def send(self, sender: str, recipient: str, raw: bytes) -> None:  # noqa: ARG002
        raise next(self._answers)

    def close(self) -> None:
        pass


def test_columns_that_are_not_sealed_hold_no_personal_data(record: Record, post: Post) -> None:
    post.receive(*every_kind())
    outbox.send_some(record, Broken(), owner="tests", now=post.now)
    states = {state for state, _ in mails(record)}
    assert states == {"filed", "left", "set_aside", "needs_staff"}
    assert [where for where, value in _plain_values(record) if MARK in _folded(value)] == []


def test_logs_hold_no_personal_data(record: Record, post: Post, capfd: pytest.CaptureFixture[str]) -> None:
    with capture_logs() as logs:
        post.receive(*every_kind())
        outbox.send_some(record, Broken(), owner="tests", now=post.now)
    assert [entry["event"] for entry in logs if entry["event"] == "letter_refused"]
    assert MARK not in _folded(logs)
    assert MARK not in _folded(capfd.readouterr())


def test_no_file_of_ours_holds_personal_data(local_record: Record, tmp_path: Path) -> None:
    post = Post(local_record)
    post.receive(*every_kind())
    assert [case["requester"] for case in cases(local_record)].count(ADDRESS) == 2
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"record.db", "record.db-wal", "keys.db"} <= {file.name for file in files}
    assert [file.name for file in files if MARK.encode() in file.read_bytes().lower()] == []


@pytest.mark.parametrize(
    "raw", [marked(PHONE_BROKEN), marked("Out of office.", Auto_Submitted="auto-replied")]
)
def test_of_a_mail_that_is_not_kept_nothing_is_left_but_what_was_decided(
    local_record: Record, tmp_path: Path, raw: bytes
) -> None:
    post = Post(local_record)
    post.bring(raw)
    [wrapped] = _keys(local_record)
    post.process()
    with local_record.reading() as session:
        [row] = session.scalars(select(InboundEmail))
        assert (row.key_id, row.sealed_raw, row.sealed_reading) == (None, None, None)
        assert (row.state, row.decision) in {("left", "leave"), ("set_aside", "set_aside")}
    assert _keys(local_record) == []
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("keys.db*"))
    assert wrapped not in stored


def test_a_mail_that_belongs_to_a_case_is_kept_whole(record: Record, post: Post) -> None:
    raw = marked(COPY_PLEASE)
    post.receive(raw)
    with record.reading() as session:
        [email] = session.scalars(select(InboundEmail))
        assert email.sealed_raw is not None
        assert record.keyring.open(email.sealed_raw, "inbound_email.raw", email.id) == raw


def test_a_dismissed_case_forgets_its_person_and_its_mails(record: Record, post: Post) -> None:
    post.receive(marked(DELETE_PLEASE, Precedence="bulk"))
    act = record.act(post.now, "Sara")
    with record.writing() as session:
        [case] = search.cases(session)
        keys = case.dismiss(act, search.mails_of(session, case))
    record.keyring.destroy(keys, why="not_a_request", now=post.now)
    assert _keys(record) == []
    with reading(record.keyring._engine) as session:
        assert {line.why for line in session.scalars(select(Erasure))} == {"not_a_request"}
    with record.reading() as session:
        [case] = search.cases(session)
        assert (case.state, case.requester_hash) == ("closed", None)
        assert [mail.sealed_raw for mail in search.mails_of(session, case)] == [None]


def test_the_same_person_may_write_again_after_a_dismissal(record: Record, post: Post) -> None:
    post.receive(marked(DELETE_PLEASE, Precedence="bulk"))
    with record.writing() as session:
        [case] = search.cases(session)
        keys = case.dismiss(record.act(post.now, "Sara"), search.mails_of(session, case))
    record.keyring.destroy(keys, why="not_a_request", now=post.now)
    post.receive(marked(DELETE_PLEASE))
    with record.reading() as session:
        assert [case.state for case in search.cases(session)] == ["closed", "awaiting_identity"]


def test_a_released_mail_leaves_no_key(record: Record, post: Post) -> None:
    post.receive(marked(COPY_PLEASE), complete=False)
    with record.writing() as session:
        [found] = search.quarantined(session)
        keys = found.forget("Sara", "released_by_person")
    record.keyring.destroy(keys, why="released_by_person", now=post.now)
    assert _keys(record) == []


def test_a_letter_repeats_nothing_that_its_reader_wrote(record: Record, post: Post) -> None:
    post.receive(marked(COPY_PLEASE))
    with record.reading() as session:
        [letter] = search.letters(session, ["ready"])
        assert MARK not in _read(letter.content(record.keyring)).lower()


def _plain_values(record: Record) -> Iterator[tuple[str, object]]:
    for engine, schema in ((record.engine, Table.metadata), (record.keyring._engine, StoredKey.metadata)):
        with engine.connect() as connection:
            for table in schema.sorted_tables:
                columns = [column for column in table.columns if not column.name.startswith("sealed_")]
                for row in connection.execute(select(*columns)):
                    yield from ((f"{table.name}.{c.name}", v) for c, v in zip(columns, row, strict=True))


def _folded(value: object) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return text.lower()


def _keys(record: Record) -> list[bytes]:
    with reading(record.keyring._engine) as session:
        return list(session.scalars(select(StoredKey.wrapped)))


def _read(raw: bytes) -> str:
    """What a reader of the letter sees: its subject and its words."""
    message = message_from_bytes(raw, policy=default)
    bodies = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message["Subject"]), *bodies])

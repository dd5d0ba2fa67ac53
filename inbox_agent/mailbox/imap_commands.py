"""What the IMAP door says to a server, and how it reads the answers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Event
from time import monotonic
from typing import NamedTuple

from imapclient import IMAPClient

from inbox_agent.errors import WrongSetting
from inbox_agent.mailbox.door import FIRST_PART, Arrival, Position
from inbox_agent.mailbox.imap_connection import refused

BATCH_BYTES = 8 * 1024 * 1024
ANSWERS_CLOSE_WITHIN = 0.5
UNKNOWN_RECEIPT = datetime.fromtimestamp(0, UTC)
"""For a mail whose INTERNALDATE cannot be read: older than any `answer_from`, so never answered by itself."""


class Look(NamedTuple):
    position: Position
    mails: int


class Head(NamedTuple):
    size: int
    received_at: datetime


def examine(client: IMAPClient, folder: str, name: str) -> Look:
    try:
        answer = client.select_folder(folder, readonly=True)
    except IMAPClient.Error as error:
        if not refused(error):
            raise
        raise WrongSetting(f"{name}: the server does not open this folder; see IMAP__FOLDERS") from None
    where = ("UIDVALIDITY", "UIDNEXT")
    known = answer if b"UIDNEXT" in answer else client.folder_status(folder, where)
    return Look(Position(known[b"UIDVALIDITY"], known[b"UIDNEXT"]), answer[b"EXISTS"])


def batches(heads: Mapping[int, Head], max_bytes: int) -> Iterator[list[int]]:
    """Mails that one command reads: their bytes fit into memory together; one too large goes alone."""
    batch: list[int] = []
    room = BATCH_BYTES
    for uid, (size, _) in heads.items():
        if batch and (size > room or size > max_bytes):
            yield batch
            batch, room = [], BATCH_BYTES
        batch.append(uid)
        room -= size if size <= max_bytes else BATCH_BYTES + 1
    if batch:
        yield batch


def read(client: IMAPClient, uids: Sequence[int], *, whole: bool) -> dict[int, bytes]:
    item, key = ("BODY.PEEK[]", b"BODY[]") if whole else (f"BODY.PEEK[]<0.{FIRST_PART}>", b"BODY[]<0>")
    try:
        rows = client.fetch(uids, [item])
    except IMAPClient.Error as error:
        if not refused(error):
            raise
        # One mail spoils the answer for all: gone meanwhile (RFC 5530 EXPUNGEISSUED) or unreadable.
        alone = [read(client, [uid], whole=whole) for uid in uids] if len(uids) > 1 else []
        return {uid: raw for mail in alone for uid, raw in mail.items()}
    return {uid: row[key] for uid, row in rows.items() if isinstance(row.get(key), bytes)}


def arrival(uid: int, raw: bytes | None, head: Head, *, whole: bool) -> Arrival:
    if raw is None:
        return Arrival(uid, head.received_at, b"", head.size, complete=False)
    return Arrival(uid, head.received_at, raw, len(raw) if whole else head.size, complete=whole)


def utc(internal_date: object) -> datetime:
    if not isinstance(internal_date, datetime):
        return UNKNOWN_RECEIPT
    aware = internal_date if internal_date.tzinfo else internal_date.replace(tzinfo=UTC)
    return aware.astimezone(UTC)


def idle(client: IMAPClient, seconds: float, closed: Event) -> bool:
    """Whether mail came within so many seconds. It ends cleanly, which raises when the server is gone."""
    end = monotonic() + seconds
    client.idle()
    answers: list[object] = []
    while not (answers or closed.is_set()) and (left := end - monotonic()) > 0:
        asked = monotonic()
        step = min(left, ANSWERS_CLOSE_WITHIN)
        answers = client.idle_check(step)
        if not answers and monotonic() - asked < step / 2:
            break  # an empty answer before its time is how the library says that the line is dead
    answers += client.idle_done()[1]
    return any(isinstance(answer, tuple) and answer[1:] == (b"EXISTS",) for answer in answers)

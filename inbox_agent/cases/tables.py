"""The record's tables; Case, Right, Event and Letter stand with their verbs in modules of their own.

Columns named `sealed_…` hold personal data and can only be read with a key.

Ids are made here, not by the database, because what is sealed is bound to its row's id.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Enum, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from inbox_agent.database import UtcDateTime
from inbox_agent.understanding import Language, RequestType

HASH = LargeBinary(32)


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind, native_enum=False, length=32, values_callable=lambda members: [m.value for m in members]
    )


class Table(DeclarativeBase):
    """The record's schema; migrations/record builds it, a test keeps the two equal."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        bytes: LargeBinary(),
        int: BigInteger(),
        str: String(),
        RequestType: _words(RequestType),
        Language: _words(Language),
    }


class Mailbox(Table):
    """How far a folder has been read. Mail below `first_uid` or before `answer_from` is never answered.

    `reread_below` is where the UIDs stood when their validity last changed: below it stands again what was
    there before, so mail from before the agent's first start (`started_at`) is passed over.
    """

    __tablename__ = "mailboxes"

    name: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int]
    first_uid: Mapped[int]
    next_uid: Mapped[int]
    reread_below: Mapped[int]
    started_at: Mapped[datetime]
    answer_from: Mapped[datetime]
    polled_at: Mapped[datetime]
    swept_at: Mapped[datetime]


class Outage(Table):
    """A mailbox that has not been read since then. It ends when the mailbox is read again.

    `seen_at` is when a living agent last found it so; `told_at` when staff were told, `over_at` when it ended
    though they do not know that yet.
    """

    __tablename__ = "outages"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class InboundEmail(Table):
    """One mail as it arrived, and what became of it.

    `digest` is a keyed hash of its content: a second copy by another route meets the unique index.
    `owner` is the worker that has it in hand; `tries` counts how often it was taken up; `settled_by` is the
    person who last retried or released it from quarantine. `sent` is mail of the Sent folder: written by us.
    """

    __tablename__ = "inbound_emails"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        Index("inbound_email_waiting", "state", "received_at"),
        Index("inbound_email_of_case", "case_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    mailbox: Mapped[str]
    uidvalidity: Mapped[int]
    uid: Mapped[int]
    received_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    size: Mapped[int]
    complete: Mapped[bool]
    answerable: Mapped[bool]
    junk: Mapped[bool]
    sent: Mapped[bool]
    key_id: Mapped[uuid.UUID | None]
    sealed_raw: Mapped[bytes | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    decision: Mapped[str | None]
    automatic: Mapped[str | None]
    nearness: Mapped[float | None]
    sealed_reading: Mapped[bytes | None]
    digest: Mapped[bytes | None] = mapped_column(HASH, unique=True)
    message_id_hash: Mapped[bytes | None] = mapped_column(HASH)
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"))
    owner: Mapped[str | None]
    tries: Mapped[int]
    settled_by: Mapped[str | None]

    documents: Mapped[list["IdentityDocument"]] = relationship(
        cascade="all, delete-orphan", order_by="IdentityDocument.number"
    )

    def read_again(self, by: str) -> None:
        """Back to the beginning, as if it had just arrived; a person wants so."""
        self.state, self.reason, self.tries, self.owner, self.case_id = "received", None, 0, None, None
        self.digest = None  # or it would be taken for a copy of itself
        self.settled_by = by

    def forget(self, by: str, reason: str | None = None) -> list[uuid.UUID]:
        """Keep nothing of it but that it came; returns the keys to destroy once this is written."""
        keys = [key for key in (self.key_id, *(one.key_id for one in self.documents)) if key]
        self.documents = []
        self.state, self.reason, self.settled_by = "left", reason, by
        self.key_id = self.sealed_raw = self.sealed_reading = None
        return keys


class IdentityDocument(Table):
    """A passport or a card that came with a mail: taken out of its bytes and sealed under a key of its own.

    `number` is its place among the mail's attachments, `why` what shows that it is one. It is destroyed at
    `destroy_at`, or sooner by a person; `seen_by` is the one person who looked at it.
    """

    __tablename__ = "identity_documents"
    __table_args__ = (Index("identity_document_to_destroy", "destroyed_at", "destroy_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    inbound_email_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inbound_emails.id"), index=True)
    number: Mapped[int]
    why: Mapped[str]
    size: Mapped[int]
    key_id: Mapped[uuid.UUID | None]
    sealed_file: Mapped[bytes | None]
    found_at: Mapped[datetime]
    destroy_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
    destroyed_by: Mapped[str | None]
    seen_by: Mapped[str | None]


class SeenId(Table):
    """A Message-ID (keyed hash) seen on a case: an answer to it belongs there."""

    __tablename__ = "seen_ids"

    hash: Mapped[bytes] = mapped_column(HASH, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)


class CaseLink(Table):
    """Two cases of one person that staff should look at together."""

    __tablename__ = "case_links"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    why: Mapped[str]


class DoneOnce(Table):
    """Something that time has done for a case, under a name of its own: it is never done again."""

    __tablename__ = "done_once"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Errand(Table):
    """Something still to be done in a mailbox: `copy` a letter into the Sent folder, or `file` a mail."""

    __tablename__ = "errands"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    queued_at: Mapped[datetime]
    next_try_at: Mapped[datetime]


class DigestSent(Table):
    """The staff's digest of this day has left."""

    __tablename__ = "digests_sent"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Party(Table):
    """Somebody else on a case: an agent, a guardian, a business customer; who it is stands sealed."""

    __tablename__ = "parties"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    role: Mapped[str]
    sealed_who: Mapped[bytes]
    added_by: Mapped[str]
    added_at: Mapped[datetime]


def as_row(record: Table) -> dict[str, Any]:
    """A record's columns, for an executemany insert."""
    return {name: getattr(record, name) for name in record.__table__.columns.keys()}  # noqa: SIM118 - not a dict

"""The history of a case: one line after the other, each holding the hash of the one before."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox_agent.cases.act import opened
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import HASH, Table

BEGINNING = bytes(32)


class Event(Table):
    """One line of a case's history; append-only, chained over the sealed bytes: erasure keeps the chain."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    by: Mapped[str]
    sealed_detail: Mapped[bytes | None]
    previous: Mapped[bytes] = mapped_column(HASH)
    hash: Mapped[bytes] = mapped_column(HASH)

    def detail(self, keyring: Keyring) -> dict[str, Any] | None:
        """What it tells beyond its kind; raises Erased."""
        detail: dict[str, Any] | None = opened(keyring, self.sealed_detail, "event.detail", self.id)
        return detail

    def digest(self) -> bytes:
        """SHA-256 over every field, each behind its length, so that no two events can look alike."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        fields = (self.id.bytes, self.case_id.bytes, str(self.seq), at, self.kind, self.by)
        chain = hashlib.sha256()
        for part in (*fields, self.sealed_detail or b"", self.previous):
            data = part.encode() if isinstance(part, str) else part
            chain.update(len(data).to_bytes(4, "big") + data)
        return chain.digest()


def broken_at(events: Iterable[Event], end: bytes) -> int | None:
    """The number of the first event that is missing or does not follow from the one before; else None.

    `end` is the hash of the last event that was ever written.
    """
    number, previous = 0, BEGINNING
    for number, event in enumerate(events, 1):
        if (event.seq, event.previous, event.hash) != (number, previous, event.digest()):
            return number
        previous = event.hash
    return None if previous == end else number + 1

"""What must be looked at before a right is answered: the policy's six categories, and where copies hide."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox_agent.cases.act import opened
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import Table
from inbox_agent.understanding import RequestType


class Item(StrEnum):
    """A place to look at: the policy's categories, where copies are, the links that lead to them."""

    ACCOUNT = "account"
    USAGE = "usage"
    CALL = "call"
    PAYMENT = "payment"
    DEVICE = "device"
    COOKIES = "cookies"
    RECIPIENTS = "recipients"
    BACKUPS = "backups"
    MARKETING_LIST = "marketing_list"
    MAILBOX = "mailbox"
    EXPORTS = "exports"
    DOWNLOAD_LINKS = "download_links"


class Found(StrEnum):
    """What came of a row."""

    OPEN = "open"
    DONE = "done"
    KEPT = "kept"
    NOTHING_HELD = "nothing_held"


class Kept(StrEnum):
    """The only reasons to keep data that the company's policy gives."""

    LAW = "law"
    DISPUTE = "dispute"
    AGREEMENT = "agreement"


CHECKED = frozenset({RequestType.ACCESS, RequestType.DELETION, RequestType.CHILD_DATA})
"""The rights that have a checklist."""


def items(kind: RequestType) -> Iterator[Item]:
    """What must be looked at for this right; links handed out earlier must die with what they lead to."""
    return (item for item in Item if item is not Item.DOWNLOAD_LINKS or kind is not RequestType.ACCESS)


class Row(Table):
    """One row: done, kept for a reason, or nothing held; by whom and when. The note is sealed."""

    __tablename__ = "checklist_rows"
    __table_args__ = (UniqueConstraint("right_id", "item"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    right_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rights.id"))
    position: Mapped[int]
    item: Mapped[str]
    found: Mapped[str]
    kept_for: Mapped[str | None]
    by: Mapped[str | None]
    at: Mapped[datetime | None]
    sealed_note: Mapped[bytes | None]

    def told(self, keyring: Keyring) -> str:
        """What a person noted; "" for nothing; raises Erased."""
        note: str | None = opened(keyring, self.sealed_note, "checklist_row.note", self.id)
        return note or ""

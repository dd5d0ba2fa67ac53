"""The tables of the key store, which is no part of the record: wrapped keys, and which were destroyed."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from inbox_agent.database import UtcDateTime


class KeyTable(DeclarativeBase):
    """The key store's schema; migrations/keys builds it, a test keeps the two equal."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        bytes: LargeBinary(),
        str: String(),
    }


class StoredKey(KeyTable):
    """A data key, wrapped by the master key."""

    __tablename__ = "stored_key"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]


class NamedKey(KeyTable):
    """A key with one purpose that lives as long as the record: `lookup`, `digest`, `search` …"""

    __tablename__ = "named_key"

    name: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]


class Erasure(KeyTable):
    """One line of the erasure ledger: this key was destroyed, then; repeated after a restore."""

    __tablename__ = "erasure"

    key_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
    why: Mapped[str]

"""Keys that must die: noted in the very transaction that decides it, so that no crash forgets an erasure."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Table


class DyingKey(Table):
    """A key that is to be destroyed, and why."""

    __tablename__ = "dying_keys"

    key_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    why: Mapped[str]


def condemned(keys: Iterable[uuid.UUID], why: str) -> list[DyingKey]:
    """The rows that say so, to be written with what decided it; `carry_out` comes after the commit."""
    return [DyingKey(key_id=key_id, why=why) for key_id in keys]


def carry_out(record: Record, now: datetime) -> None:
    """Destroy the keys that must die; what a crash left undone as well, and twice is as good as once."""
    with record.reading() as session:
        found = [(row.key_id, row.why) for row in session.scalars(select(DyingKey))]
    for why in {why for _, why in found}:
        record.keyring.destroy([key_id for key_id, one in found if one == why], why=why, now=now)
    if found:
        with record.writing() as session:
            session.execute(delete(DyingKey).where(DyingKey.key_id.in_([key_id for key_id, _ in found])))

"""How far a ledger was replayed on this record, so that a start reads only what was written since.

What a row says of its record is true of every later state and every copy of it: a copy from before brings
back an older row, or none, and all that came after it is replayed. The key store is asked by itself.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.keys import Keyring, ledger
from inbox_agent.cases.keys.ledger import Ledger
from inbox_agent.cases.keys.store import Erasure, StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import HASH, Table
from inbox_agent.database import reading

_KEPT_FOR = timedelta(days=400)


class ReplayedLedger(Table):
    """The beginning of a ledger, by size and hash, with how many keys it names: all of it was replayed."""

    __tablename__ = "replayed_ledgers"

    digest: Mapped[bytes] = mapped_column(HASH, primary_key=True)
    size: Mapped[int]
    keys: Mapped[int]
    at: Mapped[datetime]


def note(record: Record, replayed: bytes, now: datetime) -> None:
    """All that stands in these lines holds, in the record and in the store of keys."""
    row = ReplayedLedger(
        digest=_digest(replayed), size=len(replayed), keys=len(ledger.parsed(replayed).keys), at=now
    )
    with record.writing() as session:
        session.execute(delete(ReplayedLedger).where(ReplayedLedger.at < now - _KEPT_FOR))
        session.merge(row)


def since(record: Record, lines: bytes) -> Ledger | None:
    """What these lines say beyond those that were replayed; None where all must be replayed.

    So it is when they do not begin as they did then, and when the store of keys does not know just what they
    name: it was restored, or another machine has erased since.
    """
    with record.reading() as session:
        known = _longest(session, lines)
    if known is None:
        return None
    new = ledger.parsed(lines[known.size :])
    return new if _store_knows(record.keyring, known.keys + len(new.keys)) else None


def _longest(session: Session, lines: bytes) -> ReplayedLedger | None:
    """Of several machines each has a ledger of its own."""
    rows = session.scalars(select(ReplayedLedger).order_by(ReplayedLedger.size.desc()))
    beginnings = (row for row in rows if row.size <= len(lines))
    return next((row for row in beginnings if _digest(lines[: row.size]) == row.digest), None)


def _store_knows(keyring: Keyring, count: int) -> bool:
    """A key dies in the transaction that notes it: a store that names so many is none of before."""
    with reading(keyring.engine) as session:
        there_again = session.scalar(select(exists().where(StoredKey.id == Erasure.key_id)))
        return not there_again and session.scalar(select(func.count()).select_from(Erasure)) == count


def _digest(lines: bytes) -> bytes:
    return hashlib.sha256(lines).digest()

"""Keys that must die: noted in the very transaction that decides it, so that no crash forgets an erasure."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import HASH, InboundEmail, Table

_AT_ONCE = 500


class DyingKey(Table):
    """A key that is to be destroyed, and why; of a mail's key also how that mail would be known again."""

    __tablename__ = "dying_keys"

    key_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    why: Mapped[str]
    digest: Mapped[bytes | None] = mapped_column(HASH)


class ForgottenMail(Table):
    """A mail that was erased before this copy of the record was made anew: it is not read a second time."""

    __tablename__ = "forgotten_mails"

    digest: Mapped[bytes] = mapped_column(HASH, primary_key=True)
    at: Mapped[datetime]


class ErasureAsked(Table):
    """Somebody wants a case erased at once; a second person must agree. `known` says that they signed in."""

    __tablename__ = "erasures_asked"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    by: Mapped[str]
    known: Mapped[bool]
    at: Mapped[datetime]
    sealed_why: Mapped[bytes]


def condemned(keys: Iterable[uuid.UUID], why: str) -> list[DyingKey]:
    """The rows that say so, to be written with what decided it; `carry_out` comes after the commit."""
    return [DyingKey(key_id=key_id, why=why) for key_id in dict.fromkeys(keys)]


def condemned_with(mail: InboundEmail, by: str, why: str, reason: str | None = None) -> list[DyingKey]:
    """A mail that is forgotten, with how it would be known if its mailbox gave it once more."""
    digest, rows = mail.digest, condemned(mail.forget(by, reason), why)
    for row in rows[:1]:
        row.digest = digest
    return rows


def carry_out(record: Record, now: datetime) -> None:
    """Destroy the keys that must die; what a crash left undone as well, and twice is as good as once."""
    some = False
    while found := _some(record):
        some = True
        _destroy(record, found, now)
    if some:
        record.wipe()


def _destroy(record: Record, found: Sequence[DyingKey], now: datetime) -> None:
    for why in dict.fromkeys(one.why for one in found):
        dying = [one for one in found if one.why == why]
        mails = [one.digest for one in dying if one.digest]
        record.keyring.destroy([one.key_id for one in dying], why=why, now=now, mails=mails)
    with record.writing() as session:
        session.execute(delete(DyingKey).where(DyingKey.key_id.in_([one.key_id for one in found])))


def _some(record: Record) -> list[DyingKey]:
    with record.reading() as session:
        return list(session.scalars(select(DyingKey).order_by(DyingKey.key_id).limit(_AT_ONCE)))

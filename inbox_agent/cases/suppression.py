"""The list of addresses that get no marketing: kept by keyed hash, and sealed for the export."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import address_hash
from inbox_agent.cases.tables import HASH, Table


class Suppression(Table):
    """An address that wants no marketing, since when, and by which case. It has a key of its own.

    It outlives its case: an objection to marketing is for good.
    """

    __tablename__ = "suppressions"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    address_hash: Mapped[bytes] = mapped_column(HASH, index=True)
    key_id: Mapped[uuid.UUID]
    sealed_address: Mapped[bytes]
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    by: Mapped[str]

    def address(self, keyring: Keyring) -> str:
        """Raises Erased."""
        address: str = opened(keyring, self.sealed_address, "suppression.address", self.id)
        return address


def suppress(act: Act, case_id: uuid.UUID, address: str) -> None:
    """From now on this address gets no marketing; twice is as good as once."""
    row_id, key_id = act.new_id(), act.keyring.new_key(act.at)
    act.rows.append(
        Suppression(
            id=row_id,
            address_hash=address_hash(act.keyring, address),
            key_id=key_id,
            sealed_address=act.seal(key_id, address, "suppression.address", row_id),
            case_id=case_id,
            at=act.at,
            by=act.by,
        )
    )


def suppressed(session: Session, keyring: Keyring) -> Iterator[tuple[str, datetime]]:
    """Every address once, with the day since when, the oldest first."""
    rows: Sequence[Suppression] = session.scalars(select(Suppression).order_by(Suppression.at)).all()
    first = {row.address_hash: row for row in reversed(rows)}
    for row in sorted(first.values(), key=lambda one: one.at):
        yield row.address(keyring), row.at


def some_suppressed(session: Session, *, first: int, most: int) -> tuple[list[Suppression], int]:
    """A page of the list, each address once as it came first, the newest on top; and how many there are."""
    since = func.min(Suppression.at).label("since")
    once = select(Suppression.address_hash, since).group_by(Suppression.address_hash)
    total = session.scalar(select(func.count()).select_from(once.subquery())) or 0
    page = once.order_by(since.desc(), Suppression.address_hash).offset(first).limit(most)
    order = {bytes(digest): place for place, (digest, _) in enumerate(session.execute(page))}
    rows = session.scalars(
        select(Suppression).where(Suppression.address_hash.in_(order)).order_by(Suppression.at.desc())
    )
    earliest = {row.address_hash: row for row in rows}
    return sorted(earliest.values(), key=lambda row: order[row.address_hash]), total

"""What happened to a case, told event by event."""

import uuid
from typing import Any

from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from inbox_agent.cases.act import Act
from inbox_agent.cases.event import Event, broken_at
from inbox_agent.cases.tables import HASH, Table


class History(Table):
    """A row whose history is chained; `event_count` and `event_hash` are the tail of the chain."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key_id: Mapped[uuid.UUID]
    event_count: Mapped[int]
    event_hash: Mapped[bytes] = mapped_column(HASH)

    @declared_attr
    @classmethod
    def events(cls) -> Mapped[list[Event]]:
        return relationship(order_by=Event.seq, viewonly=True)

    def tell(self, act: Act, kind: str, **detail: Any) -> None:
        """Write one event; what it tells beyond its kind is sealed."""
        event = Event(
            id=act.new_id(),
            case_id=self.id,
            seq=self.event_count + 1,
            at=act.at,
            kind=kind,
            by=act.by,
            previous=self.event_hash,
        )
        if detail:
            event.sealed_detail = act.seal(self.key_id, detail, "event.detail", event.id)
        event.hash = event.digest()
        self.event_count, self.event_hash = event.seq, event.hash
        act.rows.append(event)

    def broken_at(self) -> int | None:
        """The number of the first event of its history that was changed, moved or dropped; else None."""
        return broken_at(self.events, self.event_hash)

"""One thing asked for inside a case."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox_agent.cases.tables import Table
from inbox_agent.understanding import RequestType

if TYPE_CHECKING:
    from inbox_agent.cases.case import Case


class Right(Table):
    """A right that somebody exercises, with its own clock, trust, state and outcome."""

    __tablename__ = "rights"
    __table_args__ = (UniqueConstraint("case_id", "type"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int]
    type: Mapped[RequestType]
    state: Mapped[str]
    outcome: Mapped[str | None]
    trust: Mapped[str]
    received_at: Mapped[datetime]
    internal_due: Mapped[datetime]
    legal_due: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]

    case: Mapped["Case"] = relationship(back_populates="rights")

    @property
    def is_open(self) -> bool:
        return self.state != "closed"

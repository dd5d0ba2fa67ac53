"""Why a person should look at a case now."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Mapped

from inbox_agent.cases.tables import Table

ATTENTION = (
    "child",
    "complaint",
    "legal_threat",
    "not_me",
    "overdue",
    "someone_else",
    "due_soon",
    "unsure",
    "reply_waiting",
    "letter_refused",
    "link_locked",
    "link_unused",
    "confirmed",
    "verified",
)
"""Why a person should look at a case now, what weighs most first."""

CALLS = text("attention IS NOT NULL")
"""The few of all cases that call for a look, word for word as their index knows them."""

_KEEPS_ALL = frozenset({"complaint", "legal_threat"})
_SEEN_BY_A_STEP = frozenset({"child", "reply_waiting", "link_unused", "confirmed", "verified"})
_SEEN_BY_THE_END = _SEEN_BY_A_STEP | {"due_soon", "overdue", "unsure"}


class Attention(Table):
    """What shows a case to a person.

    `attention` says in one code why they should look at it now; until `snoozed_until` it is out of their way.
    `keeps_all` stops every erasure until somebody lifts it.
    """

    __abstract__ = True

    attention: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    keeps_all: Mapped[bool]

    def call_for(self, attention: str | None) -> None:
        """Show the case to a person, unless it is shown already for something that weighs more.

        After a complaint or threat nothing of it is erased until a person lifts that.
        """
        self.keeps_all = self.keeps_all or attention in _KEEPS_ALL
        self.snoozed_until = None if attention else self.snoozed_until
        codes = [code for code in (attention, self.attention) if code is not None]
        self.attention = min(codes, key=ATTENTION.index, default=None)

    def is_seen_to(self) -> None:
        """A person has taken a step: what had only asked for one has been seen."""
        if self.attention in _SEEN_BY_A_STEP:
            self.attention = None

    def has_ended(self) -> None:
        """All is answered: only what outlasts that still calls for a person."""
        if self.attention in _SEEN_BY_THE_END:
            self.attention = None

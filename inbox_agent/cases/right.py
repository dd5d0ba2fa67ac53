"""One thing asked for inside a case: its state, clock and trust."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox_agent.cases.act import Act
from inbox_agent.cases.challenge import live
from inbox_agent.cases.checklist import CHECKED, Found, Row, items
from inbox_agent.cases.clocks import Law, Pace
from inbox_agent.cases.states import Outcome, Reason, State, moved
from inbox_agent.cases.tables import Table
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType

if TYPE_CHECKING:
    from inbox_agent.cases.case import Case

TRUST = ("T0", "T1", "T2", "T3", "TG")
"""How well we know who asks: not at all, the address works, it is on file, a second channel, the guardian."""

NEEDED: dict[RequestType, str] = {
    RequestType.ACCESS: "T3",
    RequestType.DELETION: "T3",
    RequestType.CORRECTION: "T3",
    RequestType.CHILD_DATA: "TG",
}
"""The trust without which nothing is disclosed, changed or deleted; T0 for what is not named.

A correction that changes no way to reach or bill the person needs no more than T2 (see `answers.finish`).
"""

SECOND_PERSON = frozenset({RequestType.DELETION, RequestType.CHILD_DATA})
"""What two persons must want, or one after a day's thought."""


REMIND_AFTER = (timedelta(days=3), timedelta(days=7))
"""How long after it was asked for a proof is asked for again."""

WARN_BEFORE = timedelta(days=2)
"""How long before an internal or legal date the case is shown."""

_MOMENT = timedelta(seconds=1)

UNDECIDED = text("state NOT IN ('responded', 'closed')")
"""The few of all rights that still have a date, word for word as their index knows them."""


class Right(Table):
    """A right that somebody exercises, with its own clock, trust, state and outcome.

    `begun`, `extended_at`, `paused_at` and `paused_days` are what happened to its clock. `lapses_at` is when
    it ends unless its person proves to have asked. A deletion is `confirmed_at` by its person and may begin
    after `erase_after`. `submitted_by` and `approved_by` are its two persons; `submitted_known` says that
    the first had signed in. It closes when `answer_letter`
    has left. `times_begun` counts how often it was asked for anew.
    """

    __tablename__ = "rights"
    __table_args__ = (
        UniqueConstraint("case_id", "type"),
        Index(
            "right_undecided",
            "case_id",
            "legal_due",
            "type",
            sqlite_where=UNDECIDED,
            postgresql_where=UNDECIDED,
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int]
    type: Mapped[RequestType]
    state: Mapped[str]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    trust: Mapped[str]
    received_at: Mapped[datetime]
    internal_due: Mapped[datetime]
    legal_due: Mapped[datetime] = mapped_column(index=True)
    begun: Mapped[bool]
    extended_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_days: Mapped[int]
    asked_at: Mapped[datetime | None]
    lapses_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    erase_after: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    submitted_known: Mapped[bool]
    approved_by: Mapped[str | None]
    answer_letter: Mapped[uuid.UUID | None]
    times_begun: Mapped[int]
    closed_at: Mapped[datetime | None]

    case: Mapped["Case"] = relationship(back_populates="rights")
    checklist: Mapped[list[Row]] = relationship(order_by=Row.position)

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED

    @property
    def is_decided(self) -> bool:
        """Answered or ended: nothing more is done for it."""
        return self.state in {State.RESPONDED, State.CLOSED}

    @property
    def needed(self) -> str:
        return NEEDED.get(self.type, "T0")

    def is_trusted(self, trust: str) -> bool:
        """Whether its person has shown at least this; a guardian has shown all that a child's data takes."""
        return TRUST.index(self.trust) >= TRUST.index(trust)

    def must_be_trusted(self, trust: str) -> None:
        if not self.is_trusted(trust):
            raise PersonNeeded(
                "not_verified",
                f"the {self.type} right of {self.case.ref} has trust {self.trust}; this needs {trust} "
                f"(`inbox-agent case {self.case.ref} check` records what was checked)",
            )

    def raise_trust(self, act: Act, trust: str, why: str) -> None:
        """Its person has shown this much; trust never falls by it."""
        if not self.is_trusted(trust):
            self.trust = trust
            self.case.tell(act, "trust_raised", right=self.type, trust=trust, why=why)

    @property
    def gets_help(self) -> bool:
        """Asks about cookies, which the agent answers by itself once the first letter has left."""
        asks = self.type is RequestType.COOKIES and self.state == State.OPEN
        return asks and self.case.acknowledged_at is not None

    def moments(self, act: Act) -> Iterator[datetime]:
        """When time has something to do for it, as far as is known now; what is past was or is due."""
        for due in (self.internal_due, self.legal_due):
            yield from (due - WARN_BEFORE, due + _MOMENT)
        if self.lapses_at is not None:
            yield self.lapses_at + _MOMENT
        if self.asked_at is not None:
            yield from (self.asked_at + after for after in REMIND_AFTER)
        if self.submitted_at is not None:
            yield self.submitted_at + timedelta(hours=act.terms.second_person_hours)
        if self.gets_help:
            yield act.at

    def must_be_undecided(self) -> None:
        if self.is_decided or self.state == State.TRIAGE:
            raise PersonNeeded("wrong_state", f"{self.case.ref}: the {self.type} right is {self.state}")

    def move(self, act: Act, verb: str, *, pauses: bool = False, **detail: Any) -> None:
        """One move of the diagram, with its event; the case follows. Raises PersonNeeded for any other.

        With `pauses` the clock stands still in the new state, where the law allows that.
        """
        was, to = self.state, moved(self.state, verb)
        self._go_on(act)
        self.state = to
        if pauses and to in act.law.pauses:
            self.paused_at = act.at
        if to is State.IN_PROGRESS:
            self._begin(act)
        self.case.tell(act, f"right_{to}", right=self.type, was=was, **detail)
        self.case.follow(act)

    def respond(self, act: Act, outcome: Outcome, reason: Reason | None = None) -> None:
        """It is answered; it closes when the letter that says so has left."""
        self.outcome, self.reason = outcome, reason
        verb = "refuse" if outcome is Outcome.DENIED else "respond"
        self.move(act, verb, outcome=outcome, reason=reason)

    def end(self, act: Act, outcome: Outcome) -> None:
        """It is over, without an answer of its own."""
        self.outcome, self.closed_at = outcome, act.at
        self.move(act, "end", outcome=outcome)

    def close(self, act: Act) -> None:
        """Its answer has left."""
        self.closed_at = act.at
        self.move(act, "end", outcome=self.outcome)

    def begin_again(self, act: Act, received_at: datetime) -> None:
        """Asked for once more after it had ended: from the beginning, with nothing proved."""
        self._forget_answers(act)
        self.extended_at, self.paused_days, self.begun, self.trust = None, 0, False, "T0"
        self.received_at, self.times_begun = received_at, self.times_begun + 1
        for row in self.checklist:
            row.found, row.kept_for, row.by, row.at, row.sealed_note = Found.OPEN, None, None, None, None
        self.reckon(act.law)
        self.move(act, "begin_again")

    def reopen(self, act: Act, why: str) -> None:
        """It goes on; what had been confirmed or approved must be confirmed and approved again.

        Raises PersonNeeded for one that its person took back: only they can begin it again.
        """
        if self.outcome == Outcome.WITHDRAWN:
            raise PersonNeeded("withdrawn", f"{self.case.ref}: its person took the {self.type} right back")
        self._forget_answers(act)
        self.move(act, "reopen", why=why)

    def distrust(self, act: Act) -> None:
        """Nothing that was shown, confirmed or approved counts any more."""
        outcome, reason, closed_at = self.outcome, self.reason, self.closed_at
        self._forget_answers(act)
        self.outcome, self.reason, self.closed_at, self.trust = outcome, reason, closed_at, "T0"

    def _forget_answers(self, act: Act) -> None:
        self.outcome = self.reason = self.closed_at = self.answer_letter = None
        self.asked_at = self.lapses_at = self.confirmed_at = self.erase_after = None
        self.submitted_by = self.submitted_at = self.approved_by = None
        self.submitted_known = False
        for challenge in live(self.case.challenges, act.at):
            if self.type in challenge.covers:
                challenge.end(act, "begun again")

    def reckon(self, law: Law, now: datetime | None = None) -> bool:
        """Its dates anew from the law; says whether the legal one changed.

        While its clock stands still, `now` tells for how long it has.
        """
        before, still = self.legal_due, self.paused_days if law.pauses else 0
        if self.paused_at is not None and now is not None and law.pauses:
            still += (law.day(now) - law.day(self.paused_at)).days
        pace = Pace(self.begun, self.extended_at is not None, still)
        self.internal_due, self.legal_due = law.due(self.type, self.received_at, pace)
        return before != self.legal_due

    def _begin(self, act: Act) -> None:
        """Work begins: the date by which to be done counts now, and what must be looked at is laid out."""
        self.begun = True
        self.reckon(act.law)
        if self.type in CHECKED and not self.checklist:
            for position, item in enumerate(items(self.type), 1):
                row = Row(id=act.new_id(), right_id=self.id, position=position, item=item, found=Found.OPEN)
                self.checklist.append(row)
                act.rows.append(row)

    def _go_on(self, act: Act) -> None:
        """A clock that stood still goes on; whole days count."""
        if self.paused_at is not None:
            self.paused_days += (act.law.day(act.at) - act.law.day(self.paused_at)).days
            self.paused_at = None
            self.reckon(act.law)

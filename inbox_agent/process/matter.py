"""A mail before its judges, and what they can make of it."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from inbox_agent.cases.act import Act
from inbox_agent.cases.conversation import Answer
from inbox_agent.cases.identity_documents import Apart
from inbox_agent.cases.known import Known
from inbox_agent.cases.letter import Letter
from inbox_agent.message import Bounce
from inbox_agent.process.finding import Finding
from inbox_agent.settings import Settings
from inbox_agent.understanding import Decision, Flag, ReplyAct, RequestType

OLD_DATE = timedelta(days=7)
"""A mail whose own date lies so far before its receipt is never answered by itself."""


@dataclass(frozen=True, slots=True)
class Filing:
    """An event to write on a case that exists, and why a person should look at it now.

    `keeps` hands the mail over to the case; `answer` is what a mail of the case's person does there, `bounce`
    which letter of it came back. `by_hand` says that staff wrote it.
    """

    case_id: uuid.UUID
    kind: str
    attention: str | None = None
    keeps: bool = True
    acts: tuple[ReplyAct, ...] = ()
    answer: Answer | None = None
    bounce: Bounce | None = None
    by_hand: bool = False


@dataclass(slots=True)
class Outcome:
    """What becomes of one mail: its state, the rows it makes, the letters to write, where it is filed.

    `apart` is what was taken out of it if it is kept: identity documents.
    """

    finding: Finding
    act: Act
    state: str
    reason: str | None = None
    case_id: uuid.UUID | None = None
    filing: Filing | None = None
    decision: Decision | None = None
    letters: list[Letter] = field(default_factory=list)
    apart: Apart | None = None

    def give_up(self, state: str, reason: str) -> None:
        """Make nothing of this mail but its state."""
        self.act.rows.clear()
        self.letters.clear()
        self.state, self.reason, self.case_id, self.filing = state, reason, None, None


@dataclass(frozen=True, slots=True)
class Matter:
    """One mail before its judges: what was found out, what the record knows, who acts."""

    finding: Finding
    knowledge: Known
    settings: Settings
    act: Act

    def outcome(self, state: str, reason: str | None = None) -> Outcome:
        return Outcome(self.finding, self.act, state, reason)

    @property
    def types(self) -> tuple[RequestType, ...]:
        """What the reading asserts; where it asserts nothing, its best guess, so that a clock runs."""
        reading = self.finding.reading
        if reading.asserted:
            return tuple(reading.asserted)
        best = max(reading.scores, key=lambda kind: reading.scores[kind], default=RequestType.OTHER_PRIVACY)
        return (best,)

    @property
    def alarm(self) -> str | None:
        """Why a person should look at its case, whatever else becomes of it."""
        reading = self.finding.reading
        if RequestType.CHILD_DATA in reading.asserted:
            return "child"
        return "legal_threat" if reading.flags & {Flag.LEGAL_THREAT, Flag.REGULATOR} else None

    @property
    def may_be_answered(self) -> bool:
        """By a machine: a person wrote it, we know who, and it is not old."""
        message, taken = self.finding.message, self.finding.taken
        old = message.date is not None and message.date < taken.received_at - OLD_DATE
        return taken.answerable and message.automatic is None and message.sender is not None and not old

    def limit(self, on_case: uuid.UUID | None = None) -> str | None:
        """Why a letter to its sender waits for a person: they got many lately; None where it may leave."""
        address, settings = self.finding.traces.mailbox, self.settings
        assert address is not None, "only answerable mail is acknowledged"
        allowed = self.knowledge.may_write_to(address, settings.letters_per_day, settings.letters_per_week)
        goes_on = on_case is None or self.knowledge.may_answer_on(on_case)
        return None if allowed and goes_on else "limit"

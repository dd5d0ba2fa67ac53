"""One person's matter, and what can be done with it."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, object_session

from inbox_agent.cases import identity, opening, words
from inbox_agent.cases.act import Act
from inbox_agent.cases.attention import CALLS, Attention
from inbox_agent.cases.correspondence import Correspondence
from inbox_agent.cases.event import BEGINNING
from inbox_agent.cases.letter import Letter, address_hash
from inbox_agent.cases.references import new_reference
from inbox_agent.cases.request import Request
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State, of_case
from inbox_agent.cases.tables import CaseLink, InboundEmail
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import ReplyAct, RequestType


class Case(Correspondence, Attention):
    """A case with its rights; its history, its letters and what shows it to a person stand in its bases.

    `tick_at` is when time next has something to do for it. `restricted` keeps a child's data out of use;
    `frozen` stops every step until a person lifts it. `account_match` is what the list of accounts said last;
    `merged_into` is the case that goes on with it. `bodies_erased_at` and `bodies_erased_seq`, an event's
    number, tell when all but a minimal record of it was last erased.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("case_of_requester", "requester_hash", "state"),
        Index("case_by_age", "opened_at"),
        Index("case_to_tick", "tick_at"),
        Index("case_by_state", "state", "closed_at", "id"),
        Index("case_to_look_at", "id", sqlite_where=CALLS, postgresql_where=CALLS),
        Index("case_of_person", "assigned_to", "state"),
    )

    state: Mapped[str]
    outcome: Mapped[str | None]
    law: Mapped[str]
    channel: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    assigned_to: Mapped[str | None]
    restricted: Mapped[bool]
    frozen: Mapped[bool]
    account_match: Mapped[str | None]
    merged_into: Mapped[uuid.UUID | None]
    acknowledged_at: Mapped[datetime | None]
    told_status_at: Mapped[datetime | None]
    tick_at: Mapped[datetime | None]
    bodies_erased_at: Mapped[datetime | None]
    bodies_erased_seq: Mapped[int | None]

    @classmethod
    def begin(cls, act: Act, request: Request, *, state: str) -> "Case":
        """A new case in state `triage` (a person decides what it is) or `open`."""
        key_id, case_id = act.keyring.new_key(act.at), act.new_id()
        case = cls(
            id=case_id,
            ref=new_reference(),
            key_id=key_id,
            state=state,
            language=request.language,
            law=act.law.name,
            channel=request.channel,
            received_at=request.received_at,
            opened_at=act.at,
            restricted=False,
            keeps_all=False,
            frozen=False,
            undeliverable=False,
            tick_at=act.at,
            event_count=0,
            event_hash=BEGINNING,
            requester_hash=request.requester and address_hash(act.keyring, request.requester),
            sealed_request=act.seal(key_id, request.kept(), "case.request", case_id),
        )
        act.rows.append(case)
        act.rows.extend(words.tokens(act.keyring, case_id, (request.name, request.subject)))
        case.tell(act, f"case_{'opened' if state == 'open' else 'to_triage'}", channel=request.channel)
        for kind in request.types:
            case.add_right(act, kind, request.received_at)
        if request.message_id:
            case.remember(act, [request.message_id])
        return case

    @property
    def trust(self) -> str:
        """The lowest trust of its open rights, of all when none is open."""
        rights = [right for right in self.rights if right.is_open] or self.rights
        return min((right.trust for right in rights), default="T0")

    @property
    def due_at(self) -> datetime | None:
        """The earliest legal date of a right that is not closed."""
        return min((right.legal_due for right in self.rights if right.is_open), default=None)

    def add_right(self, act: Act, kind: RequestType, received_at: datetime) -> Right:
        """One more thing asked for, its clock from the receipt of the mail that asks.

        One that is here already stays as it is; one that has ended begins again.
        """
        for right in self.rights:
            if right.type is kind:
                if not right.is_open:
                    right.begin_again(act, received_at)
                return right
        internal_due, legal_due = act.law.due(kind, received_at)
        right = Right(
            id=act.new_id(),
            case_id=self.id,
            position=len(self.rights) + 1,
            type=kind,
            state=State.TRIAGE if self.state == State.TRIAGE else State.OPEN,
            trust="T0",
            received_at=received_at,
            internal_due=internal_due,
            legal_due=legal_due,
            begun=False,
            paused_days=0,
            times_begun=1,
            submitted_known=False,
        )
        self.rights.append(right)
        act.rows.append(right)
        self.tell(act, "right_added", right=kind, legal_due=legal_due.date().isoformat())
        self.follow(act)
        return right

    def acknowledge(self, act: Act, *, hold: str | None = None) -> Letter | None:
        """Do what needs no person, and queue the first letter, in both languages, the writer's first.

        No letter goes where none may be sent: to a machine, or to nobody.
        """
        request = self.request(act.keyring)
        due = act.law.day(self.due_at).isoformat() if self.due_at else None
        kind, rights = opening.first_letter(self.rights), self._listed(act)
        may_write = self.may_be_written_to(act.keyring)
        facts = opening.set_going(act, self, request["requester"], may_write=may_write)
        if not may_write:
            self.tell(act, "not_acknowledged", why="automatic" if request["automatic"] else "no_sender")
            self.close_what_no_letter_tells(act)
            return None
        cause = uuid.UUID(hex=request["cause"]) if request["cause"] else None
        told = facts | {"due": due, "rights": rights}
        letter = self.write(act, kind, cause=cause, hold=hold, first=True, **told)
        self.is_answered_by(letter)
        return letter

    def is_answered_by(self, letter: Letter | None) -> None:
        """What has just been answered closes when this letter has left."""
        for right in self.rights:
            if right.state == State.RESPONDED and right.answer_letter is None and letter is not None:
                right.answer_letter = letter.id

    def close_what_no_letter_tells(self, act: Act) -> None:
        """What has been answered, where nobody can be written to."""
        for right in self.rights:
            if right.state == State.RESPONDED and right.answer_letter is None:
                right.close(act)

    def moments(self, act: Act) -> Iterator[datetime]:
        """When time has something to do for it, as far as is known now."""
        for right in self.rights:
            if right.is_open:
                yield from right.moments(act)

    def follow(self, act: Act) -> None:
        """A right has moved: the case stands where its rights stand, and time looks at it again."""
        self.tick_at = min(self.moments(act), default=None)
        state = of_case(right.state for right in self.rights)
        if state == self.state:
            return
        closed, self.state = state is State.CLOSED, state
        self.closed_at = act.at if closed else None
        outcomes = {right.outcome for right in self.rights}
        self.outcome = outcomes.pop() if closed and len(outcomes) == 1 else None
        if closed:
            self.has_ended()
            self.tell(act, "case_closed", outcome=self.outcome)

    def letter_left(self, act: Act, letter: Letter) -> None:
        """What it answered closes, and what it asked is waited for from now on."""
        if letter.kind in opening.FIRST_LETTERS:
            self.acknowledged_at = act.at
        identity.left(act, self, letter.message_id)
        for right in self.rights:
            if right.state == State.RESPONDED and right.answer_letter == letter.id:
                right.close(act)
        self.tick_at = min(self.moments(act), default=None)

    def file(self, act: Act, email: InboundEmail, kind: str, *, acts: Iterable[ReplyAct] = ()) -> None:
        """Put a mail that belongs here on the case, and say what it does (`acts`)."""
        email.case_id = self.id
        act.send_on_errand("file", email.id)
        self.snoozed_until = None
        self.tell(act, kind, inbound_email=str(email.id), acts=list(acts))

    def settle(self, act: Act, types: Sequence[RequestType]) -> None:
        """A person says what a triage case asks for: it opens, with exactly these rights."""
        self.must_be_in_triage()
        if self.attention == "unsure":
            self.attention = None
        self.tell(act, "case_opened", types=[str(kind) for kind in types])
        for kind in types:
            self.add_right(act, kind, self.received_at)
        for right in self.rights:
            if right.type in types:
                right.move(act, "open")
            else:
                right.end(act, Outcome.NOT_A_REQUEST)

    def dismiss(self, act: Act, mails: Sequence[InboundEmail]) -> list[uuid.UUID]:
        """A person says that a triage case is no request: it closes and forgets its person and its mail.

        Later mails filed on it were not what the person judged: they are read again, each for itself.
        Returns the keys to destroy once this is written.
        """
        self.must_be_in_triage()
        cause = self.request(act.keyring)["cause"]
        for right in self.rights:
            right.end(act, Outcome.NOT_A_REQUEST)
        self.requester_hash = None
        if (session := object_session(self)) is not None:
            words.forget(session, self.id)
        judged = [mail for mail in mails if mail.id.hex == cause]
        for mail in mails:
            if mail not in judged:
                mail.read_again(act.by)
        return [self.key_id, *(key for mail in judged for key in mail.forget(act.by))]

    def link(self, act: Act, other_id: uuid.UUID, why: str) -> None:
        """Show staff another case of the same person beside this one; twice is as good as once."""
        session = object_session(self)
        if session is not None and session.get(CaseLink, (self.id, other_id)) is not None:
            return
        act.rows.append(CaseLink(case_id=self.id, other_id=other_id, why=why))
        self.tell(act, "case_linked", other=str(other_id), why=why)

    def must_be_in_triage(self) -> None:
        if self.state != State.TRIAGE:
            raise PersonNeeded("wrong_state", f"{self.ref} is {self.state}, not triage")
        if self.frozen:
            raise PersonNeeded("frozen", f"{self.ref} is frozen: somebody protested; look into it (`lift`)")

    def _listed(self, act: Act) -> list[dict[str, str]]:
        is_open = [right for right in self.rights if right.is_open]
        return [{"type": str(one.type), "due": act.law.day(one.legal_due).isoformat()} for one in is_open]

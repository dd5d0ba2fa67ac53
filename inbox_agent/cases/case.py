"""One person's matter, and what can be done with it."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from inbox_agent.cases import identity, opening, threads, words
from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.challenge import Challenge
from inbox_agent.cases.event import BEGINNING, Event, broken_at
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import Letter, address_hash
from inbox_agent.cases.references import new_reference
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State, of_case
from inbox_agent.cases.tables import HASH, CaseLink, InboundEmail, SeenId, Table
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import Language, ReplyAct, RequestType

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
    "confirmed",
    "verified",
)
"""Why a person should look at a case now, what weighs most first."""

CALLS = text("attention IS NOT NULL")
"""The few of all cases that call for a look, word for word as their index knows them."""

_KEEPS_ALL = frozenset({"complaint", "legal_threat"})
_SEEN_BY_A_STEP = frozenset({"child", "reply_waiting", "confirmed", "verified"})
_SEEN_BY_THE_END = _SEEN_BY_A_STEP | {"due_soon", "overdue", "unsure"}
_ONE_LANGUAGE = {Language.EN: "en", Language.AR: "ar", Language.ARABIZI: "ar"}
_ARABIC_FIRST = frozenset({Language.AR, Language.ARABIZI, Language.MIXED})


@dataclass(frozen=True, slots=True)
class Request:
    """What a case is opened with: who asks for what, since when, and through which channel.

    `cause` is the inbound email it came by; `automatic` says that a machine sent that mail, so that no
    letter may answer it.
    """

    requester: str | None
    language: Language
    types: tuple[RequestType, ...]
    received_at: datetime
    subject: str = ""
    name: str = ""
    channel: str = "email"
    cause: uuid.UUID | None = None
    message_id: str | None = None
    references: tuple[str, ...] = ()
    automatic: bool = False


class Case(Table):
    """A case with its rights, events and letters.

    `event_count` and `event_hash` are the tail of its chain of events; `attention` says in one code why a
    person should look at it now. `tick_at` is when time next has something to do for it. `restricted` keeps a
    child's data out of use; `keeps_all` stops every erasure, `frozen` every step, until a person lifts it.
    `account_match` is what the list of accounts said last; `merged_into` is the case that goes on with it.
    `letter_language` (en, ar, both) is set where staff chose another than the writer's. Until `snoozed_until`
    it is out of the way of staff.
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

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    key_id: Mapped[uuid.UUID]
    state: Mapped[str]
    outcome: Mapped[str | None]
    language: Mapped[Language]
    law: Mapped[str]
    channel: Mapped[str]
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    assigned_to: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    attention: Mapped[str | None]
    letter_language: Mapped[str | None]
    restricted: Mapped[bool]
    keeps_all: Mapped[bool]
    frozen: Mapped[bool]
    account_match: Mapped[str | None]
    merged_into: Mapped[uuid.UUID | None]
    acknowledged_at: Mapped[datetime | None]
    told_status_at: Mapped[datetime | None]
    tick_at: Mapped[datetime | None]
    event_count: Mapped[int]
    event_hash: Mapped[bytes] = mapped_column(HASH)
    requester_hash: Mapped[bytes | None] = mapped_column(HASH)
    sealed_request: Mapped[bytes]

    rights: Mapped[list[Right]] = relationship(order_by=Right.position, back_populates="case")
    challenges: Mapped[list[Challenge]] = relationship(order_by=Challenge.id, back_populates="case")
    events: Mapped[list[Event]] = relationship(order_by=Event.seq, viewonly=True)
    letters: Mapped[list[Letter]] = relationship(order_by=(Letter.created_at, Letter.id), viewonly=True)

    @classmethod
    def begin(cls, act: Act, request: Request, *, state: str) -> "Case":
        """A new case in state `triage` (a person decides what it is) or `open`."""
        key_id, case_id = act.keyring.new_key(act.at), act.new_id()
        kept = {
            "requester": request.requester,
            "subject": request.subject,
            "name": request.name,
            "cause": request.cause.hex if request.cause else None,
            "message_id": request.message_id,
            "references": list(request.references),
            "automatic": request.automatic,
        }
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
            tick_at=act.at,
            event_count=0,
            event_hash=BEGINNING,
            requester_hash=request.requester and address_hash(act.keyring, request.requester),
            sealed_request=act.seal(key_id, kept, "case.request", case_id),
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

    def broken_at(self) -> int | None:
        """The number of the first event of its history that was changed, moved or dropped; else None."""
        return broken_at(self.events, self.event_hash)

    def request(self, keyring: Keyring) -> dict[str, Any]:
        """Requester, subject and thread of the mail it was opened with; raises Erased."""
        kept: dict[str, Any] = opened(keyring, self.sealed_request, "case.request", self.id)
        return kept

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

    def may_be_written_to(self, keyring: Keyring) -> bool:
        """Somebody is known, and no machine sent the mail it was opened with."""
        request = self.request(keyring)
        return request["requester"] is not None and not request["automatic"]

    def must_be_reachable(self, act: Act) -> None:
        """Raises PersonNeeded where a letter would be needed and none can go."""
        if not self.may_be_written_to(act.keyring):
            raise PersonNeeded("nobody_to_write_to", f"{self.ref}: no letter can go to anybody")

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

    def write(
        self,
        act: Act,
        kind: str,
        *,
        cause: uuid.UUID | None = None,
        hold: str | None = None,
        first: bool = False,
        **facts: Any,
    ) -> Letter | None:
        """Queue a letter to the person of the case, in its language; none where nobody can be written to.

        `cause` is the mail that it answers; `hold` keeps it for a person, and says why.
        """
        if not self.may_be_written_to(act.keyring):
            self.tell(act, "not_written", letter_kind=kind)
            return None
        request = self.request(act.keyring)
        letter = Letter.queue(
            act,
            self,
            kind=kind,
            languages=self.languages(both=first),
            to=request["requester"],
            facts=self._thread(act, request) | facts,
            cause=cause,
            hold=hold or act.hold,
        )
        for challenge in self.challenges:
            if challenge.message_id is None and challenge.ended is None:
                challenge.message_id = letter.message_id
        return letter

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
            if self.attention in _SEEN_BY_THE_END:
                self.attention = None
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

    def file(
        self,
        act: Act,
        email: InboundEmail,
        kind: str,
        *,
        acts: Iterable[ReplyAct] = (),
    ) -> None:
        """Put a mail that belongs here on the case, and say what it does (`acts`)."""
        email.case_id = self.id
        self.snoozed_until = None
        self.tell(act, kind, inbound_email=str(email.id), acts=list(acts))

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

    def remember(self, act: Act, message_ids: Iterable[str]) -> None:
        """Answers to these Message-IDs belong here."""
        hashes = dict.fromkeys(threads.id_hash(act.keyring, one) for one in message_ids)
        act.rows.extend(SeenId(hash=one, case_id=self.id) for one in hashes)

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

    def must_be_in_triage(self) -> None:
        if self.state != State.TRIAGE:
            raise PersonNeeded("wrong_state", f"{self.ref} is {self.state}, not triage")
        if self.frozen:
            raise PersonNeeded("frozen", f"{self.ref} is frozen: somebody protested; look into it (`lift`)")

    def languages(self, *, both: bool = False) -> tuple[str, ...]:
        """The first letter is in both languages, later ones in one, unless the writer mixes them."""
        order = ("ar", "en") if self.language in _ARABIC_FIRST else ("en", "ar")
        one = self.letter_language or _ONE_LANGUAGE.get(self.language, "both")
        return order if both or one == "both" else (one,)

    def _listed(self, act: Act) -> list[dict[str, str]]:
        return [
            {"type": str(right.type), "due": act.law.day(right.legal_due).isoformat()}
            for right in self.rights
            if right.is_open
        ]

    def _thread(self, act: Act, request: dict[str, Any]) -> dict[str, Any]:
        return {
            "ref": self.ref,
            "token": threads.token(act.keyring, self.ref),
            "received": act.law.day(self.received_at).isoformat(),
            "in_reply_to": request["message_id"],
            "references": request["references"],
        }

"""Letters as rows of the record: queued with their facts, written, sent, held or refused."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox_agent.cases import threads
from inbox_agent.cases.act import AGENT, Act, opened
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import HASH, Table
from inbox_agent.errors import PersonNeeded
from inbox_agent.message import canonical, plain

if TYPE_CHECKING:
    from inbox_agent.cases.case import Case
    from inbox_agent.cases.correspondence import Correspondence

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
LIMITED_FOR = timedelta(days=7)
TRIED_FOR = timedelta(days=5)


_TELL_WHAT_IS_DONE = frozenset(
    {
        *("acknowledgement", "child_acknowledgement", "question_acknowledgement", "verify_code"),
        *("verify_reminder", "confirm_delete", "cooloff_started", "guardian_steps", "guardian_reminder"),
        *("withdrawal_check", "withdrawn", "optout_done", "extension", "deleted", "partial_retained"),
        *("child_deleted", "corrected", "lapsed", "clarify_scope", "need_identifier", "correction_details"),
    }
)
"""Letters whose customer waits for them, or must know: they can be changed, but not left out."""


ANSWERED_BY_HAND = "answered_by_hand"
MAY_REPEAT = frozenset({"status", "complaint_receipt", "question_acknowledgement", "cookies_help"})
"""Letters that leave by themselves and may say again what staff have just written themselves.

Those with a code are none of them: the code that came before would count no more."""


class Letter(Table):
    """One mail we send: always a row first, sent afterwards, under a Message-ID that never changes.

    `cause` is the inbound email that it answers: one letter of a kind for each, says the unique index.
    `unproven` says that a mail which proved nothing caused it: such letters to one address are limited.
    States: ready → sending → sent; held (until a person releases it, last at `released_at`); refused (by the
    relay, for good); discarded (a person does not want it to leave). `returned` is the code of the bounce by
    which one that was sent came back.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("cause", "kind"),
        Index("letter_waiting", "state", "next_try_at"),
        Index("letter_to", "to_hash", "created_at"),
        Index("letter_of_case", "case_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    key_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    hold_reason: Mapped[str | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    to_hash: Mapped[bytes] = mapped_column(HASH)
    sealed_to: Mapped[bytes]
    sealed_facts: Mapped[bytes]
    sealed_content: Mapped[bytes | None]
    cause: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("inbound_emails.id"))
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int]
    owner: Mapped[str | None]
    released_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    returned: Mapped[str | None]
    unproven: Mapped[bool]

    @classmethod
    def queue(
        cls,
        act: Act,
        case: "Correspondence",
        *,
        kind: str,
        languages: Sequence[str],
        to: str,
        facts: dict[str, Any],
        cause: uuid.UUID | None,
        hold: str | None,
    ) -> "Letter":
        """A letter to be written before the commit; held where the setting or `hold` asks for a person."""
        letter_id = act.new_id()
        hold = hold or (None if act.terms.sending == "live" else act.terms.sending)
        letter = cls(
            id=letter_id,
            case_id=case.id,
            key_id=case.key_id,
            kind=kind,
            language=",".join(languages),
            state="held" if hold else "ready",
            hold_reason=hold,
            message_id=threads.message_id(act.keyring, case.ref, letter_id, act.terms.address),
            to_hash=mailbox_hash(act.keyring, to),
            sealed_to=act.seal(case.key_id, to, "letter.to", letter_id),
            sealed_facts=act.seal(case.key_id, facts, "letter.facts", letter_id),
            cause=cause,
            created_at=act.at,
            next_try_at=act.at,
            tries=0,
            unproven=act.by == AGENT and not any(right.is_trusted("T1") for right in case.rights),
        )
        act.rows.append(letter)
        case.tell(
            act, "letter_held" if hold else "letter_queued", letter=str(letter_id), letter_kind=kind, why=hold
        )
        return letter

    def to(self, keyring: Keyring) -> str:
        """The address it goes to; raises Erased."""
        address: str = opened(keyring, self.sealed_to, "letter.to", self.id)
        return address

    def facts(self, keyring: Keyring) -> dict[str, Any]:
        """What it says, before it is put into words; raises Erased."""
        facts: dict[str, Any] = opened(keyring, self.sealed_facts, "letter.facts", self.id)
        return facts

    def put_into_words(self, keyring: Keyring, mail: bytes) -> None:
        """Keep the finished mail, sealed; from now on exactly these bytes are what is sent."""
        self.sealed_content = keyring.seal(self.key_id, mail, "letter.content", self.id)

    def content(self, keyring: Keyring) -> bytes:
        """The finished mail; raises Erased."""
        assert self.sealed_content is not None, "a letter is written before its row is committed"
        return keyring.open(self.sealed_content, "letter.content", self.id)

    def take_up(self, owner: str) -> None:
        self.state, self.owner, self.tries = "sending", owner, self.tries + 1

    def mark_sent(self, act: Act, case: "Case") -> None:
        self.state, self.owner, self.sent_at, self.refusal = "sent", None, act.at, None
        case.tell(act, "letter_sent", letter=str(self.id), letter_kind=self.kind)
        act.send_on_errand("copy", self.id)
        case.letter_left(act, self)

    def came_back(self, act: Act, case: "Case", code: str, *, dead: bool) -> None:
        """It could not be delivered for good, for the reason `code` (RFC 3463), perhaps "" for none told.

        Where its address is `dead`, the next letters to it wait for a person.
        """
        self.returned = code or "5.0.0"
        case.undeliverable = case.undeliverable or dead
        case.tell(act, "letter_came_back", letter=str(self.id), letter_kind=self.kind, code=self.returned)

    def try_later(self, act: Act, refusal: str | None) -> None:
        """Back to ready after a pause that doubles with each try, from 30 seconds to 4 hours."""
        pause = min(FIRST_PAUSE * 2 ** min(self.tries - 1, 20), LONGEST_PAUSE)
        self.state, self.owner, self.refusal, self.next_try_at = "ready", None, refusal, act.at + pause

    def put_back(self) -> None:
        """Nobody tried to send it: as if it had not been taken up."""
        self.state, self.owner, self.tries = "ready", None, self.tries - 1

    def is_past_hope(self, now: datetime) -> bool:
        """Whether it was tried for as long as mail is usually tried (RFC 5321 §4.5.4.1: 4–5 days)."""
        return now - (self.released_at or self.created_at) > TRIED_FOR

    def refuse(self, act: Act, case: "Case", code: str) -> None:
        """The relay said no for good: staff must see it on the case."""
        self.state, self.owner, self.refusal = "refused", None, code
        case.call_for("letter_refused")
        case.tell(act, "letter_refused", letter=str(self.id), letter_kind=self.kind, code=code)

    def hold(self, act: Act, case: "Case", why: str, words: str = "") -> None:
        """Keep it for a person; `why` is a code, `words` what else there is to say of it."""
        self.state, self.owner, self.hold_reason = "held", None, why
        said = {"words": words} if words else {}
        case.tell(act, "letter_held", letter=str(self.id), letter_kind=self.kind, why=why, **said)

    def edit(self, act: Act, case: "Case", edited: dict[str, Any] | None) -> None:
        """Keep what a person made of its words beside the facts, None for the product's own words again.

        It must then be put into words anew. One that was about to leave waits for its release.
        """
        facts = {name: fact for name, fact in self.facts(act.keyring).items() if name != "edited"}
        if edited is not None:
            facts["edited"] = edited
        self.sealed_facts = act.seal(self.key_id, facts, "letter.facts", self.id)
        if self.state == "ready":
            self.state, self.hold_reason = "held", "preview"
        case.tell(act, "letter_edited", letter=str(self.id), letter_kind=self.kind, standard=edited is None)

    def release(self, act: Act, case: "Case") -> None:
        """A person lets it go: a held letter, or a refused one once more."""
        self.state, self.hold_reason, self.refusal = "ready", None, None
        self.tries, self.next_try_at, self.released_at = 0, act.at, act.at
        case.tell(act, "letter_released", letter=str(self.id), letter_kind=self.kind)

    def discard(self, act: Act, case: "Case") -> None:
        """It shall never leave; a right that it would have answered goes on. Only of one that waits."""
        if self.state not in {"held", "refused"}:
            raise PersonNeeded("letter_leaves", f"this letter is {self.state}: hold it first")
        if self.kind in _TELL_WHAT_IS_DONE and self.hold_reason != ANSWERED_BY_HAND:
            raise PersonNeeded("letter_needed", f"a {self.kind} letter tells what has been done")
        self.state, self.hold_reason = "discarded", None
        case.tell(act, "letter_discarded", letter=str(self.id), letter_kind=self.kind)
        for right in case.rights:
            if right.answer_letter == self.id and right.state == "responded":
                right.reopen(act, "letter discarded")


def may_get_another(sent: Sequence[datetime], now: datetime, per_day: int, per_week: int) -> bool:
    """Whether an address that got these letters in a week may get one more by mail that proved nothing."""
    return sum(at > now - timedelta(days=1) for at in sent) < per_day and len(sent) < per_week


def address_hash(keyring: Keyring, address: str) -> bytes:
    """What an address is looked up by."""
    return keyring.hash("lookup", b"address:" + canonical(address).encode())


def mailbox_hash(keyring: Keyring, address: str) -> bytes:
    """What the letters to one mailbox are counted by, however its address is spelled."""
    return keyring.hash("lookup", b"mailbox:" + plain(address).encode())

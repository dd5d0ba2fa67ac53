"""Whom a case writes to, and in which language."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from inbox_agent.cases import threads
from inbox_agent.cases.act import AGENT, Act, opened
from inbox_agent.cases.challenge import Challenge
from inbox_agent.cases.history import History
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import ANSWERED_BY_HAND, MAY_REPEAT, Letter
from inbox_agent.cases.references import is_a_tools
from inbox_agent.cases.right import Right
from inbox_agent.cases.tables import HASH, SeenId
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import Language

_ONE_LANGUAGE = {Language.EN: "en", Language.AR: "ar", Language.ARABIZI: "ar"}
_ARABIC_FIRST = frozenset({Language.AR, Language.ARABIZI, Language.MIXED})


class Correspondence(History):
    """The letters of a case to its person.

    `letter_language` (en, ar, both) is set where staff chose another than the writer's. It is `undeliverable`
    from the day that a letter came back from a dead address until its person writes again, and
    `answered_by_hand_at` tells when staff wrote from a mail program of their own, for as long.
    """

    __abstract__ = True

    ref: Mapped[str] = mapped_column(unique=True)
    language: Mapped[Language]
    letter_language: Mapped[str | None]
    received_at: Mapped[datetime]
    answered_by_hand_at: Mapped[datetime | None]
    requester_hash: Mapped[bytes | None] = mapped_column(HASH)
    sealed_request: Mapped[bytes]
    undeliverable: Mapped[bool]

    @declared_attr
    @classmethod
    def rights(cls) -> Mapped[list[Right]]:
        return relationship(order_by=Right.position, back_populates="case")

    @declared_attr
    @classmethod
    def challenges(cls) -> Mapped[list[Challenge]]:
        return relationship(order_by=Challenge.id, back_populates="case")

    @declared_attr
    @classmethod
    def letters(cls) -> Mapped[list[Letter]]:
        return relationship(order_by=(Letter.created_at, Letter.id), viewonly=True)

    def request(self, keyring: Keyring) -> dict[str, Any]:
        """Requester, subject and thread of the mail it was opened with; raises Erased."""
        kept: dict[str, Any] = opened(keyring, self.sealed_request, "case.request", self.id)
        return kept

    def may_be_written_to(self, keyring: Keyring) -> bool:
        """Somebody is known, and no machine sent the mail it was opened with."""
        request = self.request(keyring)
        return request["requester"] is not None and not request["automatic"]

    def must_be_reachable(self, act: Act) -> None:
        """Raises PersonNeeded where a letter would be needed and none can go."""
        if not self.may_be_written_to(act.keyring):
            raise PersonNeeded("nobody_to_write_to", f"{self.ref}: no letter can go to anybody")

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
            hold=hold or act.hold or self._reason_to_wait(act, kind),
        )
        for challenge in self.challenges:
            if challenge.message_id is None and challenge.ended is None:
                challenge.message_id = letter.message_id
        return letter

    def _reason_to_wait(self, act: Act, kind: str) -> str | None:
        if self.undeliverable:
            return "undeliverable"
        repeats = self.answered_by_hand_at is not None and kind in MAY_REPEAT
        return ANSWERED_BY_HAND if repeats and act.by == AGENT else None

    def languages(self, *, both: bool = False) -> tuple[str, ...]:
        """The first letter is in both languages, later ones in one, unless the writer mixes them."""
        order = ("ar", "en") if self.language in _ARABIC_FIRST else ("en", "ar")
        one = self.letter_language or _ONE_LANGUAGE.get(self.language, "both")
        return order if both or one == "both" else (one,)

    def remember(self, act: Act, message_ids: Iterable[str]) -> None:
        """Answers to these Message-IDs belong here."""
        hashes = dict.fromkeys(threads.id_hash(act.keyring, one) for one in message_ids)
        act.rows.extend(SeenId(hash=one, case_id=self.id) for one in hashes)

    def _thread(self, act: Act, request: dict[str, Any]) -> dict[str, Any]:
        theirs = request.get("theirs")
        return {
            **({"theirs": theirs} if theirs and is_a_tools(theirs) else {}),
            "ref": self.ref,
            "country": act.law.calendar.country,
            "record_months": act.terms.record_months,
            "token": threads.token(act.keyring, self.ref),
            "received": act.law.day(self.received_at).isoformat(),
            "in_reply_to": request["message_id"],
            "references": request["references"],
        }

"""Proof that an address is its writer's: a code goes out by mail and comes back in the new text of an answer.

A code is 8 digits, counts once, for a time, for so many tries; only its keyed hash is kept.
"""

import hmac
import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox_agent.cases.act import Act
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import Table
from inbox_agent.understanding import RequestType

if TYPE_CHECKING:
    from inbox_agent.cases.case import Case

TRIES = 5
DIGITS = 8


class Purpose(StrEnum):
    """What an answer to the letter means."""

    IDENTITY = "identity"
    GUARDIAN = "guardian"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"


# What a plain yes may stand for: the address works, or the request is taken back. Never a deletion.
_YES_WILL_DO = frozenset({Purpose.IDENTITY, Purpose.GUARDIAN, Purpose.WITHDRAW})


class Challenge(Table):
    """One question to the person of a case, for some of its rights.

    `message_id` names the letter that asks it; `ended` says how it ended: used, replaced, …
    """

    __tablename__ = "challenges"
    __table_args__ = (Index("challenge_of_case", "case_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    purpose: Mapped[str]
    types: Mapped[str]
    code_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    message_id: Mapped[str | None]
    ended: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    case: Mapped["Case"] = relationship(back_populates="challenges")

    @classmethod
    def pose(
        cls, act: Act, case: "Case", purpose: Purpose, types: Iterable[RequestType], until: datetime
    ) -> tuple["Challenge", str]:
        """A new challenge and its code in two groups of four; the one before it for the same purpose ends."""
        for earlier in live(case.challenges, act.at):
            if earlier.purpose == purpose:
                earlier.end(act, "replaced")
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        challenge_id = act.new_id()
        challenge = cls(
            id=challenge_id,
            case_id=case.id,
            purpose=purpose,
            types=",".join(types),
            code_hash=_code_hash(act.keyring, challenge_id, code),
            created_at=act.at,
            expires_at=until,
            tries=TRIES,
        )
        case.challenges.append(challenge)
        act.rows.append(challenge)
        return challenge, f"{code[:4]} {code[4:]}"

    @property
    def covers(self) -> list[RequestType]:
        """The rights that the letter named; no others rise by its answer."""
        return [RequestType(one) for one in self.types.split(",") if one]

    def is_live(self, now: datetime) -> bool:
        return self.ended is None and now <= self.expires_at

    def is_met(self, keyring: Keyring, codes: Sequence[str]) -> bool:
        """Whether one of the numbers is its code; every one is compared in constant time."""
        hashes = [_code_hash(keyring, self.id, code) for code in codes]
        return sum(hmac.compare_digest(self.code_hash, one) for one in hashes) > 0

    def takes_yes(self, replied_to: Iterable[str]) -> bool:
        """A plain yes counts only as an answer to the very letter that asked."""
        return self.purpose in _YES_WILL_DO and self.message_id in set(replied_to)

    def miss(self, act: Act, guesses: int) -> None:
        """Wrong codes: after five the right one counts no more."""
        self.tries -= guesses
        if self.tries <= 0:
            self.end(act, "tries_used_up")

    def end(self, act: Act, how: str) -> None:
        self.ended, self.ended_at = how, act.at


def live(challenges: Iterable[Challenge], now: datetime) -> list[Challenge]:
    """Those that an answer can still meet, the newest first."""
    return sorted((one for one in challenges if one.is_live(now)), key=lambda one: one.id, reverse=True)


def expiry(act: Act, days: int) -> datetime:
    """The end of the day so many days from now."""
    return act.law.end_of(act.law.day(act.at) + timedelta(days=days))


def _code_hash(keyring: Keyring, challenge_id: uuid.UUID, code: str) -> bytes:
    return keyring.hash("token", b"code:" + challenge_id.bytes + code.encode())

"""Passwords that were wrong at sign-in: from where, with which name, and for whom none counts any more."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.staff import LOCKED_FOR, MOST_FAILURES
from inbox_agent.cases.tables import HASH, Table
from inbox_agent.database import new_id

FAILURES_PER_SOURCE = 20
FAILURES_PER_NAME = 50


class SignInFailure(Table):
    """A failed sign-in: with which name, from which source, both as keyed hashes."""

    __tablename__ = "sign_in_failures"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    source_hash: Mapped[bytes] = mapped_column(HASH, index=True)
    name_hash: Mapped[bytes] = mapped_column(HASH, index=True)
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries to sign in from where, as keyed hashes."""

    source: bytes
    name: bytes


def note_failure(session: Session, attempt: Attempt, now: datetime) -> None:
    session.execute(delete(SignInFailure).where(SignInFailure.at < now - LOCKED_FOR))
    session.add(SignInFailure(id=new_id(now), source_hash=attempt.source, name_hash=attempt.name, at=now))


def name_hash(keyring: Keyring, name: str) -> bytes:
    """What failures with a name are counted by, whether anybody has that name or not."""
    return keyring.hash("lookup", b"name:" + name.strip().lower().encode())


def forgive(session: Session, attempt: Attempt) -> None:
    """They knew the password after all."""
    here = SignInFailure.source_hash == attempt.source, SignInFailure.name_hash == attempt.name
    session.execute(delete(SignInFailure).where(*here))


def forgive_everywhere(session: Session, name: bytes) -> None:
    """They have a new password: what was guessed before says nothing of it."""
    session.execute(delete(SignInFailure).where(SignInFailure.name_hash == name))


def failed_often(session: Session, name: bytes, now: datetime) -> bool:
    """Whether this name may be barred somewhere: an administrator should know."""
    lately = select(func.count()).where(SignInFailure.name_hash == name, SignInFailure.at > now - LOCKED_FOR)
    return (session.scalar(lately) or 0) >= MOST_FAILURES


def barred(session: Session, attempt: Attempt, now: datetime) -> str:
    """Why no password counts now: this name failed too often from here, or anything did; "" where one does.

    A name alone is barred much later: or strangers could shut its owner out.
    """
    lately = select(func.count()).where(SignInFailure.at > now - LOCKED_FOR)
    here, named = SignInFailure.source_hash == attempt.source, SignInFailure.name_hash == attempt.name
    if (session.scalar(lately.where(here, named)) or 0) >= MOST_FAILURES:
        return "locked"
    if (session.scalar(lately.where(here)) or 0) >= FAILURES_PER_SOURCE:
        return "slow_down"
    return "slow_down" if (session.scalar(lately.where(named)) or 0) >= FAILURES_PER_NAME else ""

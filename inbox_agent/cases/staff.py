"""The people of the desk: who may sign in, as what, and where they are signed in."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import HASH, Table
from inbox_agent.database import new_id
from inbox_agent.errors import PersonNeeded

SESSION_IDLE = timedelta(hours=12)
SESSION_LONGEST = timedelta(days=7)
LINK_DAYS = 3
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
RESERVED = frozenset({"agent", "shell", "nobody", "demo"})
"""Names that histories and filters use for what is no person."""


class Role(StrEnum):
    """What a person may do; each role may do all that those before it may."""

    VIEWER = "viewer"
    AGENT = "agent"
    APPROVER = "approver"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Staff(Table):
    """A person who can sign in.

    `name` is what they sign in with and what events call them; `password_hash` is Argon2id's. `totp_step` is
    the last time step whose code was used: none counts twice (RFC 6238 §5.2). After so many wrong codes none
    counts until `locked_until`. `let_in_by` is whose link let them in last, at `let_in_at`.
    """

    __tablename__ = "staff"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool]
    password_hash: Mapped[str]
    key_id: Mapped[uuid.UUID]
    sealed_totp: Mapped[bytes | None]
    totp_step: Mapped[int]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    language: Mapped[str]
    digits: Mapped[str]
    theme: Mapped[str]
    single_keys: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    let_in_by: Mapped[str | None]
    let_in_at: Mapped[datetime | None]

    def may(self, needed: Role) -> bool:
        return Role(self.role).may(needed)

    @property
    def initials(self) -> str:
        words = self.display_name.split()
        return "".join(word[0] for word in words[:2]).upper()

    def was_let_in_lately(self, now: datetime) -> bool:
        """Within a day: for so long they are no second person to whoever let them in."""
        return self.let_in_at is not None and now < self.let_in_at + timedelta(days=1)

    def let_in(self, by: str, now: datetime) -> None:
        """Somebody gave them a way in: an invitation, a new password, a sign-in without second factor."""
        self.let_in_by, self.let_in_at = by, now

    def totp_secret(self, keyring: Keyring) -> str | None:
        """The shared secret of their second factor in base32; None where they have none."""
        secret: str | None = opened(keyring, self.sealed_totp, "staff.totp", self.id)
        return secret

    def give_totp(self, act: Act, secret: str | None) -> None:
        """From now on they sign in with this second factor too, or without one."""
        self.sealed_totp = act.seal(self.key_id, secret, "staff.totp", self.id) if secret else None

    def has_failed(self, now: datetime) -> None:
        """A wrong code, or password of one signed in; the fifth in a row locks for a quarter of an hour."""
        self.failures += 1
        if self.failures >= MOST_FAILURES:
            self.failures, self.locked_until = 0, now + LOCKED_FOR

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until


class StaffLink(Table):
    """A link that works once: to become a member of staff, or (`staff_id`) to choose a new password."""

    __tablename__ = "staff_links"

    token_hash: Mapped[bytes] = mapped_column(HASH, primary_key=True)
    role: Mapped[str]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class StaffSession(Table):
    """Somebody signed in on one browser; `proved` says that nothing more has to be shown."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[bytes] = mapped_column(HASH, primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    proved: Mapped[bool]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class SentForm(Table):
    """A form that a browser has sent: a second press on its button does nothing more."""

    __tablename__ = "sent_forms"

    token_hash: Mapped[bytes] = mapped_column(HASH, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


def token_hash(token: str) -> bytes:
    """What a session or link is looked up by; tokens are random, so a plain hash does."""
    return hashlib.sha256(token.encode()).digest()


def invite(session: Session, role: Role, *, by: str, now: datetime, staff: Staff | None = None) -> str:
    """A token for a link that works once, for three days: a new person, or a new password for `staff`."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffLink(
            token_hash=token_hash(token),
            role=role,
            staff_id=staff.id if staff else None,
            created_by=by,
            created_at=now,
            expires_at=now + timedelta(days=LINK_DAYS),
        )
    )
    return token


def link(session: Session, token: str, now: datetime) -> StaffLink:
    """The link of this token; raises PersonNeeded when there is none, or it is too old."""
    found = session.get(StaffLink, token_hash(token), with_for_update=True)
    if found is None or found.expires_at <= now:
        raise PersonNeeded("no_such_link", "this link was used or is too old")
    return found


def join(
    session: Session, of: StaffLink, keyring: Keyring, *, name: str, display_name: str, now: datetime
) -> Staff:
    """A new member of staff by their link, without a password yet; raises PersonNeeded for a taken name."""
    if by_name(session, name) is not None or name.strip().lower() in RESERVED:
        raise PersonNeeded("name_taken", "this name is taken")
    person = Staff(
        id=new_id(now),
        name=name.strip().lower(),
        display_name=display_name.strip(),
        role=of.role,
        active=True,
        password_hash="",
        key_id=keyring.new_key(now),
        totp_step=0,
        failures=0,
        language="en",
        digits="latin",
        theme="auto",
        single_keys=True,
        created_at=now,
        created_by=of.created_by,
    )
    session.add(person)
    return person


def everybody(session: Session) -> list[Staff]:
    return list(session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.display_name)))


def by_name(session: Session, name: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.name == name.strip().lower()))


def is_name_of_other(session: Session, display_name: str, but: Staff | None = None) -> bool:
    """Whether a colleague is known by this name already: nobody shall be taken for somebody else."""
    wanted = display_name.casefold().split()
    return any(one.display_name.casefold().split() == wanted for one in everybody(session) if one is not but)


def signed_in(session: Session, staff: Staff, *, proved: bool, now: datetime) -> str:
    """A new session's token. Old sessions that nobody can use any more are forgotten."""
    session.execute(delete(StaffSession).where(StaffSession.seen_at < now - SESSION_LONGEST))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=token_hash(token), staff_id=staff.id, proved=proved, created_at=now, seen_at=now
        )
    )
    return token


def session_of(session: Session, token: str, now: datetime) -> tuple[StaffSession, Staff] | None:
    """Who is signed in by this token; None when nobody is any more."""
    found = session.get(StaffSession, token_hash(token))
    if found is None or now - found.seen_at > SESSION_IDLE or now - found.created_at > SESSION_LONGEST:
        return None
    person = session.get_one(Staff, found.staff_id)
    return (found, person) if person.active else None


def take_form(session: Session, token: str, now: datetime) -> None:
    """Note that this form was sent; the database refuses the second time (NotWritten)."""
    session.execute(delete(SentForm).where(SentForm.at < now - SESSION_LONGEST))
    session.add(SentForm(token_hash=token_hash(token), at=now))


def give_form_back(session: Session, token: str) -> None:
    """Nothing came of it: it may be sent again."""
    session.execute(delete(SentForm).where(SentForm.token_hash == token_hash(token)))


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))


def sign_out_everywhere(session: Session, staff: Staff) -> None:
    """After a new password, another role or a leave: every browser must sign in anew."""
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))

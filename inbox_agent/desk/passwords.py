"""Passwords (Argon2id): what can be one, whose it is, and what a new one ends."""

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlalchemy.orm import Session

from inbox_agent.cases import guessing, staff
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.staff import Staff, StaffLink

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200

hasher = PasswordHasher()  # RFC 9106, second recommended option; what it costs is its purpose
_hands, _PATIENCE = BoundedSemaphore(2), 5.0
NOBODY = hasher.hash(secrets.token_hex())
"""Verified where there is no such name, so that the answer takes as long as for a wrong password."""


def why_not(known_hash: str, password: str) -> str:
    """Why this is not the password; "" where it is. Whoever finds all hands full is asked to come back."""
    if not _hands.acquire(timeout=_PATIENCE):
        return "slow_down"
    try:
        return "" if hasher.verify(known_hash, password) else "wrong"
    except (VerificationError, InvalidHashError):
        return "wrong"
    finally:
        _hands.release()


def set_password(session: Session, keyring: Keyring, person: Staff, password: str) -> None:
    """A new password: whoever is signed in by the old one no longer is, and no link for another one works."""
    person.password_hash = hasher.hash(password)
    person.failures, person.locked_until = 0, None
    guessing.forgive_everywhere(session, guessing.name_hash(keyring, person.name))
    session.execute(delete(StaffLink).where(StaffLink.staff_id == person.id))
    staff.sign_out_everywhere(session, person)


def is_password_of(person: Staff, password: str) -> bool:
    try:
        return hasher.verify(person.password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def problem(password: str, again: str, name: str) -> str:
    """Why it cannot be a password (NIST SP 800-63B §5.1.1.2: length counts); "" where it can."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return "password_short"
    if name and name in password.lower():
        return "password_name"
    return "" if password == again else "password_again"

"""Signing in and out: password (Argon2id), then the second factor where there is one; invitations."""

import base64
import secrets
from contextlib import suppress
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete
from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import staff
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role, Staff, StaffLink
from inbox_agent.desk import labels
from inbox_agent.desk.harmless import harmless_line
from inbox_agent.desk.paths import ours, quoted
from inbox_agent.desk.visit import Visit
from inbox_agent.desk.words import LANGUAGES

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
STEP_SECONDS = 30

hasher = PasswordHasher()  # RFC 9106, second recommended option; what it costs is its purpose
_hands, _PATIENCE = BoundedSemaphore(2), 5.0
_NOBODY = hasher.hash(secrets.token_hex())
"""Verified where there is no such name, so that the answer takes as long as for a wrong password."""


def show(visit: Visit) -> Response:
    return (
        visit.to("/") if visit.staff else visit.page("sign_in.html", then=ours(visit.query("then")), why="")
    )


def sign_in(visit: Visit) -> Response:
    """Check name and password; on to the second factor or to where they wanted to go.

    The password is verified with no transaction open, a few at a time: it takes long on purpose.
    """
    then, attempt = ours(visit.given("then")), _attempt(visit)
    with visit.record.reading() as session:
        why = staff.barred(session, attempt, visit.now)
        person = staff.by_name(session, visit.given("name", 64))
        known_hash = person.password_hash if person is not None and person.active else _NOBODY
    if why or (why := _verified(known_hash, visit.secret("password"))):
        if why == "wrong":
            with visit.record.writing() as session:
                staff.note_failure(session, attempt, visit.now)
        return visit.page("sign_in.html", status=422, then=then, why=why)
    assert person is not None, "nobody's password is known to nobody"
    with visit.record.writing() as session:
        staff.forgive(session, attempt)
        return _welcome(session, visit, session.get_one(Staff, person.id), then)


def show_code(visit: Visit) -> Response:
    return visit.page("code.html", then=ours(visit.query("then")), wrong=False)


def check_code(visit: Visit) -> Response:
    """The second factor of somebody whose password was right; wrong ones count until one is right."""
    then = ours(visit.given("then"))
    with visit.record.writing() as session:
        found = staff.session_of(session, visit.token, visit.now)
        if found is None:
            return visit.to("/sign-in")
        person = found[1]
        if person.is_locked(visit.now) or not _code_is_right(person, visit):
            person.has_failed(visit.now)
            return visit.page("code.html", status=422, then=then, wrong=True)
        person.failures = 0
        staff.sign_out(session, visit.token)
        return _welcome(session, visit, person, then, proved=True)


def sign_out(visit: Visit) -> Response:
    with visit.record.writing() as session:
        staff.sign_out(session, visit.token)
    response = visit.to("/sign-in")
    response.delete_cookie(visit.desk.cookie, path="/", secure=visit.desk.secure, httponly=True)
    response.headers["Clear-Site-Data"] = '"storage"'  # drafts kept by the browser
    visit.token = visit.request.cookies.get(visit.desk.cookie, "")
    return response


def show_link(visit: Visit) -> Response:
    """The page behind an invitation, or behind a link for a new password."""
    with visit.record.writing() as session:
        of = staff.link(session, visit.path("token"), visit.now)
        person = session.get(Staff, of.staff_id) if of.staff_id else None
        name = person.name if person else ""
    facts: dict[str, Any] = {"display_name": "", "problems": [], "texts": labels.PROBLEMS}
    return visit.page("first.html", name=name, is_new=not name, **facts)


def use_link(visit: Visit) -> Response:
    """Become a member of staff, or get a new password; the link is used up by it."""
    name, display_name = visit.given("name", 64).lower(), harmless_line(visit.given("display_name", 100))
    with visit.record.writing() as session:
        of = staff.link(session, visit.path("token"), visit.now)
        person = session.get(Staff, of.staff_id) if of.staff_id else None
        if problems := _problems(session, visit, name, display_name, is_new=person is None):
            facts: dict[str, Any] = {"name": person.name if person else name, "is_new": person is None}
            facts |= {"display_name": display_name, "problems": problems, "texts": labels.PROBLEMS}
            return visit.page("first.html", status=422, **facts)
        if person is None:
            keyring = visit.record.keyring
            person = staff.join(session, of, keyring, name=name, display_name=display_name, now=visit.now)
            person.language = visit.words.language
            keyring.save()
        session.delete(of)
        person.let_in(of.created_by, visit.now)
        set_password(session, visit.record.keyring, person, visit.secret("password"))
        return _welcome(session, visit, person, "/")


def language(visit: Visit) -> Response:
    """Switch the language: of the person who is signed in, else of this browser."""
    wanted = visit.given("language")
    response = visit.to(ours(visit.given("here")))
    if wanted not in LANGUAGES:
        return response
    if visit.staff is None:
        response.set_cookie("language", wanted, 31_536_000, httponly=True, samesite="lax")
        return response
    with visit.record.writing() as session:
        session.get_one(Staff, visit.me.id).language = wanted
    return response


def hire(record: Record, now: datetime, *, name: str, display_name: str, role: Role, password: str) -> Staff:
    """A member of staff without an invitation: for the demo and for tests."""
    with record.writing() as session:
        token = staff.invite(session, role, by="shell", now=now)
        session.flush()
        of = staff.link(session, token, now)
        person = staff.join(session, of, record.keyring, name=name, display_name=display_name, now=now)
        session.delete(of)
        record.keyring.save()
        session.flush()
        set_password(session, record.keyring, person, password)
        return person


def set_password(session: Session, keyring: Keyring, person: Staff, password: str) -> None:
    """A new password: whoever is signed in by the old one no longer is, and no link for another one works."""
    person.password_hash = hasher.hash(password)
    person.failures, person.locked_until = 0, None
    staff.forgive_everywhere(session, staff.name_hash(keyring, person.name))
    session.execute(delete(StaffLink).where(StaffLink.staff_id == person.id))
    staff.sign_out_everywhere(session, person)


def is_password_of(person: Staff, password: str) -> bool:
    try:
        return hasher.verify(person.password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def new_totp_secret() -> str:
    """A shared secret of 160 bits (RFC 4226 §4), in base32 as authenticator programs take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def totp_step(secret: str, code: str, now: datetime, *, after: int = 0) -> int | None:
    """The time step whose code this is, of now, the one before or the one after; none used before counts."""
    step = int(now.timestamp()) // STEP_SECONDS
    for candidate in (step - 1, step, step + 1):
        with suppress(InvalidToken):
            _totp(secret).verify(code.encode(), candidate * STEP_SECONDS)
            return candidate if candidate > after else None
    return None


def totp_address(secret: str, name: str) -> str:
    """What an authenticator program reads (otpauth)."""
    return _totp(secret).get_provisioning_uri(name, "Inbox Agent")


def _totp(secret: str) -> TOTP:
    """RFC 6238 with SHA-1, six digits and 30 seconds: what every authenticator knows."""
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP_SECONDS)  # noqa: S303


def password_problem(password: str, again: str, name: str) -> str:
    """Why it cannot be a password (NIST SP 800-63B §5.1.1.2: length counts); "" where it can."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return "password_short"
    if name and name in password.lower():
        return "password_name"
    return "" if password == again else "password_again"


def _verified(known_hash: str, password: str) -> str:
    """Why it is not right; "" where it is. Whoever finds all hands full is asked to come back."""
    if not _hands.acquire(timeout=_PATIENCE):
        return "slow_down"
    try:
        return "" if hasher.verify(known_hash, password) else "wrong"
    except (VerificationError, InvalidHashError):
        return "wrong"
    finally:
        _hands.release()


def _welcome(
    session: Session, visit: Visit, person: Staff, then: str, *, proved: bool | None = None
) -> Response:
    """A new token, so that one planted before is of no use (session fixation)."""
    proved = person.sealed_totp is None if proved is None else proved
    visit.token = staff.signed_in(session, person, proved=proved, now=visit.now)
    return visit.to(then if proved else f"/sign-in/code?then={quoted(then)}")


def must_have_totp(visit: Visit, person: Staff) -> bool:
    """An administrator, where the setting asks for a second factor."""
    return visit.record.settings.desk.admins_need_totp and person.role == Role.ADMIN


def _code_is_right(person: Staff, visit: Visit) -> bool:
    secret = person.totp_secret(visit.record.keyring)
    code = latin_digits(visit.given("code", 20))
    step = totp_step(secret, code, visit.now, after=person.totp_step) if secret else None
    if step is None:
        return False
    person.totp_step = step
    return True


def latin_digits(text: str) -> str:
    """The digits in it, of whatever script, as 0 to 9."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def _problems(
    session: Session, visit: Visit, name: str, display_name: str, *, is_new: bool
) -> list[tuple[str, str]]:
    """Fields that cannot stay as they are, and why."""
    found = []
    if is_new and not (name.isascii() and name.replace("-", "").replace(".", "").isalnum()):
        found.append(("name", "name_letters"))
    elif is_new and staff.by_name(session, name) is not None:
        found.append(("name", "name_taken"))
    if is_new and (name in staff.RESERVED or staff.is_name_of_other(session, display_name)):
        found.append(("display_name" if name not in staff.RESERVED else "name", "name_taken"))
    if is_new and not display_name:
        found.append(("display_name", "no_display_name"))
    if why := password_problem(visit.secret("password"), visit.secret("again"), name):
        found.append(("again" if why == "password_again" else "password", why))
    return found


def _attempt(visit: Visit) -> staff.Attempt:
    """Which name is tried, and where the browser is so far as we can tell, as keyed hashes."""
    client, keyring = visit.request.client, visit.record.keyring
    source = keyring.hash("lookup", b"source:" + (client.host if client else "").encode())
    return staff.Attempt(source, staff.name_hash(keyring, visit.given("name", 64)))

"""Signing in and out: the password, then the second factor where there is one; invitations."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import guessing, staff
from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role, Staff
from inbox_agent.desk import labels, passwords, second_factor
from inbox_agent.desk.harmless import harmless_line
from inbox_agent.desk.paths import ours, quoted
from inbox_agent.desk.visit import Visit
from inbox_agent.desk.words import LANGUAGES


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
        why = guessing.barred(session, attempt, visit.now)
        person = staff.by_name(session, visit.given("name", 64))
        known_hash = person.password_hash if person is not None and person.active else passwords.NOBODY
    if why or (why := passwords.why_not(known_hash, visit.secret("password"))):
        if why == "wrong":
            with visit.record.writing() as session:
                guessing.note_failure(session, attempt, visit.now)
        return visit.page("sign_in.html", status=422, then=then, why=why)
    assert person is not None, "nobody's password is known to nobody"
    with visit.record.writing() as session:
        guessing.forgive(session, attempt)
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
        if person.is_locked(visit.now) or not second_factor.is_right(person, visit):
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
        passwords.set_password(session, visit.record.keyring, person, visit.secret("password"))
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
        passwords.set_password(session, record.keyring, person, password)
        return person


def _welcome(
    session: Session, visit: Visit, person: Staff, then: str, *, proved: bool | None = None
) -> Response:
    """A new token, so that one planted before is of no use (session fixation)."""
    proved = person.sealed_totp is None if proved is None else proved
    visit.token = staff.signed_in(session, person, proved=proved, now=visit.now)
    return visit.to(then if proved else f"/sign-in/code?then={quoted(then)}")


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
    if why := passwords.problem(visit.secret("password"), visit.secret("again"), name):
        found.append(("again" if why == "password_again" else "password", why))
    return found


def _attempt(visit: Visit) -> guessing.Attempt:
    """Which name is tried, and where the browser is so far as we can tell, as keyed hashes."""
    client, keyring = visit.request.client, visit.record.keyring
    source = keyring.hash("lookup", b"source:" + (client.host if client else "").encode())
    return guessing.Attempt(source, guessing.name_hash(keyring, visit.given("name", 64)))

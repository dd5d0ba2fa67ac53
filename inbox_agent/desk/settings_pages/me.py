"""What everybody chooses for themselves: how the desk looks, their password, their second factor."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import staff
from inbox_agent.cases.staff import Staff
from inbox_agent.desk import labels, passwords, qr, second_factor
from inbox_agent.desk.harmless import harmless_line
from inbox_agent.desk.labels import N_
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit
from inbox_agent.desk.words import LANGUAGES
from inbox_agent.errors import PersonNeeded
from inbox_agent.rendering import LeftToRight

Problems = list[tuple[str, str]]

_SECRET = re.compile("[A-Z2-7]{32}")


def show(visit: Visit) -> Response:
    return _page(visit)


def save(visit: Visit) -> Response:
    """Name, language, digits, theme, single keys."""
    name = harmless_line(visit.given("display_name", 100))
    chosen = {one: visit.given(one) for one in ("language", "digits", "theme")}
    allowed = {"language": LANGUAGES, "digits": labels.DIGITS, "theme": labels.THEMES}
    if any(value not in allowed[one] for one, value in chosen.items()):
        raise PersonNeeded("no_such_id")
    if not name:
        return _page(visit, [("display_name", "no_display_name")])
    with visit.record.writing() as session:
        person = session.get_one(Staff, visit.me.id)
        if staff.is_name_of_other(session, name, person):
            return _page(visit, [("display_name", "name_taken")])
        person.display_name, person.single_keys = name, bool(visit.given("single_keys"))
        for one, value in chosen.items():
            setattr(person, one, value)
    return visit.to("/settings/me", N_("Saved."))


def change_password(visit: Visit) -> Response:
    """A new password, for which the old one is asked; every other browser is signed out."""
    new, again = visit.secret("password"), visit.secret("again")

    def change(session: Session, person: Staff) -> str:
        if why := passwords.problem(new, again, person.name):
            return why
        passwords.set_password(session, visit.record.keyring, person, new)
        return ""

    field = {"password_again": "again", "wrong_password": "old", "locked": "old"}
    return _with_password(visit, "old", change, N_("The new password is set."), field)


def begin_second_factor(visit: Visit) -> Response:
    """The secret for an authenticator program; it counts once a code of it was given."""
    return _second_factor(visit, second_factor.new_secret())


def confirm_second_factor(visit: Visit) -> Response:
    """Asked at each sign-in from now on. Browsers that are signed in without it must sign in anew."""
    secret = visit.given("secret", 32)
    if not _SECRET.fullmatch(secret) or visit.me.sealed_totp is not None:
        raise PersonNeeded("no_such_id")
    if not passwords.is_password_of(visit.me, visit.secret("password")):
        return _second_factor(visit, secret, wrong="password")
    step = second_factor.step_of(secret, second_factor.latin_digits(visit.given("code", 20)), visit.now)
    if step is None:
        return _second_factor(visit, secret, wrong="code")
    with visit.acting() as (session, act):
        person = session.get_one(Staff, visit.me.id)
        person.give_totp(act, secret)
        person.totp_step = step
        _stay_only_here(session, visit, person)
    return visit.to("/settings/me", N_("Sign-in now asks for a code too."))


def end_second_factor(visit: Visit) -> Response:
    """No code any more; the password is asked, lest whoever finds an open browser does it."""
    if second_factor.is_asked_of(visit, visit.me):
        raise PersonNeeded("totp_needed")

    def end(_session: Session, person: Staff) -> str:
        person.sealed_totp = None
        return ""

    field = {"wrong_password": "off_password", "locked": "off_password"}
    return _with_password(visit, "off_password", end, N_("Sign-in no longer asks for a code."), field)


def sign_out_elsewhere(visit: Visit) -> Response:
    with visit.record.writing() as session:
        _stay_only_here(session, visit, session.get_one(Staff, visit.me.id))
    return visit.to("/settings/me", N_("You are signed out everywhere else."))


def _with_password(
    visit: Visit,
    name: str,
    do: Callable[[Session, Staff], str],
    done: str,
    fields: dict[str, str],
) -> Response:
    """What needs the password in the field `name`: wrong ones count as at sign-in. `do` gives a problem."""
    with visit.record.writing() as session:
        person = session.get_one(Staff, visit.me.id, with_for_update=True)
        if person.is_locked(visit.now):
            why = "locked"
        elif not passwords.is_password_of(person, visit.secret(name)):
            person.has_failed(visit.now)
            why = "wrong_password"
        else:
            person.failures = 0
            why = do(session, person)
        if not why:
            _stay_only_here(session, visit, person)
    return _page(visit, [(fields.get(why, "password"), why)]) if why else visit.to("/settings/me", done)


def _stay_only_here(session: Session, visit: Visit, person: Staff) -> None:
    """Every browser is signed out; this one gets a new token."""
    staff.sign_out_everywhere(session, person)
    visit.token = staff.signed_in(session, person, proved=True, now=visit.now)


def _page(visit: Visit, problems: Problems | None = None) -> Response:
    person, say = visit.me, visit.words.say
    facts: dict[str, Any] = {
        "display_name": visit.given("display_name", 100) if problems else person.display_name,
        "languages": list(LANGUAGES.items()),
        "digits": [(value, say(text)) for value, text in labels.DIGITS.items()],
        "themes": [(value, say(text)) for value, text in labels.THEMES.items()],
        "role": say(labels.ROLES[person.role]),
        "name": LeftToRight(person.name),
        "texts": labels.PROBLEMS,
        "has_totp": person.sealed_totp is not None,
        "must_have_totp": second_factor.is_asked_of(visit, visit.me),
    }
    return menu.page(visit, "me", status=422 if problems else 200, problems=problems or [], **facts)


def _second_factor(visit: Visit, secret: str, *, wrong: str = "") -> Response:
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    address = second_factor.address(secret, visit.me.name)
    facts: dict[str, Any] = {
        "secret": secret,
        "groups": LeftToRight(groups),
        "address": LeftToRight(address),
        "picture": qr.picture(address, visit.words.say("Picture for authenticator programs")),
        "wrong": wrong,
    }
    return menu.page(visit, "me", "second_factor", status=422 if wrong else 200, **facts)

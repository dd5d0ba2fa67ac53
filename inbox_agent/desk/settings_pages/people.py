"""The people of the desk: who they are, how they get in, what they may do."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import guessing, staff, team
from inbox_agent.cases.staff import LINK_DAYS, Role, Staff, StaffLink
from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import PersonNeeded
from inbox_agent.rendering import LeftToRight

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff as the page shows them; the names of their forms end in `name`."""

    name: str
    display_name: str
    role: str
    is_me: bool
    active: bool
    has_totp: bool
    locked: bool
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link that nobody has used yet: as what somebody may come, or who gets a new password."""

    id: str
    role: str
    who: str
    by: str
    until: datetime


def show(visit: Visit) -> Response:
    return _page(visit)


def invite(visit: Visit) -> Response:
    """A link for somebody new; it is shown this once."""
    role = _role(visit)
    with visit.record.writing() as session:
        token = staff.invite(session, role, by=visit.me.name, now=visit.now)
    log.info("staff_invited", role=role, by=str(visit.me.id))
    return _page(visit, link=_address(visit, token), link_for="")


def give_password_link(visit: Visit) -> Response:
    """A link for a new password; it is shown this once."""
    with visit.record.writing() as session:
        person = _person(visit, session)
        token = staff.invite(session, Role(person.role), by=visit.me.name, now=visit.now, staff=person)
    log.info("password_link_made", person=str(person.id), by=str(visit.me.id))
    return _page(visit, link=_address(visit, token), link_for=person.display_name)


def withdraw_link(visit: Visit) -> Response:
    with visit.record.writing() as session:
        found = [
            one for one in team.open_links(session, visit.now) if one.token_hash.hex() == visit.path("link")
        ]
        for one in found:
            session.delete(one)
    return visit.to("/settings/staff", N_("The link no longer works."))


def change_role(visit: Visit) -> Response:
    role = _role(visit)
    with visit.record.writing() as session:
        person = _person(visit, session)
        team.give_role(session, person, role, by=visit.me)
    log.info("role_changed", person=str(person.id), role=role, by=str(visit.me.id))
    return visit.to("/settings/staff", N_("The role is changed. The person must sign in again."))


def switch(visit: Visit) -> Response:
    """Somebody leaves, or comes back."""
    wanted = visit.given("active") == "yes"
    with visit.record.writing() as session:
        person = _person(visit, session)
        if wanted:
            team.take_back(person)
        else:
            team.send_away(session, person, by=visit.me)
    log.info("staff_switched", person=str(person.id), active=wanted, by=str(visit.me.id))
    return visit.to(
        "/settings/staff", N_("They can sign in again.") if wanted else N_("They can no longer sign in.")
    )


def end_second_factor(visit: Visit) -> Response:
    """For somebody who lost their phone; they sign in with the password alone until they set it up anew."""
    with visit.record.writing() as session:
        person = _person(visit, session)
        person.sealed_totp = None
        person.let_in(visit.me.name, visit.now)
        staff.sign_out_everywhere(session, person)
    log.info("second_factor_ended", person=str(person.id), by=str(visit.me.id))
    return visit.to("/settings/staff", N_("The second factor is switched off."))


def _page(visit: Visit, link: str = "", link_for: str = "") -> Response:
    with visit.record.reading() as session:
        seen = team.last_seen(session)
        everybody = staff.everybody(session)
        people = [_shown(visit, session, person, seen.get(person.name)) for person in everybody]
        names = {person.id: person.display_name for person in everybody}
        links = [
            _link(visit, one, names.get(one.staff_id, "") if one.staff_id else "")
            for one in team.open_links(session, visit.now)
        ]
    return menu.page(
        visit,
        "staff",
        people=people,
        links=links,
        roles=[(role.value, visit.words.say(labels.ROLES[role])) for role in Role],
        role_names=labels.ROLES,
        link=LeftToRight(link) if link else "",
        plain_link=link,
        link_for=link_for,
        link_days=LINK_DAYS,
    )


def _shown(visit: Visit, session: Session, person: Staff, seen: datetime | None) -> Person:
    failed = guessing.name_hash(visit.record.keyring, person.name)
    return Person(
        name=person.name,
        display_name=person.display_name,
        role=person.role,
        is_me=person.id == visit.me.id,
        active=person.active,
        has_totp=person.sealed_totp is not None,
        locked=person.is_locked(visit.now) or guessing.failed_often(session, failed, visit.now),
        seen=seen,
    )


def _link(visit: Visit, link: StaffLink, who: str) -> Link:
    role = visit.words.say(labels.ROLES[link.role])
    return Link(link.token_hash.hex(), role, who, link.created_by, link.expires_at)


def _person(visit: Visit, session: Session) -> Staff:
    """Whom the form is about; nobody is an administrator over themselves."""
    person = staff.by_name(session, visit.path("name"))
    if person is None:
        raise PersonNeeded("no_such_id")
    if person.id == visit.me.id:
        raise PersonNeeded("own_role")
    return person


def _role(visit: Visit) -> Role:
    try:
        return Role(visit.given("role"))
    except ValueError:
        raise PersonNeeded("no_such_id") from None


def _address(visit: Visit, token: str) -> str:
    """How the person reaches the desk: as the setting says, else as this browser does."""
    url = visit.request.url
    return f"{visit.record.settings.desk.url or f'{url.scheme}://{url.netloc}'}/first/{token}"

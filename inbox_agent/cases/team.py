"""What an administrator may do with the people of the desk; there always is an active administrator."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from inbox_agent.cases.staff import Role, Staff, StaffLink, StaffSession, sign_out_everywhere
from inbox_agent.errors import PersonNeeded


def give_role(session: Session, person: Staff, role: Role, *, by: Staff) -> None:
    """Another role from now on; they must sign in anew."""
    _must_leave_an_admin(session, person, by)
    person.role = role
    _withdraw_links_of(session, person)
    sign_out_everywhere(session, person)


def send_away(session: Session, person: Staff, *, by: Staff) -> None:
    """They can no longer sign in, and links made for them no longer work; what they did keeps their name."""
    _must_leave_an_admin(session, person, by)
    person.active = False
    session.execute(delete(StaffLink).where(StaffLink.staff_id == person.id))
    _withdraw_links_of(session, person)
    sign_out_everywhere(session, person)


def _withdraw_links_of(session: Session, person: Staff) -> None:
    """What they could give as who they were, they cannot come back by."""
    session.execute(delete(StaffLink).where(StaffLink.created_by == person.name))


def take_back(person: Staff) -> None:
    """They may sign in again, with the password they had."""
    person.active, person.failures, person.locked_until = True, 0, None


def open_links(session: Session, now: datetime) -> list[StaffLink]:
    """Those that nobody has used yet, the newest first."""
    found = select(StaffLink).where(StaffLink.expires_at > now).order_by(StaffLink.created_at.desc())
    return list(session.scalars(found))


def last_seen(session: Session) -> dict[str, datetime]:
    """When each person who is signed in somewhere last did something."""
    seen = select(Staff.name, func.max(StaffSession.seen_at)).join(Staff, Staff.id == StaffSession.staff_id)
    return dict(session.execute(seen.group_by(Staff.name)).all())


def _must_leave_an_admin(session: Session, person: Staff, by: Staff) -> None:
    """Administrators are locked together, or two could take the role from each other at the same moment."""
    admins = session.scalars(
        select(Staff).where(Staff.role == Role.ADMIN, Staff.active).order_by(Staff.id).with_for_update()
    ).all()
    if by.id not in {one.id for one in admins}:
        raise PersonNeeded("role_admin", "only an active administrator may do this")
    if person.id == by.id:
        raise PersonNeeded("own_role", "nobody can take their own role")

"""Finding cases, letters and mails again."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.references import references_in
from inbox_agent.cases.tables import CaseLink, InboundEmail
from inbox_agent.errors import PersonNeeded


def cases(session: Session, *, open_only: bool = False, state: str | None = None) -> Sequence[Case]:
    """All cases with their rights, oldest first."""
    found = select(Case).options(selectinload(Case.rights)).order_by(Case.opened_at, Case.id)
    if open_only:
        found = found.where(Case.state != "closed")
    if state:
        found = found.where(Case.state == state)
    return session.scalars(found).all()


def case(session: Session, ref: str) -> Case:
    """The case with this reference, however it was typed; raises PersonNeeded when there is none.

    In a write transaction its row is locked, where the database can, until the end.
    """
    locks = session.get_bind().get_execution_options().get("writes", False)
    for written in references_in(ref):
        query = select(Case).where(Case.ref == written)
        if found := session.scalar(query.with_for_update() if locks else query):
            return found
    raise PersonNeeded("no_such_case", f"there is no case {ref}; `inbox-agent cases` lists them")


def linked(session: Session, of: Case) -> list[str]:
    """The references of the cases linked to this one, either way."""
    ids = select(CaseLink.other_id).where(CaseLink.case_id == of.id)
    back = select(CaseLink.case_id).where(CaseLink.other_id == of.id)
    found = select(Case.ref).where(Case.id.in_(ids) | Case.id.in_(back)).order_by(Case.opened_at)
    return list(session.scalars(found))


def others_of(session: Session, of: Case) -> Sequence[Case]:
    """The other open cases of its address, oldest first."""
    if of.requester_hash is None:
        return []
    found = select(Case).where(
        Case.requester_hash == of.requester_hash, Case.state != "closed", Case.id != of.id
    )
    return session.scalars(found.order_by(Case.opened_at).options(selectinload(Case.rights))).all()


def mails_of(session: Session, of: Case) -> Sequence[InboundEmail]:
    """The mails filed on a case, oldest first."""
    found = select(InboundEmail).where(InboundEmail.case_id == of.id)
    return session.scalars(found.order_by(InboundEmail.received_at, InboundEmail.id)).all()


def quarantined(session: Session) -> Sequence[InboundEmail]:
    """The mails that wait for a person because the machine could not go on, oldest first."""
    found = select(InboundEmail).where(InboundEmail.state == "needs_staff")
    return session.scalars(found.order_by(InboundEmail.received_at, InboundEmail.id)).all()


def left_alone(session: Session, after: datetime, until: datetime, most: int) -> Sequence[InboundEmail]:
    """Of the mails of that time in which the agent saw no request, those that came nearest to one."""
    found = select(InboundEmail).where(
        InboundEmail.state == "left",
        InboundEmail.decision == "leave",
        InboundEmail.reason.is_(None),  # neither a second copy nor released by a person
        InboundEmail.received_at > after,
        InboundEmail.received_at <= until,
    )
    return session.scalars(found.order_by(InboundEmail.nearness.desc(), InboundEmail.id).limit(most)).all()


def letters(session: Session, states: Sequence[str]) -> Sequence[Letter]:
    """The letters in these states, oldest first."""
    found = select(Letter).where(Letter.state.in_(states)).order_by(Letter.created_at, Letter.id)
    return session.scalars(found).all()


def letter(session: Session, short: str) -> Letter:
    """The letter whose id ends so; raises PersonNeeded when there is none or more than one."""
    return session.get_one(Letter, _by_ending(session.scalars(select(Letter.id)).all(), short, "letter"))


def quarantined_mail(session: Session, short: str) -> InboundEmail:
    """The quarantined mail whose id ends so; raises PersonNeeded when there is none or more than one."""
    ids = [mail.id for mail in quarantined(session)]
    return session.get_one(InboundEmail, _by_ending(ids, short, "quarantined mail"))


def short_id(of: uuid.UUID) -> str:
    """The end of an id, which is its random part: short enough to type."""
    return of.hex[-8:]


def _by_ending(ids: Sequence[uuid.UUID], short: str, what: str) -> uuid.UUID:
    found = [one for one in ids if one.hex.endswith(short.lower().replace("-", "")) and short]
    if len(found) != 1:
        raise PersonNeeded("no_such_id", f"there is {'no' if not found else 'more than one'} {what} {short}")
    return found[0]

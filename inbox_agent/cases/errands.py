"""What is still to be done in a mailbox for a mail or a letter: small things that may wait, and may fail.

They are noted with what they follow from, in one transaction (`Act.send_on_errand`), and done afterwards: a
mailbox that is away delays them, and never the mail or the letter itself.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.states import Outcome, State
from inbox_agent.cases.tables import Errand, InboundEmail

log = structlog.get_logger()

AT_ONCE = 50
GIVE_UP_AFTER = timedelta(days=7)
_LOOK_AGAIN = timedelta(minutes=10)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)


def copies(session: Session, now: datetime) -> Sequence[tuple[Errand, Letter | None]]:
    """Letters that left and are to be copied."""
    found = select(Errand, Letter).outerjoin(Letter, Letter.id == Errand.subject_id)
    rows = session.execute(found.where(*_due("copy", now)).order_by(Errand.queued_at).limit(AT_ONCE))
    return [(errand, letter) for errand, letter in rows]


def filings(session: Session, now: datetime) -> Sequence[tuple[Errand, InboundEmail | None]]:
    """Mails on cases that are to be filed; none where its case turned out to be none, or we wrote it.

    A mail in triage waits: what is no request in the end stays where its people expect it.
    """
    _let_triage_wait(session, now)
    found = (
        select(Errand, InboundEmail, Case.outcome)
        .outerjoin(InboundEmail, InboundEmail.id == Errand.subject_id)
        .outerjoin(Case, Case.id == InboundEmail.case_id)
    )
    rows = session.execute(found.where(*_due("file", now)).order_by(Errand.queued_at).limit(AT_ONCE))
    return [
        (errand, mail if mail and _belongs_there(mail, outcome) else None) for errand, mail, outcome in rows
    ]


def _belongs_there(mail: InboundEmail, outcome: str | None) -> bool:
    return mail.case_id is not None and outcome != Outcome.NOT_A_REQUEST and not mail.sent


def done(session: Session, ids: Iterable[uuid.UUID]) -> None:
    session.execute(delete(Errand).where(Errand.id.in_(list(ids))))


def try_later(session: Session, errands: Iterable[Errand], now: datetime) -> None:
    """After a pause that grows with their age; after a week nobody waits for them any more."""
    for errand in errands:
        age = now - errand.queued_at
        if age > GIVE_UP_AFTER:
            log.warning("errand_given_up", kind=errand.kind, subject=str(errand.subject_id))
            done(session, [errand.id])
        else:
            pause = min(max(age, _FIRST_PAUSE), _LONGEST_PAUSE)
            session.execute(update(Errand).where(Errand.id == errand.id).values(next_try_at=now + pause))


def _let_triage_wait(session: Session, now: datetime) -> None:
    undecided = (
        select(Errand.id)
        .join(InboundEmail, InboundEmail.id == Errand.subject_id)
        .join(Case, Case.id == InboundEmail.case_id)
        .where(*_due("file", now), Case.state == State.TRIAGE)
    )
    wait = update(Errand).where(Errand.id.in_(undecided.scalar_subquery()))
    session.execute(wait.values(next_try_at=now + _LOOK_AGAIN).execution_options(synchronize_session=False))


def _due(kind: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Errand.kind == kind, Errand.next_try_at <= now

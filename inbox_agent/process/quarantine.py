"""What a person does with a mail that the machine could not bring to its end."""

from datetime import datetime

from sqlalchemy.orm import Session

from inbox_agent.cases import erasing, joining, search, threads
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.known import Traces, known
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.message import Message, parse
from inbox_agent.process.finding import screening_of

RELEASED = "released_by_person"
SOMEONE_ELSE = "someone_else_on_case"
NOT_TO_BE_OPENED = frozenset({"crashed", "not_given"})
"""Reasons of mail that brought its readers down, or of which there is nothing."""


def taken(session: Session, mail_id: str) -> InboundEmail:
    """The quarantined mail whose id ends so, in this transaction's hands.

    Raises PersonNeeded where there is none, and where somebody else has just seen to it.
    """
    mail = search.quarantined_mail(session, mail_id)
    session.refresh(mail, with_for_update=True)
    if mail.state != "needs_staff":
        raise PersonNeeded("no_such_id", "somebody has seen to this mail")
    return mail


def release(record: Record, mail_id: str, *, by: str, now: datetime) -> None:
    """It is no request: nothing of it is kept here; it stays in the mailbox."""
    with record.writing() as session:
        session.add_all(erasing.condemned_with(taken(session, mail_id), by, RELEASED, RELEASED))
    erasing.carry_out(record, now)


def file(act: Act, mail: InboundEmail, case: Case) -> None:
    """It belongs to this case, whoever wrote it; that somebody else wrote is thereby seen to."""
    if case.attention == "someone_else":
        case.attention = None
    joining.file(act, case, [mail])
    mail.settled_by = act.by


def belongs_to(session: Session, record: Record, mail: InboundEmail, now: datetime) -> str | None:
    """The reference of the case that a mail of somebody else points to."""
    if mail.reason != SOMEONE_ELSE:
        return None
    marks = threads.marks(message_of(record, mail), record.keyring)
    found = known(session, [Traces(mail.digest or b"", None, None, marks)], now)
    case = found.proven_case(marks) or found.seen_case(marks) or found.mentioned_case(marks)
    return case.ref if case is not None else None


def message_of(record: Record, mail: InboundEmail) -> Message:
    """As far as it can be read; raises Erased."""
    return parse(raw_of(record, mail), received_at=mail.received_at, screening=screening_of(record.settings))


def raw_of(record: Record, mail: InboundEmail) -> bytes:
    """Its bytes as they arrived; raises Erased."""
    if mail.sealed_raw is None:
        raise Erased("nothing of this mail was kept")
    return record.keyring.open(mail.sealed_raw, "inbound_email.raw", mail.id)

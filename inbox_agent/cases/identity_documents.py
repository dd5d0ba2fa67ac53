"""Identity documents that people send though nobody wants them: set apart, and destroyed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.attachments import Identity
from inbox_agent.cases import erasing
from inbox_agent.cases.act import AGENT, Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import IdentityDocument, InboundEmail, Table
from inbox_agent.errors import PersonNeeded
from inbox_agent.message import without_attachments

DESTROYED = "identity_document"
"""Why its key is in the ledger, and the key that the whole mail had before."""
_AT_ONCE = 100
_MOST_OF_A_MAIL = 100
"""Each is a search through the whole mail, which others wait for, and a row on the case's page."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A mail without its documents, and those, each sealed under a key of its own.

    `whole` is the key that the mail had when they stood in it, which must die. `stays` says that another one
    could not be taken out.
    """

    raw: bytes
    documents: list[IdentityDocument]
    whole: uuid.UUID | None
    stays: bool = False

    @property
    def rows(self) -> list[Table]:
        """What is to be written where the mail is kept."""
        return [*self.documents, *erasing.condemned(filter(None, [self.whole]), DESTROYED)]

    @property
    def keys(self) -> list[uuid.UUID]:
        """What is to be destroyed where it is not."""
        return [key for key in (self.whole, *(one.key_id for one in self.documents)) if key]


def set_apart(
    act: Act, email_id: uuid.UUID, raw: bytes, found: Sequence[Identity], *, key_id: uuid.UUID | None = None
) -> Apart | None:
    """Take the documents out of the bytes of a mail; `key_id` is what it was sealed with before, if it was.

    None where there is nothing to take.
    """
    few = found[:_MOST_OF_A_MAIL]
    cut = without_attachments(raw, [(one.number, one.within) for one in few])
    taken = [(one, cut.taken.get((one.number, one.within))) for one in few]
    documents = [_sealed(act, email_id, one, octets) for one, octets in taken if octets is not None]
    stays = bool(cut.stays) or len(found) > len(few)
    return Apart(cut.raw, documents, key_id, stays) if documents or stays else None


def _sealed(act: Act, email_id: uuid.UUID, one: Identity, octets: bytes) -> IdentityDocument:
    document_id, key_id = act.new_id(), act.keyring.new_key(act.at)
    return IdentityDocument(
        id=document_id,
        inbound_email_id=email_id,
        number=one.number,
        why=one.why,
        size=len(octets),
        key_id=key_id,
        sealed_file=act.keyring.seal(key_id, octets, "identity_document.file", document_id),
        found_at=act.at,
        destroy_at=act.at + timedelta(days=act.terms.identity_document_days),
    )


def tell(act: Act, case: Case, apart: Apart) -> None:
    """The history says that they came; one that stays in the mail is a person's to see to."""
    for one in apart.documents:
        case.tell(act, "identity_document_came", document=str(one.id), why=one.why)
    if apart.stays:
        case.tell(act, "identity_document_stays")
        case.call_for("reply_waiting")


def of_case(session: Session, case: Case, document_id: str) -> IdentityDocument:
    """A document that came with a mail of this very case; raises PersonNeeded for any other."""
    mails = select(InboundEmail.id).where(InboundEmail.case_id == case.id)
    found = session.scalars(select(IdentityDocument).where(IdentityDocument.inbound_email_id.in_(mails)))
    for document in found:
        if document.id.hex == document_id:
            session.refresh(document, with_for_update=True)
            return document
    raise PersonNeeded("no_such_id")


def look(act: Act, case: Case, document: IdentityDocument) -> bytes:
    """The one look that a person may have; raises PersonNeeded after it, and once it is destroyed."""
    if document.sealed_file is None:
        raise PersonNeeded("document_destroyed", "this document was destroyed")
    if document.seen_by is not None:
        raise PersonNeeded("document_seen", "somebody has looked at this document; it is shown only once")
    octets = act.keyring.open(document.sealed_file, "identity_document.file", document.id)
    document.seen_by = act.by
    case.tell(act, "identity_document_seen", document=str(document.id))
    return octets


def destroy(act: Act, case: Case | None, document: IdentityDocument) -> None:
    """Its key dies and its bytes go; `erasing.carry_out` must follow. Twice is as good as once."""
    if document.key_id is None:
        return
    act.rows.extend(erasing.condemned([document.key_id], DESTROYED))
    document.key_id = document.sealed_file = None
    document.destroyed_at, document.destroyed_by = act.at, act.by
    if case is not None:
        case.tell(act, "identity_document_destroyed", document=str(document.id))


def destroy_due(record: Record, now: datetime) -> int:
    """Those whose days are over; returns how many."""
    due = select(IdentityDocument).where(
        IdentityDocument.destroyed_at.is_(None), IdentityDocument.destroy_at <= now
    )
    with record.writing() as session:
        act = record.act(now, AGENT)
        found = session.scalars(due.limit(_AT_ONCE).with_for_update(skip_locked=True)).all()
        for document in found:
            destroy(act, _case_of(session, document), document)
        record.keyring.save()
        write(session, act.rows)
    if found:
        erasing.carry_out(record, now)
    return len(found)


def _case_of(session: Session, document: IdentityDocument) -> Case | None:
    email = session.get_one(InboundEmail, document.inbound_email_id)
    return session.get(Case, email.case_id, with_for_update=True) if email.case_id else None

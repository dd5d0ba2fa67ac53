"""A case opened by a person: a request by phone or paper, or a mail that the agent had left alone."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inbox_agent.attachments import Patience, identity_documents, read_files
from inbox_agent.cases import inbound
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.identity_documents import set_apart
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.request import Request
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.errors import PersonNeeded
from inbox_agent.message import Message, Screening, parse
from inbox_agent.understanding import Language, RequestType, Understanding


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mail stands in a mailbox; by hand, a place of its own that no mailbox has."""

    mailbox: str = "by_hand"
    uidvalidity: int = 0
    uid: int = 0


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person knows of a request; `raw` is the mail where there is one."""

    types: tuple[RequestType, ...]
    sender: str | None
    received_at: datetime
    language: Language | None = None
    channel: str = "by_hand"
    name: str = ""
    subject: str = ""
    raw: bytes | None = None
    place: Place = Place()

    @classmethod
    def of(
        cls, email: InboundEmail, raw: bytes, types: tuple[RequestType, ...], language: Language | None
    ) -> "ByHand":
        """A mail that the record knows, but that is on no case."""
        place = Place(email.mailbox, email.uidvalidity, email.uid)
        return cls(types, None, email.received_at, language, "email", raw=raw, place=place)


def open_by_hand(
    session: Session, act: Act, given: ByHand, screening: Screening, understanding: Understanding | None
) -> tuple[Case, Letter | None]:
    """Open the case and queue its acknowledgement; raises PersonNeeded when the mail is on a case already."""
    message = parse(given.raw, received_at=given.received_at, screening=screening) if given.raw else Message()
    email = _kept(session, act, given)
    request = _request(given, message, email, understanding)
    case = Case.begin(act, request, state="open")
    if email is not None:
        email.case_id = case.id
        act.send_on_errand("file", email.id)
    return case, case.acknowledge(act)


def _request(
    given: ByHand, message: Message, email: InboundEmail | None, understanding: Understanding | None
) -> Request:
    read = understanding.read(message).language if understanding is not None and given.raw else None
    return Request(
        requester=given.sender or message.sender,
        language=given.language or read or Language.OTHER,
        types=given.types,
        received_at=given.received_at,
        subject=given.subject or message.subject,
        name=given.name or message.sender_name,
        channel=given.channel,
        cause=email.id if email is not None else None,
        message_id=message.message_id,
        references=message.references,
        automatic=message.automatic is not None and not given.sender,
    )


def _kept(session: Session, act: Act, given: ByHand) -> InboundEmail | None:
    """The mail as a row of the record: the one it already has (its bytes perhaps gone), or a new one."""
    if given.raw is None:
        return None
    place = given.place
    email = inbound.at(session, place.mailbox, place.uidvalidity, place.uid) if place.uid else None
    if email is not None and email.case_id is not None:
        raise PersonNeeded("already_on_a_case", "this mail is on a case already")
    if email is None:
        email = _new_row(act, given)
        act.rows.append(email)
    if email.sealed_raw is None:
        email.key_id = act.keyring.new_key(act.at)
        raw = _without_documents(act, email.id, given.raw)
        email.sealed_raw = act.keyring.seal(email.key_id, raw, "inbound_email.raw", email.id)
    email.state, email.reason, email.decision = "filed", None, "open_case"
    return email


def _without_documents(act: Act, email_id: uuid.UUID, raw: bytes) -> bytes:
    """Identity documents stand apart; here they are told by their names and by what the mail says."""
    message = parse(raw)
    found = identity_documents(message, read_files(raw, message, Patience(seconds=0)))
    apart = set_apart(act, email_id, raw, found)
    if apart is None:
        return raw
    act.rows.extend(apart.rows)
    return apart.raw


def _new_row(act: Act, given: ByHand) -> InboundEmail:
    raw = given.raw or b""
    email_id: uuid.UUID = act.new_id()
    return InboundEmail(
        id=email_id,
        mailbox=given.place.mailbox,
        uidvalidity=given.place.uidvalidity,
        uid=given.place.uid or secrets.randbits(62),
        received_at=given.received_at,
        stored_at=act.at,
        size=len(raw),
        complete=True,
        answerable=True,
        junk=False,
        sent=False,
        tries=0,
    )

"""What staff decided of unsure mails, carried out once it can no longer be undone."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import structlog

from inbox_agent.cases import erasing, joining, search, triage
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.letters import Stationery, acting
from inbox_agent.message import Message, parse
from inbox_agent.process.finding import screening_of
from inbox_agent.understanding import RequestType

log = structlog.get_logger()

NOT_A_REQUEST = "not_a_request"

_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGIT = re.compile(r"\d")
_SHORTEST_NAME = 2


def carry_out(record: Record, stationery: Stationery, now: datetime) -> int:
    """Do what is due; returns how many decisions that were."""
    with record.reading() as session:
        due = [(one.case_id, one.by) for one in triage.due_decisions(session, now)]
    for case_id, by in due:
        _carry_out(record, stationery, case_id, by, now)
    erasing.carry_out(record, now)
    return len(due)


def _carry_out(record: Record, stationery: Stationery, case_id: uuid.UUID, by: str, now: datetime) -> None:
    with acting(record, stationery, by=by, now=now) as (session, act):
        decision = session.get(triage.PendingDecision, case_id, with_for_update=True)
        if decision is None:
            return  # undone, or another worker was faster
        session.delete(decision)
        case = session.get_one(Case, case_id, with_for_update=True)
        mails = search.mails_of(session, case)
        try:
            if decision.known_id is None:
                settle(act, case, decision.wanted, mails, record)
            else:
                known = session.get_one(Case, decision.known_id, with_for_update=True)
                joining.file_on(act, case, known, mails, example(record, case, mails))
        except PersonNeeded as error:  # settled from the shell, or merged away, meanwhile: that stands
            log.info("decision_dropped", case=case.ref, reason=error.reason)


def settle(
    act: Act, case: Case, types: Sequence[RequestType], mails: Sequence[InboundEmail], record: Record
) -> None:
    """Open the case with these types and acknowledge it, or dismiss it; `erasing.carry_out` must follow."""
    case.must_be_in_triage()
    triage.correct(act, case, types, example(record, case, mails), dismissed=not types)
    if not types:
        act.rows.extend(erasing.condemned(case.dismiss(act, mails), NOT_A_REQUEST))
        return
    case.settle(act, types)
    case.acknowledge(act)
    cause = case.request(record.keyring)["cause"]
    if any(mail.id.hex != cause for mail in mails):  # what came after the mail that was judged
        case.call_for("reply_waiting")


def example(record: Record, case: Case, mails: Sequence[InboundEmail]) -> dict[str, str] | None:
    """The mail a case was opened with, without whom and what it names; none unless the setting says so."""
    if not record.settings.keep_corrections:
        return None
    cause = case.request(record.keyring)["cause"]
    email = next((mail for mail in mails if mail.id.hex == cause), None)
    try:
        message = _parsed(record, record.keyring, email) if email is not None else None
    except Erased:
        message = None
    if message is None:
        return None
    mask = partial(_masked, names=message.sender_name)
    return {"subject": mask(message.subject), "text": mask(message.text)}


def _parsed(record: Record, keyring: Keyring, email: InboundEmail) -> Message | None:
    if email.sealed_raw is None:
        return None
    raw = keyring.open(email.sealed_raw, "inbound_email.raw", email.id)
    return parse(raw, received_at=email.received_at, screening=screening_of(record.settings))


def _masked(text: str, *, names: str) -> str:
    """Without links, addresses, digits and the writer's names."""
    text = _DIGIT.sub("0", _LINK.sub("•", text))
    for name in names.split():
        if len(name) >= _SHORTEST_NAME:
            text = re.sub(rf"\b{re.escape(name)}\b", "•", text, flags=re.IGNORECASE)
    return text

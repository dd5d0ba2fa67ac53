"""The end: what was decided is written, all of it or mail by mail."""

import dataclasses
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent import letters
from inbox_agent.cases import conversation, erasing, identity_documents, inbound, threads
from inbox_agent.cases.act import Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.identity_documents import Apart
from inbox_agent.cases.inbound import Result
from inbox_agent.cases.letter import Letter, mailbox_hash
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail, SeenId
from inbox_agent.database import savepoint
from inbox_agent.errors import NotWritten, PersonNeeded
from inbox_agent.message import Bounce, Message
from inbox_agent.process.matter import Filing, Outcome


@dataclass(frozen=True, slots=True)
class Writing:
    """Where outcomes are written: whose hands they are in, on what letters are written."""

    record: Record
    stationery: letters.Stationery
    owner: str


log = structlog.get_logger()

_MOST_IDS = 500
_FROM_THE_PERSON = frozenset({"mail_filed", "reminder_filed"})


def write_all(
    record: Record, stationery: letters.Stationery, outcomes: Sequence[Outcome], owner: str
) -> None:
    """Write what was decided; afterwards destroy the keys of mail that is not kept."""
    for outcome in outcomes:
        _set_documents_apart(outcome, record)
    record.keyring.save()
    written, place = list(outcomes), Writing(record, stationery, owner)
    try:
        with record.writing() as session:
            _write(session, outcomes, place)
    except NotWritten:
        with record.writing() as session:
            written = [outcome for outcome in outcomes if _write_alone(session, outcome, place)]
    record.keyring.discard([key for outcome in written for key in _keys_of_nothing(outcome)])
    if apart := next((one for one in written if one.apart is not None), None):
        erasing.carry_out(record, apart.act.at)


def _set_documents_apart(outcome: Outcome, record: Record) -> None:
    """What is kept is sealed anew without them; the key that opened the whole mail must die."""
    finding, taken = outcome.finding, outcome.finding.taken
    if not finding.attached.documents or not _is_kept(outcome):
        return
    outcome.apart = apart = identity_documents.set_apart(
        outcome.act,
        taken.id,
        taken.raw(record.keyring),
        finding.attached.documents,
        key_id=taken.key_id,
    )
    if apart is not None:
        key_id = record.keyring.new_key(outcome.act.at)
        sealed = record.keyring.seal(key_id, apart.raw, "inbound_email.raw", taken.id)
        without = dataclasses.replace(taken, key_id=key_id, sealed_raw=sealed)
        outcome.finding = dataclasses.replace(finding, taken=without)


def _keys_of_nothing(outcome: Outcome) -> list[uuid.UUID]:
    """The keys of a mail of which nothing is kept."""
    if _is_kept(outcome):
        return []
    of_documents = outcome.apart.keys if outcome.apart is not None else []
    return [outcome.finding.taken.key_id, *of_documents]


def _write(session: Session, outcomes: Sequence[Outcome], place: Writing) -> None:
    write(session, [row for outcome in outcomes for row in outcome.act.rows])
    inbound.settle(session, [_result(outcome) for outcome in outcomes], place.owner)
    for outcome in outcomes:
        if outcome.filing is not None:
            _file(session, outcome, outcome.filing, place)
        if outcome.apart is not None and _is_kept(outcome):
            _keep_apart(session, outcome, outcome.apart)


def _keep_apart(session: Session, outcome: Outcome, apart: Apart) -> None:
    act = dataclasses.replace(outcome.act, rows=apart.rows)
    if outcome.case_id is not None:
        case = session.get_one(Case, outcome.case_id, with_for_update=True)
        identity_documents.tell(act, case, apart)
    write(session, act.rows)


def _write_alone(session: Session, outcome: Outcome, place: Writing) -> bool:
    """False when the mail is in other hands by now; then nothing of it is ours to write or destroy."""
    if not inbound.is_in_hand(session, outcome.finding.taken.id, place.owner):
        return False
    try:
        with savepoint(session):
            _write(session, [outcome], place)
    except NotWritten:
        here = inbound.is_here(session, outcome.finding.traces.digest)
        outcome.give_up(*(("left", "duplicate") if here else ("needs_staff", "write_failed")))
        _write(session, [outcome], place)
    return True


def _file(session: Session, outcome: Outcome, filing: Filing, place: Writing) -> None:
    """Put the mail on its case and do there what it does; what cannot be done by itself a person sees."""
    try:
        with savepoint(session):
            _do(session, outcome, filing, place)
    except PersonNeeded as error:
        log.info("person_needed", reason=error.reason)
        seen = dataclasses.replace(filing, answer=None, attention=filing.attention or "reply_waiting")
        _do(session, outcome, seen, place)


def _do(session: Session, outcome: Outcome, filing: Filing, place: Writing) -> None:
    act = dataclasses.replace(outcome.act, rows=[])
    case = session.get_one(Case, filing.case_id, with_for_update=True)
    email = session.get_one(InboundEmail, outcome.finding.taken.id)
    if filing.keeps:
        case.file(act, email, filing.kind, acts=filing.acts)
    else:
        case.tell(act, filing.kind, inbound_email=str(email.id))
    if filing.bounce is not None:
        _take_back(act, case, filing.bounce)
        _take_back_mentioned(act, case, filing.bounce, outcome.finding.message)
    if filing.by_hand:
        _answered_by_hand(session, act, case, outcome)
    if filing.kind in _FROM_THE_PERSON:
        case.answered_by_hand_at = None
    if filing.by_hand or filing.kind in _FROM_THE_PERSON:
        _remember(session, act, case, outcome)
    if filing.answer is not None:
        case.undeliverable = False
        conversation.take(act, case, filing.answer)
    case.call_for(filing.attention)
    queued = [row for row in act.rows if isinstance(row, Letter)]
    letters.write(queued, place.record.keyring, place.stationery)
    place.record.keyring.save()
    write(session, act.rows)


def _answered_by_hand(session: Session, act: Act, case: Case, outcome: Outcome) -> None:
    """A mail that came after it still waits for one."""
    taken = outcome.finding.taken
    newer = select(InboundEmail.id).where(
        InboundEmail.case_id == case.id,
        InboundEmail.sent.is_(False),
        InboundEmail.received_at > taken.received_at,
    )
    if session.scalar(newer.limit(1)) is None:
        conversation.answered_by_hand(act, case, taken.received_at)


def _remember(session: Session, act: Act, case: Case, outcome: Outcome) -> None:
    """Answers to this mail belong on the case; a thread without end is not remembered without end."""
    message_id = outcome.finding.message.message_id
    if message_id is None:
        return
    ids = session.scalars(select(SeenId.hash).where(SeenId.case_id == case.id)).all()
    if len(ids) < _MOST_IDS and threads.id_hash(act.keyring, message_id) not in ids:
        case.remember(act, [message_id])


def _take_back(act: Act, case: Case, bounce: Bounce) -> None:
    """Of the letters of a case the one that the bounce names; else the last one to an address that failed."""
    sent = [letter for letter in case.letters if letter.state == "sent"]
    named = [one for one in sent if one.message_id == bounce.returned_message_id]
    for failed in bounce.recipients:
        address = mailbox_hash(act.keyring, failed.address)
        mine = named or [letter for letter in sent if letter.to_hash == address]
        if failed.permanent and mine:
            mine[-1].came_back(act, case, failed.status, dead=failed.is_dead and mine[-1].to_hash == address)


def _take_back_mentioned(act: Act, case: Case, bounce: Bounce, message: Message) -> None:
    """Of a bounce that names nobody: the letter that it names by its id, if its very address is mentioned."""
    ids = {bounce.returned_message_id, *message.in_reply_to, *message.references}
    sent = [letter for letter in case.letters if letter.state == "sent"]
    named = [one for one in sent if one.message_id in ids or one.message_id in message.body]
    for failed in bounce.mentioned:
        address = mailbox_hash(act.keyring, failed.address)
        mine = [letter for letter in named if letter.to_hash == address]
        if failed.permanent and mine:
            mine[-1].came_back(act, case, failed.status, dead=failed.is_dead)
            case.call_for("letter_refused")


def _result(outcome: Outcome) -> Result:
    finding, taken, kept = outcome.finding, outcome.finding.taken, _is_kept(outcome)
    return Result(
        this=taken.id,
        state=outcome.state,
        reason=outcome.reason or (finding.attached.trouble if outcome.state == "filed" else None),
        decision=outcome.decision or finding.reading.decision,
        automatic=finding.message.automatic,
        nearness=finding.reading.nearness,
        digest=None if outcome.reason in {"duplicate", "write_failed"} else finding.traces.digest,
        case_id=outcome.case_id,
        key_id=taken.key_id if kept else None,
        sealed_raw=taken.sealed_raw if kept else None,
        sealed_reading=_sealed_reading(outcome) if kept else None,
    )


def _is_kept(outcome: Outcome) -> bool:
    """What is not a request is not kept; what belongs to a case or waits for a person is."""
    return outcome.case_id is not None or outcome.state == "needs_staff"


def _sealed_reading(outcome: Outcome) -> bytes:
    reading, taken = outcome.finding.reading, outcome.finding.taken
    kept: dict[str, object] = {
        "language": reading.language,
        "scores": dict(reading.scores),
        "asserted": list(reading.asserted),
        "flags": sorted(reading.flags),
        "dmarc": outcome.finding.message.dmarc,
        "evidence": {t: [s.text for s in spans] for t, spans in reading.evidence.items()},
    }
    if (heard := outcome.finding.attached.reading) is not None:
        kept["attachments"] = {
            "numbers": outcome.finding.attached.numbers,
            "text": outcome.finding.attached.text,
            "evidence": {t: [s.text for s in spans] for t, spans in heard.evidence.items()},
        }
    return outcome.act.seal(taken.key_id, kept, "inbound_email.reading", taken.id)

"""What a case forgets, and when: its bodies, its person, in the end itself.

Each of these destroys the keys of what goes, so that it can be read nowhere, not even in a backup that was
made before. What is to stay is first sealed anew, under a new key of the case. `erasing.carry_out` must
follow the commit. A case that was merged goes with the one in which it went on.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from inbox_agent.cases import erasing, words
from inbox_agent.cases.act import AGENT, Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.challenge import Challenge
from inbox_agent.cases.checklist import Row
from inbox_agent.cases.event import Event
from inbox_agent.cases.holdings import ChosenAccounts, Holding, SystemErasure
from inbox_agent.cases.identity import Check
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.notes import Draft, Note, Presence
from inbox_agent.cases.package import handing
from inbox_agent.cases.request import NOBODY
from inbox_agent.cases.retention.retired import Retired
from inbox_agent.cases.right import Right
from inbox_agent.cases.search import mails_of
from inbox_agent.cases.suppression import Suppression
from inbox_agent.cases.tables import CaseLink, DoneOnce, Party, SeenId, Table
from inbox_agent.cases.triage import Correction, PendingDecision
from inbox_agent.database import overwrite
from inbox_agent.errors import Erased

BODIES, RECORD, ERASED = "retention_bodies", "retention_record", "erased"
"""Why the keys are in the ledger."""

_NOT_SENT = ("ready", "sending", "held", "refused")
_NOTHING = bytes(32)
_GO_WITH_BODIES: tuple[type[Any], ...] = (
    Note,
    Draft,
    Presence,
    Party,
    Challenge,
    PendingDecision,
    ChosenAccounts,
)
_GO_WITH_RECORD: tuple[type[Any], ...] = (Letter, SeenId, DoneOnce, Correction, erasing.ErasureAsked, Event)


def keep_little(session: Session, act: Act, case: Case) -> None:
    """All goes but what a later mail is recognised by, and the address that an answer to it needs."""
    for one in _with_merged(session, case):
        little = _little(act, one)
        _forget_bodies(session, act, one, BODIES)
        _seal_anew(act, one, little)
        one.bodies_erased_at = act.at
        one.tell(act, "bodies_erased")
        one.bodies_erased_seq = one.event_count


def keep_nobody(session: Session, act: Act, case: Case, why: str) -> None:
    """Nobody can tell any more whose case it was; `why` a person wanted so stands in its history."""
    for one in _with_merged(session, case):
        one.requester_hash = None
        session.execute(delete(SeenId).where(SeenId.case_id == one.id))
        session.execute(delete(erasing.ErasureAsked).where(erasing.ErasureAsked.case_id == one.id))
        _forget_bodies(session, act, one, ERASED)
        _seal_anew(act, one, NOBODY)
        one.bodies_erased_at = act.at
        one.tell(act, "case_erased", why=why)
        one.bodies_erased_seq = one.event_count


def keep_nothing(session: Session, act: Act, case: Case) -> None:
    """It is gone, but for a row that shows that its time was over."""
    for one in reversed(list(_with_merged(session, case))):
        session.add(Retired.of(one, act.keyring, act.at))
        _forget_bodies(session, act, one, RECORD)
        act.rows[:] = [row for row in act.rows if not (isinstance(row, Event) and row.case_id == one.id)]
        _remove(session, one)


def _with_merged(session: Session, case: Case) -> Iterator[Case]:
    """The case, and those that went on in it."""
    yield case
    merged = select(Case).where(Case.merged_into == case.id).order_by(Case.opened_at)
    for one in session.scalars(merged.with_for_update()).all():
        yield from _with_merged(session, one)


def _little(act: Act, case: Case) -> dict[str, Any]:
    try:
        request = case.request(act.keyring)
    except Erased:
        return NOBODY
    return NOBODY | {"requester": request["requester"], "automatic": request["automatic"]}


def _forget_bodies(session: Session, act: Act, case: Case, why: str) -> None:
    overwrite(session)
    act.rows.extend(erasing.condemned([case.key_id], why))
    handing.destroy_of(act, session, case, why)
    _forget_mails(session, act, case, why)
    _forget_letters(session, act, case, why)
    _forget_judgements(session, act, case, why)
    for table in _GO_WITH_BODIES:
        session.execute(delete(table).where(table.case_id == case.id))
    rights = select(Right.id).where(Right.case_id == case.id)
    _set(session, Check, Check.right_id.in_(rights), sealed_how=b"")
    _set(session, Row, Row.right_id.in_(rights), sealed_note=None)
    words.forget(session, case.id)


def _seal_anew(act: Act, case: Case, kept: dict[str, Any]) -> None:
    case.key_id = act.keyring.new_key(act.at)
    case.sealed_request = act.seal(case.key_id, kept, "case.request", case.id)


def _forget_mails(session: Session, act: Act, case: Case, why: str) -> None:
    """That they came is kept: their mailbox may show them again, and then they are known."""
    for mail in mails_of(session, case):
        state, reason, settled_by = mail.state, mail.reason, mail.settled_by
        act.rows.extend(erasing.condemned_with(mail, AGENT, why))
        mail.state, mail.reason, mail.settled_by = state, reason, settled_by


def _forget_letters(session: Session, act: Act, case: Case, why: str) -> None:
    mine = Letter.case_id == case.id
    keys = session.scalars(select(Letter.key_id).where(mine).distinct())
    act.rows.extend(erasing.condemned([key for key in keys if key != case.key_id], why))
    _set(session, Letter, mine & Letter.state.in_(_NOT_SENT), state="discarded", hold_reason=None)
    _set(session, Letter, mine, sealed_to=b"", sealed_facts=b"", sealed_content=None, to_hash=_NOTHING)


def _forget_judgements(session: Session, act: Act, case: Case, why: str) -> None:
    mine = Correction.case_id == case.id
    keys = session.scalars(select(Correction.key_id).where(mine, Correction.key_id.is_not(None)))
    act.rows.extend(erasing.condemned([key for key in keys if key is not None], why))
    _set(session, Correction, mine, key_id=None, sealed_example=None)


def _remove(session: Session, case: Case) -> None:
    for mail in mails_of(session, case):
        mail.case_id = mail.message_id_hash = None
        mail.state, mail.reason = "left", "retired"
    session.flush()
    rights = select(Right.id).where(Right.case_id == case.id)
    for table in (Check, Row, Holding, SystemErasure):
        session.execute(delete(table).where(table.right_id.in_(rights)))
    session.execute(delete(Right).where(Right.case_id == case.id))
    _set(session, Suppression, Suppression.case_id == case.id, case_id=None)
    session.execute(delete(CaseLink).where(or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id)))
    handing.drop_of(session, case)
    for table in _GO_WITH_RECORD:
        session.execute(delete(table).where(table.case_id == case.id))
    session.execute(delete(Case).where(Case.id == case.id))


def _set(session: Session, table: type[Table], where: ColumnElement[bool], **values: Any) -> None:
    session.execute(update(table).where(where).values(**values).execution_options(synchronize_session=False))

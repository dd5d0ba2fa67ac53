"""The record of requests: what the CCPA's regulations want kept (11 CCR § 7101), and what is asked first.

One entry for each right of a case, under its reference: nothing in it names or quotes a person. It is told
from plain columns, so that a case whose key or mails are gone is told like any other; whether a reason was
given for more time stands sealed, and is `unknown` once that cannot be read.

Left out is what a person found to be no request. What waits in triage is in, and so is what was merged.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found
from inbox_agent.cases.clocks import Law
from inbox_agent.cases.event import Event
from inbox_agent.cases.identity import Check
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome
from inbox_agent.errors import Erased
from inbox_agent.evidence.proofs import Identity, identity_of

UNKNOWN = "unknown"
"""What could only be read from something that was erased."""

_AT_ONCE = 500
_TOLD_BY = {Outcome.UNVERIFIED_LAPSED: "lapsed", Outcome.WITHDRAWN: "withdrawn"}
"""Letters that tell an end which is no answer: they are written in the moment in which the right ends."""
_EVENTS = ("challenge_met", "complaint", "extended", "frozen", "thawed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as the record tells it, each field a column of its own; docs/evidence.md explains them."""

    reference: str
    received_at: datetime
    nature: str
    manner: str
    law: str
    times_asked: int
    acknowledged_at: datetime | None
    identity: str
    trust: str
    identity_how: Sequence[str]
    identity_at: datetime | None
    legal_due: datetime
    extended_at: datetime | None
    extension_reason: str | None
    state: str
    answered_at: datetime | None
    answer: str | None
    outcome: str | None
    denial_basis: str | None
    kept: Sequence[str]
    late: bool
    complaint: bool
    merged_into: str | None


def entries(
    session: Session,
    keyring: Keyring,
    law: Law,
    *,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[Entry]:
    """The requests that came in these days of the law's time zone, both included, the oldest first.

    Some hundred of them are in memory at a time.
    """
    wanted = select(Right.id).where(*_days(law, since, until)).order_by(Right.received_at, Right.id)
    ids = session.scalars(wanted).all()
    for first in range(0, len(ids), _AT_ONCE):
        yield from _some(session, keyring, now, ids[first : first + _AT_ONCE])
        session.expunge_all()


def _days(law: Law, since: date | None, until: date | None) -> Iterator[ColumnElement[bool]]:
    yield or_(Right.outcome.is_(None), Right.outcome != Outcome.NOT_A_REQUEST)
    if since is not None:
        yield Right.received_at >= _beginning(law, since)
    if until is not None:
        yield Right.received_at < _beginning(law, until + timedelta(days=1))


def _beginning(law: Law, day: date) -> datetime:
    return datetime.combine(day, time(), law.zone)


@dataclass(frozen=True, slots=True)
class _Letter:
    """What a letter tells without being opened."""

    id: uuid.UUID
    kind: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around some rights, by case and by right; `merged` has references by case."""

    letters: dict[uuid.UUID, list[_Letter]]
    events: dict[uuid.UUID, list[Event]]
    checks: dict[uuid.UUID, list[Check]]
    merged: dict[uuid.UUID, str]


def _some(session: Session, keyring: Keyring, now: datetime, ids: Sequence[uuid.UUID]) -> Iterator[Entry]:
    beside = (joinedload(Right.case).selectinload(Case.challenges), selectinload(Right.checklist))
    found = select(Right).where(Right.id.in_(ids)).options(*beside).order_by(Right.received_at, Right.id)
    rights = session.scalars(found).all()
    around = _around(session, rights)
    return (_entry(right, around, keyring, now) for right in rights)


def _around(session: Session, rights: Sequence[Right]) -> _Around:
    cases = {right.case_id for right in rights}
    letters, events, checks = defaultdict(list), defaultdict(list), defaultdict(list)
    columns = (Letter.case_id, Letter.id, Letter.kind, Letter.created_at, Letter.sent_at)
    for row in session.execute(select(*columns).where(Letter.case_id.in_(cases))):
        letters[row.case_id].append(_Letter(row.id, row.kind, row.created_at, row.sent_at))
    told = select(Event).where(Event.case_id.in_(cases), Event.kind.in_(_EVENTS)).order_by(Event.seq)
    for event in session.scalars(told):
        events[event.case_id].append(event)
    for check in session.scalars(select(Check).where(Check.right_id.in_({right.id for right in rights}))):
        checks[check.right_id].append(check)
    gone_to = {right.case.merged_into for right in rights if right.case.merged_into}
    merged = dict(session.execute(select(Case.id, Case.ref).where(Case.id.in_(gone_to))).all())
    return _Around(letters, events, checks, merged)


def _entry(right: Right, around: _Around, keyring: Keyring, now: datetime) -> Entry:
    case, events = right.case, around.events.get(right.case_id, [])
    letter = _answer(right, around.letters.get(case.id, []))
    shown = _identity(right, events, around.checks.get(right.id, []))
    return Entry(
        reference=case.ref,
        received_at=right.received_at,
        nature=right.type,
        manner=case.channel,
        law=case.law,
        times_asked=right.times_begun,
        acknowledged_at=case.acknowledged_at,
        identity=shown.standing,
        trust=right.trust,
        identity_how=shown.how,
        identity_at=shown.at,
        legal_due=right.legal_due,
        extended_at=right.extended_at,
        extension_reason=_reason(right, events, keyring),
        state=right.state,
        answered_at=(letter and letter.sent_at) or right.closed_at,
        answer=_told(right, letter),
        outcome=right.outcome,
        denial_basis=right.reason if right.outcome in {Outcome.DENIED, Outcome.PARTIAL} else None,
        kept=[f"{row.item}:{row.kept_for}" for row in right.checklist if row.found == Found.KEPT],
        late=(right.closed_at or now) > right.legal_due,
        complaint=_is_complaint(case, events),
        merged_into=_merged_into(right, around),
    )


def _identity(right: Right, events: Sequence[Event], checks: Iterable[Check]) -> Identity:
    frozen = max((event.at for event in events if event.kind == "frozen"), default=right.received_at)
    answered = [event.at for event in events if event.kind == "challenge_met"]
    return identity_of(right, checks, answered, since=max(right.received_at, frozen))


def _answer(right: Right, letters: Iterable[_Letter]) -> _Letter | None:
    """The letter that tells how it ended, as far as there is one."""
    if right.answer_letter is not None:
        return next((one for one in letters if one.id == right.answer_letter), None)
    kind = _TOLD_BY.get(Outcome(right.outcome)) if right.outcome else None
    return next((one for one in letters if one.kind == kind and one.created_at == right.closed_at), None)


def _told(right: Right, letter: _Letter | None) -> str | None:
    """The kind of letter that told the outcome; `no_letter` where it closed without one."""
    if letter is not None:
        return letter.kind
    if right.answer_letter is not None:
        return UNKNOWN
    return None if right.is_open else "no_letter"


def _reason(right: Right, events: Iterable[Event], keyring: Keyring) -> str | None:
    """Whether the customer was told why it takes longer; the words themselves stay in the letter."""
    if right.extended_at is None:
        return None
    try:
        details = [event.detail(keyring) or {} for event in events if event.kind == "extended"]
    except Erased:
        return UNKNOWN
    given = any(one.get("right") == right.type and one.get("words") for one in details)
    return "given" if given else "not_given"


def _is_complaint(case: Case, events: Iterable[Event]) -> bool:
    """A complaint, a regulator or a legal threat: it keeps everything until a person lifts that."""
    kinds = {event.kind for event in events}
    return case.keeps_all or "complaint" in kinds or ("thawed" in kinds and "frozen" not in kinds)


def _merged_into(right: Right, around: _Around) -> str | None:
    gone_to = right.case.merged_into
    return around.merged.get(gone_to, UNKNOWN) if gone_to and right.outcome == Outcome.MERGED else None

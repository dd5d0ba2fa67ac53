"""What the page of a case says: who, rights with their clocks, the next thing to do, all that was written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases import identity, notes, search, staff
from inbox_agent.cases.act import opened
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Row
from inbox_agent.cases.event import Event
from inbox_agent.cases.explaining import explain
from inbox_agent.cases.identity import Check
from inbox_agent.cases.next_step import Step, next_step
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import State
from inbox_agent.cases.tables import InboundEmail, Party
from inbox_agent.desk import actions, event_words, labels, mail
from inbox_agent.desk.actions import ACTIONS
from inbox_agent.desk.harmless import harmless, harmless_line
from inbox_agent.desk.queue import time_left
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import Erased
from inbox_agent.process import screening_of
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import masked

_AWAIT_AN_ANSWER = frozenset({State.AWAITING_IDENTITY, State.AWAITING_GUARDIAN})
LATEST_EVENTS = 8
_SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Clock:
    """The three parts of a clock, and what it looks like."""

    state: str
    by: str
    left: str
    rule: str
    iso: str


@dataclass(frozen=True, slots=True)
class RightShown:
    """A right as the page shows it."""

    type: str
    label: str
    state: str
    outcome: str
    trust: str
    ways: Sequence[str]
    clock: Clock
    settled: int
    rows: Sequence[Any]
    actions: Sequence[actions.Action]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the conversation: a mail, a letter or a note, at its time."""

    at: datetime
    kind: str
    shown: Any


def looked_at(visit: Visit) -> None:
    """Somebody looks at the case of this address: an event of its own, and colleagues see who is here."""
    with visit.acting() as (session, act):
        case = search.case(session, visit.path("ref"))
        case.tell(act, "case_viewed")
        notes.is_here(session, case, visit.me, "reading", visit.now)


def facts(visit: Visit, session: Session, case: Case) -> dict[str, Any]:
    """All that the page of a case says."""
    say = visit.words.say
    kept = _request(case, visit)
    people = people_of(session)
    systems = visit.desk.company is not None
    step = next_step(case, visit.now, visit.record.keyring, systems=systems)
    return {
        "case": case,
        "ref": LeftToRight(case.ref),
        "who": kept["name"],
        "address": LeftToRight(kept["requester"]) if kept["requester"] else say("unknown sender"),
        "theirs": LeftToRight(kept["theirs"]) if kept["theirs"] else "",
        "subject": kept["subject"],
        "rights": [_right(visit, right) for right in case.rights],
        "step": step,
        "asked_by_me": step.name == "approve" and _asked_for(case, step, visit.me.name),
        "step_action": ACTIONS.get(step.name),
        "step_of_right": say(labels.TYPES[step.right]) if step.right else "",
        "last_mail": last_mail(session, case),
        "entries": sorted(_entries(visit, session, case, people), key=lambda entry: entry.at),
        "checks": _checks(session, case),
        "parties": [(one.role, _party(visit, one)) for one in _parties(session, case)],
        "linked": search.linked(session, case),
        "events": [event_shown(visit, one) for one in case.events if one.kind != "case_viewed"][
            -LATEST_EVENTS:
        ][::-1],
        "of_case": actions.OF_CASE,
        "people": people,
        "others": notes.others_here(session, case, visit.me, visit.now),
        "labels": labels,
        "open_titles": {right.type for right in case.rights if right.is_open},
        "titles": {right.type: say(labels.TYPES[right.type]) for right in case.rights},
    }


def _asked_for(case: Case, step: Step, name: str) -> bool:
    """Whether this person asked for the second one, and so cannot be it."""
    return any(right.type is step.right and right.submitted_by == name for right in case.rights)


def _right(visit: Visit, right: Right) -> RightShown:
    say = visit.words.say
    return RightShown(
        type=right.type,
        label=say(labels.TYPES[right.type]),
        state=say(labels.STATES[right.state]),
        outcome=say(labels.OUTCOMES[right.outcome]) if right.outcome else "",
        trust=right.trust,
        ways=_ways_up(visit, right),
        clock=_clock(visit, right),
        settled=sum(row.found != Found.OPEN for row in right.checklist),
        rows=[_row(visit, row) for row in right.checklist],
        actions=actions.possible(right),
    )


def _ways_up(visit: Visit, right: Right) -> Sequence[str]:
    """What would show more of who asks: a check of ours, or first of all the customer's own answer."""
    say = visit.words.say
    if checks := identity.ways_up(right, visit.record.keyring):
        return [say(labels.CHECKS[kind]) for kind in checks]
    return [say("The customer answers our letter with its code")] if right.state in _AWAIT_AN_ANSWER else []


def _row(visit: Visit, row: Row) -> dict[str, Any]:
    try:
        note = row.told(visit.record.keyring)
    except Erased:
        note = ""
    return {
        "item": row.item,
        "found": row.found,
        "kept_for": row.kept_for or "",
        "by": row.by,
        "at": row.at,
        "note": note,
    }


def _clock(visit: Visit, right: Right) -> Clock:
    """By when, how long still, and which rule says so."""
    say, day, law = visit.words.say, visit.words.day, visit.record.law
    rule = explain(law, right)[0].text[visit.words.language]
    if right.is_decided:
        closed = right.closed_at or visit.now
        done = say("Done on %(day)s", day=day(closed)) if right.closed_at else say("Answer on its way")
        return Clock("done", done, "", rule, closed.isoformat())
    by = say("Answer by %(day)s", day=day(right.legal_due))
    if right.paused_at is not None:
        return Clock(
            "paused", by, say("Stands still: we wait for an answer"), rule, right.legal_due.isoformat()
        )
    left = right.legal_due - visit.now
    state = "late" if left < timedelta(0) else "soon" if left < _SOON else "calm"
    return Clock(state, by, time_left(visit, right.legal_due), rule, right.legal_due.isoformat())


def _entries(visit: Visit, session: Session, case: Case, people: dict[str, str]) -> Iterator[Entry]:
    keyring, screening = visit.record.keyring, screening_of(visit.record.settings)
    for email in search.mails_of(session, case):
        yield Entry(email.received_at, "mail", mail.shown(email, keyring, screening))
    released = _released_by(case, visit)
    for letter in case.letters:
        by = released.get(str(letter.id), "")
        yield Entry(
            letter.sent_at or letter.created_at,
            "letter",
            mail.letter_shown(letter, keyring, by=people.get(by, by)),
        )
    for note in notes.notes_of(session, case):
        yield Entry(
            note.at,
            "note",
            {"by": people.get(note.by, note.by), "text": _note(visit, note), "at": note.at},
        )


def _note(visit: Visit, note: notes.Note) -> str:
    try:
        return masked(harmless(note.text(visit.record.keyring)))
    except Erased:
        return visit.words.say("erased")


def _party(visit: Visit, party: Party) -> str:
    try:
        who = str(opened(visit.record.keyring, party.sealed_who, "party.who", party.id))
        return harmless_line(masked(who))
    except Erased:
        return visit.words.say("erased")


def _released_by(case: Case, visit: Visit) -> dict[str, str]:
    """Which person let each letter go, or wrote it; those that left by themselves are not here."""
    found: dict[str, str] = {}
    for event in case.events:
        if event.kind in {"letter_released", "letter_queued", "letter_held"} and event.by != "agent":
            detail = _detail(visit, event)
            found[detail.get("letter", "")] = event.by
    return found


def event_shown(visit: Visit, event: Event) -> dict[str, Any]:
    """One line of the history in words; what it tells beyond its kind stands behind."""
    return {
        "seq": event.seq,
        "at": event.at,
        "kind": event_words.kind(visit.words, event.kind),
        "by": event.by,
        "told": event_words.told(visit.words, _detail(visit, event)),
        "hash": event.hash.hex()[:12],
    }


def _detail(visit: Visit, event: Event) -> dict[str, Any]:
    try:
        return event.detail(visit.record.keyring) or {}
    except Erased:
        return {}


def _request(case: Case, visit: Visit) -> dict[str, Any]:
    try:
        kept = case.request(visit.record.keyring)
    except Erased:
        return {"requester": None, "subject": "", "name": "", "theirs": ""}
    return {
        "requester": kept["requester"],
        "subject": harmless_line(masked(str(kept["subject"])), 300),
        "name": harmless_line(masked(kept.get("name", "")), 100),
        "theirs": harmless_line(kept.get("theirs") or "", 40),
    }


def last_mail(session: Session, case: Case) -> str:
    """The newest mail on the case: whoever answers must have seen it."""
    newest = select(InboundEmail.id).where(InboundEmail.case_id == case.id)
    found = session.scalar(newest.order_by(InboundEmail.received_at.desc(), InboundEmail.id.desc()).limit(1))
    return found.hex if found else ""


def people_of(session: Session) -> dict[str, str]:
    return {person.name: person.display_name for person in staff.everybody(session)}


def _parties(session: Session, case: Case) -> Sequence[Party]:
    return session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.added_at)).all()


def _checks(session: Session, case: Case) -> Sequence[Check]:
    ids = [right.id for right in case.rights]
    return session.scalars(select(Check).where(Check.right_id.in_(ids)).order_by(Check.at)).all()

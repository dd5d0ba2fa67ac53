"""Unsure mail, one after the other: their words, what we suggest, and what a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import joining, queue, search, triage
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.standing import View
from inbox_agent.cases.states import State
from inbox_agent.cases.tables import InboundEmail, Mailbox
from inbox_agent.cases.triage import PendingDecision
from inbox_agent.desk import labels, mail
from inbox_agent.desk.case_facts import looked_at, people_of
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.marking import NUMBERS
from inbox_agent.desk.opening import types_of
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.process import screening_of
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import RequestType

DONE = {
    "open": N_("Decided: it becomes a case in half a minute."),
    "not_a_request": N_("Decided: not a request. It stays in the mailbox."),
    "automatic": N_("Decided: automatic mail. It stays in the mailbox."),
    "known": N_("Decided: it goes to the known case in half a minute."),
    "later": N_("Put off until tomorrow."),
}
_DECIDED = frozenset({"decided_before", "wrong_state"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One type: its key, how sure the reading was of it and by which words, and whether it is ticked."""

    number: int
    type: str
    score: float
    words: Sequence[str]
    ticked: bool


def first(visit: Visit) -> Response:
    """On to the mail that has waited longest; where none waits, when there may be one again."""
    with visit.record.reading() as session:
        if waiting := queue.to_triage(session, visit.now):
            return visit.to(f"/triage/{waiting[0]}")
        polled = session.scalar(select(func.min(Mailbox.polled_at)))
        counts = queue.counts(session, me=visit.me.name, now=visit.now)
    return visit.page("triage.html", case=None, polled=polled, needed=counts[View.DECIDE])


def show(visit: Visit) -> Response:
    """One mail; whatever is in triage no more has a page of its own."""
    looked_at(visit)
    return _page(visit)


def decide(visit: Visit) -> Response:
    """What a person says of it, due in half a minute; then the next mail."""
    ref, do = visit.path("ref"), visit.given("do")
    types = types_of(visit) if do == "open" else ()
    if do == "open" and not types:
        return _page(visit, status=422, refusal="no_type")
    then = _next(visit, ref)
    try:
        with visit.acting() as (session, act):
            _do(session, act, search.case(session, ref), do, types)
    except PersonNeeded as error:
        return _not_done(visit, then, error)
    return visit.to(then, DONE[do], f"/triage/{ref}/undo")


def _do(session: Session, act: Act, case: Case, do: str, types: Sequence[RequestType]) -> None:
    match do:
        case "open" | "not_a_request":
            triage.decide_soon(session, act, case, types)
        case "automatic":
            triage.decide_soon(session, act, case)
            case.tell(act, "called_automatic")
        case "later":
            triage.must_be_undecided(session, case)
            queue.snooze(act, case, act.at + timedelta(days=1))
        case _:
            raise PersonNeeded("no_such_id")


def file(visit: Visit) -> Response:
    """It belongs to a known case and goes there in half a minute; whatever forbids that is said now."""
    ref, other = visit.path("ref"), visit.given("reference", 40) or visit.given("known", 40)
    if not other:
        return _page(visit, status=422, refusal="which_case")
    then = _next(visit, ref)
    try:
        with visit.acting() as (session, act):
            case, known = search.case(session, ref), search.case(session, other)
            joining.must_go_onto(act, case, known)
            triage.decide_soon(session, act, case, known=known)
    except PersonNeeded as error:
        return _not_done(visit, then, error)
    return visit.to(then, DONE["known"], f"/triage/{ref}/undo")


def undo(visit: Visit) -> Response:
    """Back to the mail, undecided; kindly no where it is too late."""
    path = f"/triage/{visit.path('ref')}"
    with visit.acting() as (session, act):
        case = search.case(session, visit.path("ref"))
        undone = triage.undo(session, case, visit.now) or _woken(session, act, case)
        if undone:
            case.tell(act, "undone")
    if undone:
        return visit.to(path, N_("Undone: nothing was decided."))
    return visit.to(
        path, N_("It is too late to undo this. What was decided can still be changed on the case.")
    )


def _woken(session: Session, act: Act, case: Case) -> bool:
    """One that was put off is here again."""
    asleep = case.state == State.TRIAGE and case.snoozed_until is not None and case.snoozed_until > act.at
    if not asleep or session.get(PendingDecision, case.id) is not None:
        return False
    queue.snooze(act, case, None)
    return True


def _next(visit: Visit, ref: str) -> str:
    """Where to go when this one is decided: the next one behind it, else the first."""
    with visit.record.reading() as session:
        waiting = queue.to_triage(session, visit.now)
    return _path(_behind(waiting, ref))


def _behind(waiting: Sequence[str], ref: str) -> str:
    others = [one for one in waiting if one != ref]
    behind = waiting[waiting.index(ref) + 1 :] if ref in waiting else ()
    return next(iter([*behind, *others]), "")


def _path(ref: str) -> str:
    return f"/triage/{ref}" if ref else "/triage"


def _not_done(visit: Visit, then: str, error: PersonNeeded) -> Response:
    """Decided already: on to the next, nothing is decided twice. Anything else is said on the page."""
    if error.reason not in _DECIDED:
        return _page(visit, status=409, refusal=error.reason)
    undo = f"/triage/{visit.path('ref')}/undo" if error.reason == "decided_before" else ""
    return visit.to(then, N_("This mail was decided already."), undo)


def _page(visit: Visit, *, status: int = 200, refusal: str = "") -> Response:
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        if case.state != State.TRIAGE:
            return visit.to(f"/cases/{case.ref}")
        return visit.page("triage.html", status=status, refusal=refusal, **_facts(visit, session, case))


def _facts(visit: Visit, session: Session, case: Case) -> dict[str, Any]:
    keyring, screening = visit.record.keyring, screening_of(visit.record.settings)
    waiting = queue.to_triage(session, visit.now)
    mails = search.mails_of(session, case)
    shown = [mail.shown(one, keyring, screening) for one in mails]
    requester = case.request(keyring)["requester"]
    return {
        "case": case,
        "place": waiting.index(case.ref) + 1 if case.ref in waiting else 0,
        "total": len(waiting),
        "behind": _path(_behind(waiting, case.ref)),
        "mails": shown,
        "junk": any(one.junk for one in mails),
        "suggestions": _suggestions(visit, case, mails[0], shown[0]) if mails else (),
        "known": [_known(visit, one) for one in search.others_of(session, case)],
        "decided": _decided(visit, session, case),
        "to": LeftToRight(requester) if requester and case.may_be_written_to(keyring) else None,
        "labels": labels,
        "refusals": REFUSALS,
        "typed": visit.given,
    }


def _suggestions(visit: Visit, case: Case, email: InboundEmail, shown: mail.Shown) -> list[Suggestion]:
    """All types in their order; those ticked that the form came back with, else those that were read."""
    words = {reason.type: reason.words for reason in shown.reasons}
    ticked = types_of(visit) if visit.given("do") else [right.type for right in case.rights]
    scores = _scores(visit, email)
    return [
        Suggestion(number, kind, scores.get(kind, 0.0), words.get(kind, ()), kind in ticked)
        for kind, number in NUMBERS.items()
    ]


def _scores(visit: Visit, email: InboundEmail) -> dict[str, float]:
    try:
        scores: dict[str, float] = mail.reading_of(email, visit.record.keyring).get("scores", {})
    except Erased:
        return {}
    return scores


def _known(visit: Visit, case: Case) -> dict[str, Any]:
    say = visit.words.say
    return {
        "ref": case.ref,
        "types": visit.words.listed(
            [say(labels.TYPES[right.type]) for right in case.rights if right.is_open]
        ),
        "state": say(labels.STATES[case.state]),
    }


def _decided(visit: Visit, session: Session, case: Case) -> dict[str, Any] | None:
    """What somebody has just decided, and whether that can still be undone."""
    found = session.get(PendingDecision, case.id)
    if found is None:
        return None
    say = visit.words.say
    types = visit.words.listed([say(labels.TYPES[kind]) for kind in found.wanted])
    name = people_of(session).get(found.by, found.by)
    known = LeftToRight(session.get_one(Case, found.known_id).ref) if found.known_id else None
    return {"by": name, "types": types, "known": known, "undoable": found.due > visit.now}

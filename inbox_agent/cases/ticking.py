"""What time does: reminders, lapses, cookie help, the second person's day, warnings before dates.

Each thing is noted when it is done (`done_once`), in the same transaction, so that no restart and no clock
that jumps repeats it. Time that jumped ahead does all that fell due; time that jumped back does nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases import answers, identity, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.challenge import Purpose
from inbox_agent.cases.letter import LIMITED_FOR, Letter, mailbox_hash, may_get_another
from inbox_agent.cases.right import REMIND_AFTER, WARN_BEFORE, Right
from inbox_agent.cases.states import Outcome, State
from inbox_agent.cases.tables import DoneOnce
from inbox_agent.understanding import RequestType

AT_ONCE = 100


def tick(session: Session, act: Act, case: Case) -> None:
    """Bring one open case up to now, and say when to look again; `act.rows` gets what is to be written.

    What it writes to an address that has proved nothing is limited like any such letter.
    """
    for right in case.rights:
        if right.paused_at is not None:
            right.reckon(act.law, act.at)
    act.hold = _limit(session, act, case)
    done = set(session.scalars(select(DoneOnce.what).where(DoneOnce.case_id == case.id)))
    for what, do in _due(act, case):
        if what not in done:
            done.add(what)
            act.rows.append(DoneOnce(case_id=case.id, what=what, at=act.at))
            do()
    case.tick_at = min((at for at in case.moments(act) if at > act.at), default=None)


def _limit(session: Session, act: Act, case: Case) -> str | None:
    if any(right.is_trusted("T1") for right in case.rights) or not case.may_be_written_to(act.keyring):
        return None
    to = mailbox_hash(act.keyring, case.request(act.keyring)["requester"])
    lately = select(Letter.created_at).where(
        Letter.to_hash == to, Letter.unproven, Letter.created_at > act.at - LIMITED_FOR
    )
    sent, terms = session.scalars(lately).all(), act.terms
    allowed = may_get_another(sent, act.at, terms.letters_per_day, terms.letters_per_week)
    return None if allowed else "limit"


def due_cases(session: Session, now: datetime) -> Sequence[Case]:
    """Some of the open cases for which time has something to do, their rows locked where the database can."""
    found = select(Case).where(Case.tick_at <= now, Case.state != State.CLOSED).order_by(Case.tick_at)
    return session.scalars(found.limit(AT_ONCE).with_for_update(skip_locked=True)).all()


def reckon(_: Session, act: Act, case: Case) -> None:
    """Its dates anew, where the law profile is another or says something else now."""
    moved = False
    for right in case.rights:
        before = right.legal_due
        if right.is_open and right.reckon(act.law):
            moved = True
            dates = [act.law.day(one).isoformat() for one in (before, right.legal_due)]
            case.tell(act, "clock_reckoned", right=right.type, law=act.law.name, dates=dates)
    if moved or case.law != act.law.name:
        case.law, case.tick_at = act.law.name, act.at


def _due(act: Act, case: Case) -> Iterator[tuple[str, Callable[[], None]]]:
    """What is to be done now, each under a name of its own, in order."""
    yield from _lapses(act, case)
    yield from _reminders(act, case)
    for right in case.rights:
        if right.is_open:
            yield from _for_right(act, case, right)


def _lapses(act: Act, case: Case) -> Iterator[tuple[str, Callable[[], None]]]:
    lapsed = [
        right
        for right in case.rights
        if right.lapses_at is not None
        and right.lapses_at < act.at
        and right.state in {State.AWAITING_IDENTITY, State.AWAITING_GUARDIAN}
        and not right.is_trusted("T1")
    ]
    if lapsed:
        yield f"lapse {lapsed[0].id.hex} {lapsed[0].lapses_at}", lambda: identity.lapse(act, case, lapsed)


def _reminders(act: Act, case: Case) -> Iterator[tuple[str, Callable[[], None]]]:
    """Only for what has been asked: while the letter waits for a person, nobody is reminded of it."""
    for purpose, kind in ((Purpose.IDENTITY, "verify_reminder"), (Purpose.GUARDIAN, "guardian_reminder")):
        rights = [right for right in identity.waiting(case, purpose) if right.asked_at is not None]
        since = min((right.asked_at for right in rights if right.asked_at), default=None)
        passed = [after for after in REMIND_AFTER if since is not None and act.at >= since + after]
        if passed:
            yield f"{kind} {passed[-1].days} {since}", partial(_remind, act, case, purpose, kind)


def _remind(act: Act, case: Case, purpose: Purpose, kind: str) -> None:
    """Not where staff have answered themselves: the code that the person has goes on counting."""
    if case.answered_by_hand_at is not None:
        case.tell(act, "not_reminded", letter_kind=kind)
        return
    case.write(act, kind, **identity.asked_facts(act, case, purpose, identity.waiting(case, purpose)))


def _for_right(act: Act, case: Case, right: Right) -> Iterator[tuple[str, Callable[[], None]]]:
    name = right.id.hex
    if right.gets_help:
        yield f"cookies {name} {right.times_begun}", partial(answers.finish, act, right, Outcome.FULFILLED)
    if right.state == State.REVIEW and _day_is_over(act, right):
        yield f"second person {name} {right.submitted_at}", partial(work.approve, act, right)
    for which, due in (("internal", right.internal_due), ("legal", right.legal_due)):
        if right.is_decided and which == "internal":
            continue
        if act.at > due:
            yield f"late {which} {name} {due}", partial(_warn, act, case, right, f"late_{which}")
        elif act.at >= due - WARN_BEFORE:
            yield f"soon {which} {name} {due}", partial(_warn, act, case, right, f"soon_{which}")


def _day_is_over(act: Act, right: Right) -> bool:
    """A deletion may go on after a day; about a child a second person must always agree."""
    wait = timedelta(hours=act.terms.second_person_hours)
    one_may_do = right.type is not RequestType.CHILD_DATA
    return one_may_do and right.submitted_at is not None and act.at >= right.submitted_at + wait


def _warn(act: Act, case: Case, right: Right, how: str) -> None:
    case.tell(act, how, right=right.type)
    case.call_for("overdue" if how == "late_legal" else "due_soon")

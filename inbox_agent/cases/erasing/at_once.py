"""A closed case is erased before its time, because two persons want so: its keys die at once."""

from datetime import timedelta

from sqlalchemy.orm import Session

from inbox_agent.cases import work
from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import ErasureAsked
from inbox_agent.cases.retention import forgetting, outdated
from inbox_agent.cases.states import State
from inbox_agent.errors import PersonNeeded

WAITS_FOR = timedelta(days=7)
"""Who agrees later than this only asks anew."""


def erase(session: Session, act: Act, case: Case, why: str) -> bool:
    """Ask for it, or agree as the second person, and it is done; says whether it is done.

    `erasing.carry_out` must follow the commit. Raises PersonNeeded where a right is open or something holds
    the case, and for one who may not agree yet.
    """
    must_be_erasable(session, case)
    asked = asked_for(session, act, case)
    if asked is None:
        _ask(session, act, case, why)
        return False
    work.must_be_second(act, asked.by, asked.at, case.ref, known=asked.known)
    reason: str = opened(act.keyring, asked.sealed_why, "erasure_asked.why", case.id)
    forgetting.keep_nobody(session, act, case, reason)
    return True


def asked_for(session: Session, act: Act, case: Case) -> ErasureAsked | None:
    """Who asked for it a few days ago at most."""
    asked = session.get(ErasureAsked, case.id)
    return asked if asked is not None and act.at - asked.at <= WAITS_FOR else None


def must_be_erasable(session: Session, case: Case) -> None:
    """Raises PersonNeeded where a right is open or something holds the case."""
    if case.merged_into is not None:
        raise PersonNeeded("merged_away", f"{case.ref} goes on in another case: erase that one, and both go")
    if case.state != State.CLOSED:
        raise PersonNeeded("still_open", f"{case.ref} is {case.state}: only a closed case can be erased")
    if holds := outdated.holds(session, case):
        raise PersonNeeded("kept", f"{case.ref} cannot be erased now: {', '.join(holds)}")


def _ask(session: Session, act: Act, case: Case, why: str) -> None:
    if not why.strip():
        raise PersonNeeded("no_reason", f"{case.ref}: say why it is to be erased")
    sealed = act.seal(case.key_id, why.strip(), "erasure_asked.why", case.id)
    session.merge(
        ErasureAsked(case_id=case.id, by=act.by, known=act.is_known_person, at=act.at, sealed_why=sealed)
    )
    case.tell(act, "erasure_asked", why=why.strip())

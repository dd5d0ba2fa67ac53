"""The one next thing to do on a case, and whether it is ours to do or its customer's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import object_session

from inbox_agent.cases import package
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import CHECKED, Found
from inbox_agent.cases.holdings import chosen, erasures
from inbox_agent.cases.identity import ASKED_OF
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.package import links
from inbox_agent.cases.right import SECOND_PERSON, Right
from inbox_agent.cases.states import State
from inbox_agent.understanding import RequestType


@dataclass(frozen=True, slots=True)
class Step:
    """What to do: the name of a verb, for which right, perhaps `until` when.

    `wait` and `download` are the customer's turn.
    """

    name: str
    right: RequestType | None = None
    until: datetime | None = None

    @property
    def is_ours(self) -> bool:
        return self.name not in {"wait", "cool_off", "download"}


_ANSWERS = {
    State.AWAITING_IDENTITY: "wait",
    State.AWAITING_GUARDIAN: "wait",
    State.AWAITING_INFO: "wait",
    State.RESPONDED: "wait",
    State.ON_HOLD: "resume",
    State.REVIEW: "approve",
}


def next_step(case: Case, now: datetime, keyring: Keyring, *, systems: bool = False) -> Step:
    """What staff should do now; of several rights the one that must be answered first comes first.

    `systems` says that the company's own systems can be asked for a person's data.
    """
    if case.state == State.TRIAGE:
        return Step("decide")
    if case.frozen:
        return Step("lift")
    if any(letter.state in {"held", "refused"} for letter in case.letters):
        return Step("release")
    there = sorted((right for right in case.rights if right.is_open), key=_due)
    can_write = bool(there) and case.may_be_written_to(keyring)
    steps = [*_steps_of_link(case, now)]
    steps += [step_of(right, now, can_write=can_write, systems=systems) for right in there]
    ours = [step for step in steps if step.is_ours]
    if case.attention is not None and not ours:
        return Step("unused" if case.attention == "link_unused" else "seen")
    return next(iter([*ours, *steps]), Step("done"))


def _steps_of_link(case: Case, now: datetime) -> Iterator[Step]:
    """A link works and nobody came by it: its password must be told, then it is the customer's turn."""
    session = object_session(case)
    link = links.not_used(session, case, now) if session else None
    if link is not None:
        name = "download" if links.is_told(case) else "password"
        yield Step(name, RequestType.ACCESS, link.expires_at)


def step_of(right: Right, now: datetime, *, can_write: bool, systems: bool = False) -> Step:
    """What is to be done for one right; where nobody can be written to, nothing is asked for by mail."""
    if right.state in _ANSWERS:
        until = right.lapses_at if right.state != State.RESPONDED else None
        return Step(_ANSWERS[State(right.state)], right.type, until)
    asked_by_mail = frozenset() if can_write else {"verify", "guardian", "confirm_delete"}
    return next(step for step in _steps(right, now, systems) if step.name not in asked_by_mail)


def _steps(right: Right, now: datetime, systems: bool) -> Iterator[Step]:
    kind = right.type
    if kind in ASKED_OF and not right.is_trusted("T1"):
        yield Step("verify", kind)
    if kind is RequestType.CHILD_DATA and not right.is_trusted("T1"):
        yield Step("guardian", kind)
    if not right.is_trusted(right.needed):
        yield Step("check", kind)
    if kind in CHECKED and not right.checklist:
        yield Step("start", kind)
    if kind is RequestType.DELETION and right.confirmed_at is None:
        yield Step("confirm_delete", kind)
    if kind in SECOND_PERSON and right.approved_by is None:
        if systems and _lacks_accounts(right):
            yield Step("data", kind)  # whoever agrees sees whose data goes
        yield Step("submit", kind)
    if right.erase_after is not None and right.erase_after > now:
        yield Step("cool_off", kind, right.erase_after)
    yield from _steps_of_work(right, systems)


def _steps_of_work(right: Right, systems: bool) -> Iterator[Step]:
    kind = right.type
    if any(row.found == Found.OPEN for row in right.checklist):
        if systems and _can_be_asked(right):
            yield Step("data", kind)
        yield Step("rows", kind)
    if kind is RequestType.ACCESS and package.waits(right.case):
        yield Step("package", kind)
    yield Step("answer", kind)


def _can_be_asked(right: Right) -> bool:
    """The systems were not asked yet, or have not erased all that they hold."""
    session = object_session(right)
    of = chosen(session, right) if session is not None else None
    if session is None or of is None:
        return _lacks_accounts(right)
    gone = erasures(session, right).values()
    if right.type in SECOND_PERSON and not gone:
        return not _tells(right, "erasure_previewed", of.at)
    return any(not one.is_done for one in gone)


def _lacks_accounts(right: Right) -> bool:
    """Nobody has said whose data this is; where a person looked and found no account, nobody can."""
    session = object_session(right)
    if session is not None and chosen(session, right) is not None:
        return False
    return right.case.account_match != "no_match" or not _tells(right, "accounts_looked_up")


def _tells(right: Right, kind: str, since: datetime | None = None) -> bool:
    return any(one.kind == kind and (since is None or one.at >= since) for one in right.case.events)


def _due(right: Right) -> tuple[bool, datetime]:
    return right.type is not RequestType.CHILD_DATA, right.legal_due

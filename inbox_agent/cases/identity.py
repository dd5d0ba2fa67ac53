"""Who asks: the code that goes out and comes back, what else shows a person, what happens when nobody does.

- T0: nothing.
- T1: a mail to the thread, written by a person, whose new text holds the code or plainly says yes.
- T2: T1, and the address is on file or two facts of the account are right.
- T3: T2, and one channel of its own: call-back or SMS to the number on file, or the portal; where there is no
  account, T1 and a recorded call.
- TG: T1 of the adult, and the guardianship: a code to the account's own address or number, the adult pays for
  or holds the line, or a signed statement and a recorded call.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inbox_agent.cases.act import Act
from inbox_agent.cases.challenge import Challenge, Purpose, expiry, live
from inbox_agent.cases.clocks import LAPSE_DAYS
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, Reason, State
from inbox_agent.cases.tables import Table
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType

if TYPE_CHECKING:
    from inbox_agent.cases.case import Case

MOST_CODES = 3
"""Numbers of eight digits in one mail of which one may be the code; more are guesses."""

ASKED_OF = frozenset({RequestType.ACCESS, RequestType.DELETION, RequestType.CORRECTION})
"""The rights whose person must first show that the address is theirs; a child's go another way."""


class CheckKind(StrEnum):
    """A check that staff did outside the mail."""

    ADDRESS_ON_FILE = "address_on_file"
    ACCOUNT_FACTS = "account_facts"
    CALL_BACK = "call_back"
    SMS = "sms"
    PORTAL = "portal"
    RECORDED_CALL = "recorded_call"
    GUARDIAN_CODE = "guardian_code"
    GUARDIAN_PAYS = "guardian_pays"
    GUARDIAN_STATEMENT = "guardian_statement"


_LEADS: dict[CheckKind, tuple[str, str]] = {
    CheckKind.ADDRESS_ON_FILE: ("T1", "T2"),
    CheckKind.ACCOUNT_FACTS: ("T1", "T2"),
    CheckKind.CALL_BACK: ("T2", "T3"),
    CheckKind.SMS: ("T2", "T3"),
    CheckKind.PORTAL: ("T2", "T3"),
    CheckKind.RECORDED_CALL: ("T1", "T3"),
    CheckKind.GUARDIAN_CODE: ("T1", "TG"),
    CheckKind.GUARDIAN_PAYS: ("T1", "TG"),
    CheckKind.GUARDIAN_STATEMENT: ("T1", "TG"),
}
"""From which trust a check leads to which one."""


class Check(Table):
    """A check by a person: which, when, by whom, whether it was passed; how stands sealed."""

    __tablename__ = "checks"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    right_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rights.id"), index=True)
    kind: Mapped[str]
    passed: Mapped[bool]
    by: Mapped[str]
    at: Mapped[datetime]
    sealed_how: Mapped[bytes]


def ask(act: Act, case: "Case", rights: Sequence[Right], verb: str = "ask_identity") -> dict[str, Any]:
    """A new code for these rights, which now wait for it; returns what the letter says of it.

    The code is for all that wait, so that it takes no other's place. The days until a reminder or a lapse are
    counted from when the letter leaves (`left`). Raises PersonNeeded for a right that cannot wait now.
    """
    for right in rights:
        right.asked_at = right.lapses_at = None
        if right.state != State.AWAITING_IDENTITY or verb != "ask_identity":
            right.move(act, verb)
    purpose = Purpose.GUARDIAN if verb == "ask_guardian" else Purpose.IDENTITY
    return asked_facts(act, case, purpose, waiting(case, purpose))


def waiting(case: "Case", purpose: Purpose) -> list[Right]:
    """The rights that wait for this proof."""
    state = State.AWAITING_GUARDIAN if purpose is Purpose.GUARDIAN else State.AWAITING_IDENTITY
    return [right for right in case.rights if right.state == state and not right.is_trusted("T1")]


def asked_facts(act: Act, case: "Case", purpose: Purpose, rights: Sequence[Right]) -> dict[str, Any]:
    """A new code for rights that wait, as the letter that asks for it tells it."""
    ends = [right.lapses_at or act.law.lapse(act.at, right.legal_due) for right in rights]
    lapses = min((end for end in ends if end is not None), default=None)
    last = act.law.day(lapses) if lapses else act.law.day(act.at) + timedelta(days=LAPSE_DAYS)
    return code_facts(act, case, purpose, [right.type for right in rights]) | {
        "lapses": last.isoformat(),
        "rights": [{"type": right.type} for right in rights],
    }


def left(act: Act, case: "Case", message_id: str) -> None:
    """The letter that asks has left: from now on the days count, and its code counts as long as it says."""
    for challenge in case.challenges:
        if challenge.message_id == message_id and challenge.ended is None:
            challenge.expires_at = max(challenge.expires_at, expiry(act, act.terms.code_days))
            for right in waiting(case, Purpose(challenge.purpose)):
                if right.asked_at is None:
                    right.asked_at = act.at
                    right.lapses_at = act.law.lapse(act.at, right.legal_due)


def code_facts(
    act: Act, case: "Case", purpose: Purpose, types: Iterable[RequestType], *, days: int = 0
) -> dict[str, Any]:
    """A new challenge, good for at least so many days, as its letter tells it."""
    until = expiry(act, max(days, act.terms.code_days))
    challenge, code = Challenge.pose(act, case, purpose, types, until)
    return {
        "code": code,
        "expires": act.law.day(challenge.expires_at).isoformat(),
        "tries": challenge.tries,
    }


def met(
    act: Act,
    case: "Case",
    codes: Sequence[str],
    *,
    yes_to: Sequence[str] = (),
    contrary: bool = False,
) -> Challenge | None:
    """The challenge that this answer meets; it is used up by it.

    Every wrong number costs a try of each, and of many numbers in one mail none counts: they are guesses.
    `yes_to` are the letters that a plain yes answers. A mail that also says the contrary confirms nothing.
    """
    asked = [
        one for one in live(case.challenges, act.at) if not (contrary and one.purpose == Purpose.CONFIRM)
    ]
    few = codes if len(codes) <= MOST_CODES else ()
    answered = next((one for one in asked if one.is_met(act.keyring, few)), None)
    if answered is None and codes:
        for one in asked:
            one.miss(act, len(codes))
        case.tell(act, "wrong_code", tries_left=max((one.tries for one in asked), default=0))
    if answered is None and yes_to:
        answered = next((one for one in asked if one.takes_yes(yes_to)), None)
    if answered is not None:
        answered.end(act, "used")
        case.tell(act, "challenge_met", purpose=answered.purpose, how="code" if codes else "yes")
    return answered


def prove(act: Act, case: "Case", challenge: Challenge) -> None:
    """The address works: the rights that the letter named rise to T1, and work on them begins."""
    for right in case.rights:
        if right.type not in challenge.covers or right.is_decided:
            continue
        right.raise_trust(act, "T1", "answered")
        right.lapses_at = None
        if right.state in {State.AWAITING_IDENTITY, State.AWAITING_GUARDIAN}:
            right.move(act, "start")


def freeze(act: Act, case: "Case", why: Reason = Reason.SUSPECTED_FRAUD) -> None:
    """Somebody says "it was not me": nothing goes on, and no letter leaves, until a person has looked."""
    for challenge in live(case.challenges, act.at):
        challenge.end(act, "frozen")
    for letter in case.letters:
        if letter.state == "ready":
            letter.hold(act, case, "frozen")
    for right in case.rights:
        if not right.is_decided and right.state != State.TRIAGE:
            right.distrust(act)
            if right.state != State.ON_HOLD:
                right.move(act, "hold", reason=why)
            right.reason = why
    case.frozen = True
    case.tell(act, "frozen", reason=why)


def thaw(act: Act, case: "Case") -> None:
    """A person has looked: rights on hold can be resumed, with nothing proved."""
    case.frozen = case.keeps_all = False
    case.tell(act, "thawed")


def record_check(act: Act, right: Right, kind: CheckKind, how: str, *, passed: bool) -> None:
    """A person checked something outside the mail; what was passed raises trust.

    Raises PersonNeeded where another check must come first, or guardianship is checked for no child.
    """
    _must_show_something(right, kind, act.keyring)
    to, check_id = _LEADS[kind][1], act.new_id()
    act.rows.append(
        Check(
            id=check_id,
            right_id=right.id,
            kind=kind,
            passed=passed,
            by=act.by,
            at=act.at,
            sealed_how=act.seal(right.case.key_id, how, "check.how", check_id),
        )
    )
    right.case.tell(act, "checked", right=right.type, check=kind, passed=passed)
    if passed:
        right.raise_trust(act, to, kind)
        right.lapses_at = None
    if passed and right.state in {State.AWAITING_GUARDIAN, State.AWAITING_IDENTITY} and right.is_trusted(to):
        right.move(act, "start")


def ways_up(right: Right, keyring: Keyring) -> list[CheckKind]:
    """The checks that would raise its trust now, where it needs more."""
    if right.is_trusted(right.needed):
        return []
    return [
        kind for kind in CheckKind if not right.is_trusted(_LEADS[kind][1]) and _shows(right, kind, keyring)
    ]


def _shows(right: Right, kind: CheckKind, keyring: Keyring) -> bool:
    try:
        _must_show_something(right, kind, keyring)
    except PersonNeeded:
        return False
    return True


def _must_show_something(right: Right, kind: CheckKind, keyring: Keyring) -> None:
    of, to = _LEADS[kind]
    if (to == "TG") is not (right.type is RequestType.CHILD_DATA):
        raise PersonNeeded("wrong_check", f"`{kind}` shows nothing for a {right.type} right")
    right.must_be_undecided()
    # Nobody who cannot be written to can answer a code; the other channels must show all of it.
    right.must_be_trusted(of if of != "T1" or right.case.may_be_written_to(keyring) else "T0")
    if kind is CheckKind.RECORDED_CALL and right.case.account_match != "no_match":
        raise PersonNeeded(
            "account_first", f"{right.case.ref}: a call alone is enough only where `lookup` finds no account"
        )


def lapse(act: Act, case: "Case", rights: Iterable[Right]) -> None:
    """Nobody proved to have asked: the rights end, and the letter says how to come back."""
    for right in rights:
        right.end(act, Outcome.UNVERIFIED_LAPSED)
    for challenge in live(case.challenges, act.at):
        challenge.end(act, "lapsed")
    case.write(act, "lapsed")

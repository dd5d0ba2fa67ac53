"""What a mail on a known case does to it: proof comes back, questions are answered, protests stop everything.

Only a mail that a person wrote, from the address of the case, within its thread, may do anything here. Each
mail is answered at most once: a letter names the mail that caused it, and the record takes one of a kind.
"""

import dataclasses
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from inbox_agent.cases import identity, opening, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.challenge import Challenge, Purpose, expiry, live
from inbox_agent.cases.letter import ANSWERED_BY_HAND, MAY_REPEAT
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State
from inbox_agent.understanding import ReplyAct, RequestType

if TYPE_CHECKING:
    from inbox_agent.cases.case import Case

STATUS_EVERY = timedelta(days=1)
REOPENS_WITHIN = timedelta(days=30)
MOST_BEGINNINGS = 3
_ADDS = frozenset(
    {ReplyAct.INFORMATION, ReplyAct.NEW_REQUEST, ReplyAct.STATUS_QUESTION, ReplyAct.COMPLAINT, ReplyAct.OTHER}
)
_ENDED_FOR_GOOD = frozenset(
    {Outcome.WITHDRAWN, Outcome.MERGED, Outcome.UNVERIFIED_LAPSED, Outcome.NOT_A_REQUEST}
)
_ENDING = frozenset({Purpose.CANCEL, Purpose.WITHDRAW})
_SAYS_NOTHING = frozenset({ReplyAct.THANKS, ReplyAct.ABSENCE})


@dataclass(frozen=True, slots=True)
class Answer:
    """A mail of the case's person: what it does, which codes its new text holds, what it newly asks for.

    `codes` are there only in mail that a person wrote within the thread; `yes_to` are the letters that a
    plain yes answers, none where our own server says that the mail is forged (DMARC). `contrary` says that it
    also takes something back. `may_be_answered` is false for old mail and mail in Junk; `hold` keeps letters
    for a person.
    """

    email: uuid.UUID
    received_at: datetime
    acts: Collection[ReplyAct]
    codes: Sequence[str] = ()
    yes_to: Sequence[str] = ()
    contrary: bool = False
    asks: Sequence[RequestType] = ()
    may_be_answered: bool = True
    hold: str | None = None


def take(act: Act, case: "Case", answer: Answer) -> None:
    """Do what the mail does, and show the case to a person where one must look."""
    if ReplyAct.NOT_ME in answer.acts:
        identity.freeze(act, case)
        case.call_for("not_me")
    elif case.state == State.TRIAGE or case.frozen:
        case.call_for("reply_waiting")  # nobody has said yet what this case is, or whether it goes on
    elif _says_nothing(answer):
        return
    elif case.state == State.CLOSED:
        _come_back(act, case, answer)
    else:
        _take_up(act, case, answer)


def answered_by_hand(act: Act, case: "Case", at: datetime) -> None:
    """Staff answered from a mail program of their own: nobody waits for that answer any more.

    Until its person writes again, letters that may say the same wait for a person.
    """
    case.answered_by_hand_at = at
    if case.attention == "reply_waiting":
        case.attention = None
    for letter in case.letters:
        leaves = letter.state == "ready" or letter.hold_reason == "review"
        if leaves and letter.kind in MAY_REPEAT:
            letter.hold(act, case, ANSWERED_BY_HAND)


def _says_nothing(answer: Answer) -> bool:
    """Thanks or an absence note; but a code beside thanks is an answer."""
    quiet = bool(answer.acts) and _SAYS_NOTHING.issuperset(answer.acts)
    return ReplyAct.ABSENCE in answer.acts or (quiet and not (answer.codes or answer.asks or answer.yes_to))


def _take_up(act: Act, case: "Case", answer: Answer) -> None:
    proof = identity.met(act, case, answer.codes, yes_to=answer.yes_to, contrary=answer.contrary)
    case.call_for(_follow(act, case, proof, answer) if proof else None)
    if answer.asks:
        _add(act, case, answer, proof)
        case.call_for("reply_waiting")
    case.call_for(_converse(act, case, answer, proof))
    if answer.contrary and any(one.purpose == Purpose.CONFIRM for one in live(case.challenges, act.at)):
        case.call_for("reply_waiting")


def _come_back(act: Act, case: "Case", answer: Answer) -> None:
    """To a closed case: what is asked for or had lapsed begins again, what was answered goes on.

    Otherwise the mail only reaches a person.
    """
    case.call_for("reply_waiting")
    if not may_reopen(case, answer):
        return
    last = max((right.closed_at for right in case.rights if right.closed_at), default=None)
    ended = [right for right in case.rights if right.closed_at == last]
    lapsed = [right.type for right in ended if _may_begin_again(right)]
    for right in ended:
        if not answer.asks and right.outcome not in _ENDED_FOR_GOOD and _ADDS.intersection(answer.acts):
            right.reopen(act, "reply")
    if again := [*dict.fromkeys((*answer.asks, *lapsed))]:
        _add(act, case, dataclasses.replace(answer, asks=again), None)
    if ReplyAct.COMPLAINT in answer.acts:
        case.call_for(_complain(act, case, answer))


def _may_begin_again(right: Right) -> bool:
    """What lapsed comes back by any answer, twice: a machine that answers letters does not keep it going."""
    return right.outcome == Outcome.UNVERIFIED_LAPSED and right.times_begun < MOST_BEGINNINGS


def _follow(act: Act, case: "Case", proof: Challenge, answer: Answer) -> str | None:
    """What was asked has been answered."""
    match Purpose(proof.purpose):
        case Purpose.IDENTITY | Purpose.GUARDIAN:
            identity.prove(act, case, proof)
            return "verified"
        case Purpose.CONFIRM:
            for right in _open(case, proof.covers):
                work.confirm(act, right)
            return "confirmed"
        case Purpose.CANCEL | Purpose.WITHDRAW:
            withdraw(act, case, _open(case, proof.covers), cause=answer.email)
    return None


def _converse(act: Act, case: "Case", answer: Answer, proof: Challenge | None) -> str | None:
    acts = answer.acts
    if ReplyAct.COMPLAINT in acts:
        return _complain(act, case, answer)
    if ReplyAct.WITHDRAWAL in acts and (proof is None or proof.purpose not in _ENDING):
        return _ask_whether_withdrawn(act, case, answer)
    if ReplyAct.STATUS_QUESTION in acts and proof is None:
        return _tell_status(act, case, answer)
    if proof is not None or answer.asks:
        return None
    _wake(act, case)
    return "reply_waiting"


def _complain(act: Act, case: "Case", answer: Answer) -> str:
    """To the top of the queue, with a receipt."""
    case.tell(act, "complaint", inbound_email=str(answer.email))
    due = min((right.legal_due for right in case.rights if right.is_open), default=None)
    if answer.may_be_answered and due is not None:
        received, due_day = (act.law.day(one).isoformat() for one in (answer.received_at, due))
        case.write(
            act, "complaint_receipt", cause=answer.email, hold=answer.hold, received=received, due=due_day
        )
    return "complaint"


def _ask_whether_withdrawn(act: Act, case: "Case", answer: Answer) -> str | None:
    """Ask once; a deletion that was about to begin waits meanwhile."""
    rights = [right for right in case.rights if not right.is_decided]
    asked = any(one.purpose == Purpose.WITHDRAW for one in live(case.challenges, act.at))
    for right in rights:
        if right.erase_after is not None and right.state != State.ON_HOLD:
            right.move(act, "hold", why="withdrawal")
    if not rights or asked or not answer.may_be_answered:
        return "reply_waiting"
    types = [right.type for right in rights]
    Challenge.pose(act, case, Purpose.WITHDRAW, types, expiry(act, act.terms.code_days))
    listed = [{"type": kind} for kind in types]
    case.write(act, "withdrawal_check", cause=answer.email, hold=answer.hold, rights=listed)
    return None


def _tell_status(act: Act, case: "Case", answer: Answer) -> str | None:
    """To an address that has proved to work, once a day; anybody else learns nothing, and a person looks."""
    proven = any(right.is_trusted("T1") for right in case.rights)
    lately = case.told_status_at is not None and act.at - case.told_status_at < STATUS_EVERY
    if not proven or not answer.may_be_answered or lately:
        return None if lately else "reply_waiting"
    case.told_status_at = act.at
    case.write(act, "status", cause=answer.email, hold=answer.hold, **status(act, case))
    return None


def status(act: Act, case: "Case") -> dict[str, Any]:
    """What is done, what is awaited, by when."""
    rights = [
        {
            "type": right.type,
            "state": right.state,
            "outcome": right.outcome if right.is_decided else None,
            "due": act.law.day(right.legal_due).isoformat(),
        }
        for right in case.rights
    ]
    waits = {State.AWAITING_IDENTITY, State.AWAITING_INFO, State.AWAITING_GUARDIAN}
    return {
        "today": act.law.day(act.at).isoformat(),
        "rights": rights,
        "needed": any(right.state in waits for right in case.rights),
    }


def _wake(act: Act, case: "Case") -> None:
    """Any answer ends the wait for one, and the clock goes on; to confirm a deletion takes its code."""
    for right in case.rights:
        if right.state == State.AWAITING_INFO and right.asked_at is not None:
            right.asked_at = None
            right.move(act, "start")


def _add(act: Act, case: "Case", answer: Answer, proof: Challenge | None) -> None:
    """What the mail newly asks for becomes a right of its own; it starts at what this very mail proves."""
    added = [case.add_right(act, kind, answer.received_at) for kind in answer.asks]
    fresh = [right for right in added if right.state == State.OPEN]
    if proof is not None and proof.purpose == Purpose.IDENTITY:
        for right in fresh:
            right.raise_trust(act, "T1", "asked beside a code")
            if right.type in identity.ASKED_OF:
                right.move(act, "start")
    may_write = answer.may_be_answered and case.may_be_written_to(act.keyring)
    facts = opening.set_going(act, case, case.request(act.keyring)["requester"], may_write=may_write)
    if not may_write:
        case.close_what_no_letter_tells(act)
    elif "done_on" in facts:
        case.is_answered_by(case.write(act, "optout_done", cause=answer.email, hold=answer.hold, **facts))
    if "code" in facts:
        case.write(act, "verify_code", cause=answer.email, hold=answer.hold, **facts)


def withdraw(act: Act, case: "Case", rights: Sequence[Right], *, cause: uuid.UUID | None = None) -> None:
    """Their person takes them back: they end, and a letter says so."""
    for right in rights:
        right.end(act, Outcome.WITHDRAWN)
    for challenge in live(case.challenges, act.at):
        if not _open(case, challenge.covers):
            challenge.end(act, "withdrawn")
    if rights:
        case.write(act, "withdrawn", cause=cause, rights=[{"type": right.type} for right in rights])


def may_reopen(case: "Case", answer: Answer) -> bool:
    """Within 30 days of the close, a mail that asks or adds something; thanks and automatic mail never."""
    if case.closed_at is None or case.merged_into is not None:
        return False
    recent = answer.received_at - case.closed_at <= REOPENS_WITHIN
    return recent or ReplyAct.COMPLAINT in answer.acts


def _open(case: "Case", types: Collection[RequestType]) -> list[Right]:
    return [right for right in case.rights if right.type in types and not right.is_decided]

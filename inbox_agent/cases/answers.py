"""How a right is answered: what must be there first, and which letter tells the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inbox_agent.cases import package
from inbox_agent.cases.act import AGENT, Act
from inbox_agent.cases.checklist import CHECKED, Found, items
from inbox_agent.cases.identity import ASKED_OF
from inbox_agent.cases.right import SECOND_PERSON, Right
from inbox_agent.cases.states import Outcome, Reason, State
from inbox_agent.cases.suppression import suppress
from inbox_agent.cases.work import must_be_approved
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType

_DISCLOSING = frozenset({Outcome.FULFILLED, Outcome.PARTIAL})
_REFUSING = frozenset({Outcome.DENIED, Outcome.PARTIAL})

_ANSWERS = {
    Outcome.ANSWERED: frozenset({RequestType.OTHER_PRIVACY, RequestType.COOKIES}),
    Outcome.PARTIAL: frozenset({RequestType.ACCESS, RequestType.DELETION, RequestType.CHILD_DATA}),
}
"""The rights that may end so, where not all may."""

_LEAVE_ALONE = frozenset({RequestType.DELETION, RequestType.OPT_OUT})
"""Whoever gets this gets no marketing any more."""

_SPECIAL = {
    (RequestType.CORRECTION, Outcome.DENIED): "correction_refused",
    (RequestType.DELETION, Outcome.PARTIAL): "partial_retained",
}
_OF_OUTCOME = {
    Outcome.NO_DATA_FOUND: "no_data_found",
    Outcome.ROUTED_TO_CUSTOMER: "routed_to_customer",
    Outcome.TRANSFERRED: "routed_to_customer",
    Outcome.DENIED: "denied",
    Outcome.ANSWERED: "answer",
}
_OF_TYPE = {
    RequestType.ACCESS: "access_ready",
    RequestType.DELETION: "deleted",
    RequestType.CHILD_DATA: "child_deleted",
    RequestType.CORRECTION: "corrected",
    RequestType.OPT_OUT: "optout_done",
    RequestType.COOKIES: "cookies_help",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What staff say with an answer: `words` are paragraphs in the language of the case.

    `harmless` says of a correction that it changes no way to reach, bill or recognise the person.
    `by_other_means` says that the answer was given without a letter. `download` is how a copy is fetched,
    `covers` what is in it where it was gathered here; `as_it_is`, that a person knows what is not in it.
    """

    reason: Reason | None = None
    words: Sequence[str] = ()
    harmless: bool = False
    by_other_means: bool = False
    download: dict[str, Any] | None = None
    covers: Sequence[str] | None = None
    as_it_is: bool = False


NOTHING_TOLD = Told()


def finish(act: Act, right: Right, outcome: Outcome, told: Told = NOTHING_TOLD) -> None:
    """Answer a right: its letter is written, and it closes when that has left.

    Raises PersonNeeded where trust, rows, a reason, words, a second person or an address are missing.
    """
    reason = told.reason
    _must_be_allowed(right, outcome, told)
    if not told.by_other_means and not right.case.may_be_written_to(act.keyring):
        raise PersonNeeded(
            "nobody_to_write_to", f"{right.case.ref}: no letter can go; say that you answered otherwise"
        )
    facts = facts_of(act, right, told)
    answered = [right, *_companions(right)]
    if right.type in _LEAVE_ALONE and outcome in _DISCLOSING:
        _keep_from_marketing(act, right)
    if act.by != AGENT:
        right.case.is_seen_to()
    for one in answered:
        one.respond(act, outcome, reason)
    if told.by_other_means:
        right.case.close_what_no_letter_tells(act)
    else:
        right.case.is_answered_by(right.case.write(act, letter_of(right.type, outcome, reason), **facts))


def _keep_from_marketing(act: Act, right: Right) -> None:
    """Whoever was deleted must not be won anew: the letter says that the address stays on this list."""
    address = right.case.request(act.keyring)["requester"]
    if address is not None:
        suppress(act, right.case.id, address)


def _companions(right: Right) -> list[Right]:
    """What the same mail asked for beside the child's data: its parent gets one answer for all of it."""
    if right.type is not RequestType.CHILD_DATA:
        return []
    beside = [one for one in right.case.rights if one.type in ASKED_OF and not one.is_decided]
    return [one for one in beside if one.received_at == right.received_at and one.state != State.ON_HOLD]


def letter_of(kind: RequestType, outcome: Outcome, reason: Reason | None = None) -> str:
    """The kind of letter that tells this outcome."""
    unproven = outcome is Outcome.DENIED and reason is Reason.INSUFFICIENT_VERIFICATION
    if kind is RequestType.CHILD_DATA and unproven:
        return "guardian_not_verified"
    return _SPECIAL.get((kind, outcome)) or _OF_OUTCOME.get(outcome) or _OF_TYPE.get(kind, "answer")


def _must_be_allowed(right: Right, outcome: Outcome, told: Told) -> None:
    if outcome in _REFUSING and told.reason is None:
        raise PersonNeeded("no_reason", f"{outcome} needs a reason: one of {', '.join(Reason)}")
    if outcome is Outcome.DENIED and not told.words:
        raise PersonNeeded("no_words", f"{right.case.ref}: a refusal needs words for the customer")
    if right.type not in _ANSWERS.get(outcome, frozenset(RequestType)):
        raise PersonNeeded("wrong_outcome", f"{right.case.ref}: a {right.type} right does not end {outcome}")
    if outcome is Outcome.NO_DATA_FOUND:
        right.must_be_trusted("T1")
    if outcome in _DISCLOSING:
        harmless = right.type is RequestType.CORRECTION and told.harmless
        right.must_be_trusted("T2" if harmless else right.needed)
        _must_be_complete(right, outcome)
        if right.type in SECOND_PERSON:
            must_be_approved(right)
        if right.type is RequestType.ACCESS and package.waits(right.case):
            raise PersonNeeded("package_waits", f"{right.case.ref}: hand the package over, or destroy it")


def _must_be_complete(right: Right, outcome: Outcome) -> None:
    if right.type not in CHECKED:
        return
    left = [row.item for row in right.checklist if row.found == Found.OPEN]
    if left or not right.checklist:
        open_rows = ", ".join(left or items(right.type))
        raise PersonNeeded("rows_open", f"{right.case.ref}: not looked at yet: {open_rows}")
    kept = any(row.found == Found.KEPT for row in right.checklist)
    if kept and outcome is Outcome.FULFILLED:
        raise PersonNeeded("rows_kept", f"{right.case.ref}: something is kept, so the outcome is `partial`")


def facts_of(act: Act, right: Right, told: Told) -> dict[str, Any]:
    """All that a letter of an answer may know; each kind takes what its words use."""
    return {
        "received": act.law.day(right.received_at).isoformat(),
        "done_on": act.law.day(act.at).isoformat(),
        "categories": _done(right) if told.covers is None else list(told.covers),
        "kept": _kept(act, right),
        "type": right.type,
        "reason": told.reason,
        "words": list(told.words),
        "download": told.download,
    }


def _done(right: Right) -> list[str]:
    return [row.item for row in right.checklist if row.found == Found.DONE]


def _kept(act: Act, right: Right) -> list[dict[str, Any]]:
    return [
        {"category": row.item, "why": row.kept_for, "words": row.told(act.keyring)}
        for row in right.checklist
        if row.found == Found.KEPT
    ]

"""The states of a right, the moves between them, and what follows from them for its case.

`docs/cases.md` shows the diagram that `diagram` draws.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inbox_agent.errors import PersonNeeded


class State(StrEnum):
    """Where a right stands; a case stands where the open right stands that needs something first."""

    TRIAGE = "triage"
    OPEN = "open"
    AWAITING_IDENTITY = "awaiting_identity"
    AWAITING_INFO = "awaiting_info"
    AWAITING_GUARDIAN = "awaiting_guardian"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    REVIEW = "review"
    RESPONDED = "responded"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a right ended."""

    FULFILLED = "fulfilled"
    PARTIAL = "partial"
    DENIED = "denied"
    NO_DATA_FOUND = "no_data_found"
    UNVERIFIED_LAPSED = "unverified_lapsed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ROUTED_TO_CUSTOMER = "routed_to_customer"
    TRANSFERRED = "transferred"
    ANSWERED = "answered"
    NOT_A_REQUEST = "not_a_request"


class Reason(StrEnum):
    """Why something is refused, in whole or in part."""

    INSUFFICIENT_VERIFICATION = "insufficient_verification"
    NO_MATCH = "no_match"
    NOT_COVERED = "not_covered"
    LEGAL_RETENTION = "legal_retention"
    DISPUTE = "dispute"
    CONTRACT_ENFORCEMENT = "contract_enforcement"
    THIRD_PARTY_DATA = "third_party_data"
    EXCESSIVE_REPEAT = "excessive_repeat"
    PROCESSOR_NOT_CONTROLLER = "processor_not_controller"
    SUSPECTED_FRAUD = "suspected_fraud"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Move:
    """From which states a verb leads, and to which one."""

    of: frozenset[State]
    to: State


_WAITING = frozenset({State.AWAITING_IDENTITY, State.AWAITING_INFO, State.AWAITING_GUARDIAN})
_WORKING = frozenset({State.OPEN, State.IN_PROGRESS}) | _WAITING
_UNDECIDED = _WORKING | {State.ON_HOLD, State.REVIEW}

MOVES: Mapping[str, Move] = {
    "open": Move(frozenset({State.TRIAGE}), State.OPEN),
    "ask_identity": Move(_WORKING, State.AWAITING_IDENTITY),
    "ask_info": Move(_WORKING, State.AWAITING_INFO),
    "ask_guardian": Move(_WORKING, State.AWAITING_GUARDIAN),
    "start": Move(_WORKING, State.IN_PROGRESS),
    "hold": Move(_WORKING | {State.REVIEW}, State.ON_HOLD),
    "resume": Move(frozenset({State.ON_HOLD}), State.IN_PROGRESS),
    "submit": Move(frozenset({State.IN_PROGRESS}), State.REVIEW),
    "approve": Move(frozenset({State.REVIEW}), State.IN_PROGRESS),
    "respond": Move(_UNDECIDED - {State.ON_HOLD}, State.RESPONDED),
    "refuse": Move(_UNDECIDED, State.RESPONDED),
    "end": Move(frozenset(State) - {State.CLOSED}, State.CLOSED),
    "begin_again": Move(frozenset({State.CLOSED}), State.OPEN),
    "reopen": Move(frozenset({State.RESPONDED, State.CLOSED}), State.IN_PROGRESS),
}

_FIRST = (
    State.TRIAGE,
    State.AWAITING_GUARDIAN,
    State.OPEN,
    State.ON_HOLD,
    State.REVIEW,
    State.IN_PROGRESS,
    State.AWAITING_IDENTITY,
    State.AWAITING_INFO,
    State.RESPONDED,
)


def moved(state: str, verb: str) -> State:
    """Where the verb leads from here; raises PersonNeeded, saying from where it would lead."""
    move = MOVES[verb]
    if state not in move.of:
        possible = ", ".join(sorted(move.of))
        raise PersonNeeded("wrong_state", f"`{verb}` is not possible from {state}; it is from {possible}")
    return move.to


def of_case(rights: Iterable[str]) -> State:
    """The state of a case from the states of its rights: of those not closed, the one that comes first."""
    there = set(rights) - {State.CLOSED}
    return next((state for state in _FIRST if state in there), State.CLOSED)


def diagram() -> str:
    """All moves as a Mermaid state diagram, one line for each pair of states."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for verb, move in MOVES.items():
        for state in sorted(move.of):
            if state != move.to:
                pairs.setdefault((state, move.to), []).append(verb)
    lines = [f"    {of} --> {to}: {', '.join(verbs)}" for (of, to), verbs in sorted(pairs.items())]
    begin = ["    [*] --> triage: unsure", "    [*] --> open: sure"]
    return "\n".join(["stateDiagram-v2", *begin, *lines, "    closed --> [*]"]) + "\n"

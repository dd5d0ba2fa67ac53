"""Cases, letters and events as the commands show them: names and values that scripts rely on."""

from typing import Any

from inbox_agent.cases.case import Case
from inbox_agent.cases.event import Event
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.right import Right
from inbox_agent.errors import Erased
from inbox_agent.understanding import masked


def case_view(case: Case, keyring: Keyring) -> dict[str, Any]:
    """One case in `cases --json`."""
    return {
        "ref": case.ref,
        "requester": requester(case, keyring),
        "language": case.language,
        "state": case.state,
        "outcome": case.outcome,
        "attention": case.attention,
        "trust": case.trust,
        "channel": case.channel,
        "received_at": case.received_at,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "due_at": case.due_at,
        "assigned_to": case.assigned_to,
        "rights": [_right_view(right) for right in case.rights],
    }


def requester(case: Case, keyring: Keyring) -> str | None:
    """Who asks; None when unknown or erased."""
    try:
        address: str | None = case.request(keyring)["requester"]
    except Erased:
        return None
    return address


def subject(case: Case, keyring: Keyring) -> str:
    """The subject of the mail it was opened from, card and identity numbers masked; "" when erased."""
    try:
        return masked(str(case.request(keyring)["subject"]))
    except Erased:
        return ""


def _right_view(right: Right) -> dict[str, Any]:
    return {
        "type": right.type,
        "state": right.state,
        "trust": right.trust,
        "internal_due": right.internal_due,
        "legal_due": right.legal_due,
        "outcome": right.outcome,
    }


def letter_view(letter: Letter) -> dict[str, Any]:
    """One letter in `show --json` and `letters list --json`."""
    return {
        "id": letter.id.hex,
        "kind": letter.kind,
        "language": letter.language,
        "message_id": letter.message_id,
        "state": letter.state,
        "hold_reason": letter.hold_reason,
        "refusal": letter.refusal,
        "sent_at": letter.sent_at,
    }


def event_view(event: Event, keyring: Keyring) -> dict[str, Any]:
    """One event in `show --json`."""
    return {
        "seq": event.seq,
        "at": event.at,
        "kind": event.kind,
        "by": event.by,
        "hash": event.hash,
        "previous": event.previous,
        "detail": _detail(event, keyring),
    }


def _detail(event: Event, keyring: Keyring) -> dict[str, Any] | None:
    try:
        return event.detail(keyring)
    except Erased:
        return None

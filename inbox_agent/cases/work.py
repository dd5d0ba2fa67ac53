"""What staff do for a right, one verb each: it says what it needs, leaves an event, may write a letter."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import object_session

from inbox_agent.cases import identity
from inbox_agent.cases.act import AGENT, Act
from inbox_agent.cases.challenge import Purpose, expiry
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.package import link_rows
from inbox_agent.cases.right import SECOND_PERSON, Right
from inbox_agent.cases.states import State
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType

_CLARIFYING = frozenset({"clarify_scope", "need_identifier"})
"""The questions without whose answer we cannot go on: where the law allows it, the clock stands still."""

Words = Sequence[str]
"""Free words of staff for a letter, a paragraph each, in the language of the case."""


def start(act: Act, right: Right) -> None:
    """Begin to work on it; its checklist is laid out."""
    right.move(act, "start")
    session = object_session(right)
    if session is not None:
        link_rows.settle(act, session, right.case)


def look_at(
    act: Act, right: Right, item: Item, found: Found, *, kept_for: Kept | None = None, note: str = ""
) -> None:
    """Say what came of one row.

    Raises PersonNeeded where keeping has no reason, or where data would be deleted before it may be.
    """
    if found is Found.KEPT and kept_for is None:
        raise PersonNeeded("no_reason", f"{item} is kept, but for what? One of: {', '.join(Kept)}")
    right.must_be_undecided()
    if found is Found.DONE and right.type in SECOND_PERSON:
        may_erase(act, right)
    session = object_session(right)
    if item is Item.DOWNLOAD_LINKS and session is not None:
        link_rows.must_be_settled(act, session, right.case)
    row = next((row for row in right.checklist if row.item == item), None)
    if row is None:
        raise PersonNeeded("not_begun", f"{right.case.ref}: {right.type} has no checklist yet (`start`)")
    row.found, row.kept_for, row.by, row.at = found, kept_for, act.by, act.at
    row.sealed_note = act.seal(right.case.key_id, note, "checklist_row.note", row.id) if note else None
    right.case.tell(act, "row_settled", right=right.type, item=item, found=found, kept_for=kept_for)


def may_erase(act: Act, right: Right) -> None:
    """Raises PersonNeeded unless its person confirmed, the cool-off is over and a second person agreed.

    A guardian has nothing to confirm or to cool off from; for a child only the rest is asked.
    """
    right.must_be_trusted(right.needed)
    if right.type is RequestType.DELETION:
        _must_be_confirmed(act, right)
    must_be_approved(right)
    if right.state != State.IN_PROGRESS or right.case.keeps_all or right.case.frozen:
        raise PersonNeeded("held", f"{right.case.ref}: nothing may be erased now (hold, complaint, protest)")


def _must_be_confirmed(act: Act, right: Right) -> None:
    if right.confirmed_at is None or right.erase_after is None:
        raise PersonNeeded("not_confirmed", f"{right.case.ref}: the customer has not confirmed the deletion")
    if act.at <= right.erase_after:
        day = act.law.day(right.erase_after).isoformat()
        raise PersonNeeded("cool_off", f"{right.case.ref}: the customer may change their mind until {day}")


def ask_confirmation(act: Act, right: Right) -> None:
    """Ask the customer to confirm the deletion by a code; only whose identity is known is asked."""
    right.case.must_be_reachable(act)
    if right.type is not RequestType.DELETION:
        raise PersonNeeded("no_deletion", f"{right.case.ref}: a {right.type} right has nothing to confirm")
    right.must_be_trusted(right.needed)
    facts = identity.code_facts(act, right.case, Purpose.CONFIRM, [right.type])
    right.move(act, "ask_info")
    right.case.write(act, "confirm_delete", **facts)


def confirm(act: Act, right: Right) -> None:
    """The customer confirmed: the cool-off begins, and a code of its own can stop the deletion."""
    right.must_be_trusted(right.needed)
    right.confirmed_at = act.at
    right.erase_after = expiry(act, act.terms.cooloff_days)
    right.move(act, "start")
    days = act.terms.cooloff_days + 1
    facts = identity.code_facts(act, right.case, Purpose.CANCEL, [right.type], days=days)
    until = act.law.day(right.erase_after).isoformat()
    right.case.write(act, "cooloff_started", code=facts["code"], until=until)


def ask(act: Act, right: Right, kind: str, **facts: Any) -> None:
    """Ask the customer something (clarify_scope, need_identifier, correction_details); it waits for them."""
    right.case.must_be_reachable(act)
    right.move(act, "ask_info", pauses=kind in _CLARIFYING)
    right.asked_at = act.at
    right.case.write(act, kind, due=act.law.day(right.legal_due).isoformat(), **facts)


def ask_guardian(act: Act, right: Right) -> None:
    """Tell the adult how to show that they are the child's parent or guardian.

    Raises PersonNeeded for any other right than a child's.
    """
    right.case.must_be_reachable(act)
    if right.type is not RequestType.CHILD_DATA:
        raise PersonNeeded("no_child", f"{right.case.ref}: a {right.type} right has no guardian")
    facts = identity.ask(act, right.case, [right], "ask_guardian")
    due = act.law.day(right.legal_due).isoformat()
    right.case.write(act, "guardian_steps", due=due, **{k: v for k, v in facts.items() if k != "lapses"})


def extend(act: Act, right: Right, words: Words) -> None:
    """More time, once, before the legal date, with a reason that the letter gives.

    Raises PersonNeeded where the law knows no extension, or too late.
    """
    right.case.must_be_reachable(act)
    right.must_be_undecided()
    right.reckon(act.law, act.at)
    clock = act.law.clock(right.type)
    if clock.extension is None:
        raise PersonNeeded("no_extension", f"{act.law.name} knows no extension for {right.type}")
    if right.extended_at is not None:
        raise PersonNeeded("extended_before", f"{right.case.ref}: {right.type} was extended once; no more")
    if act.at > right.legal_due:
        raise PersonNeeded("too_late", f"{right.case.ref}: the date has passed; it cannot be extended now")
    due = act.law.day(right.legal_due).isoformat()
    right.extended_at = act.at
    right.reckon(act.law)
    new_due = act.law.day(right.legal_due).isoformat()
    right.case.tell(act, "extended", right=right.type, due=due, new_due=new_due, words=list(words))
    right.case.write(act, "extension", due=due, new_due=new_due, words=list(words))


def submit(act: Act, right: Right) -> None:
    """Ask a second person to agree, or wait a day: whoever decides alone must sleep over it."""
    right.must_be_trusted(right.needed)
    right.submitted_by, right.submitted_at, right.submitted_known = act.by, act.at, act.is_known_person
    right.move(act, "submit", by=act.by)


def approve(act: Act, right: Right) -> None:
    """A second person agrees, or for a deletion whoever asked, after a day; for a child always another.

    At once only where both have signed in, and the second was not let in by the first a moment ago.
    Raises PersonNeeded for one who may not agree yet, or not at all.
    """
    if right.submitted_at is None:
        raise PersonNeeded("not_submitted", f"{right.case.ref}: nobody asked for a second person")
    first = right.submitted_by or ""
    if right.type is RequestType.CHILD_DATA and act.by in {first, AGENT}:
        raise PersonNeeded("second_person", f"{right.case.ref}: about a child a second person must agree")
    must_be_second(act, first, right.submitted_at, right.case.ref, known=right.submitted_known)
    right.approved_by = act.by
    right.move(act, "approve", by=act.by)


def must_be_second(act: Act, first: str, since: datetime, ref: str, *, known: bool) -> None:
    """Raises PersonNeeded for one who may not agree yet to what `first`, signed in or not, asked for then."""
    free = since + timedelta(hours=act.terms.second_person_hours)
    both_known = act.is_known_person and known and act.let_in_by != first
    if act.at < free and not (act.by not in {first, AGENT} and both_known):
        raise PersonNeeded(
            "second_person", f"{ref}: another person must agree, or it waits until {free:%Y-%m-%d %H:%M} UTC"
        )


def hold(act: Act, right: Right, why: str) -> None:
    """Work stops until a person goes on; the clock does not."""
    right.move(act, "hold", why=why)


def resume(act: Act, right: Right) -> None:
    """A person looked at what held it up, and it goes on."""
    right.reason = None
    right.move(act, "resume")


def must_be_approved(right: Right) -> None:
    if right.approved_by is None:
        raise PersonNeeded(
            "second_person", f"{right.case.ref}: a second person has not agreed yet (`submit`)"
        )

"""Cases put together and taken apart, and the other people on them.

Never into, or out of, a case whose person has not shown that the address is theirs: otherwise a stranger
could have somebody's request closed as a duplicate of his own.
"""

import uuid
from collections.abc import Sequence
from enum import StrEnum

from inbox_agent.cases import opening, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case, Request
from inbox_agent.cases.states import Outcome, State
from inbox_agent.cases.tables import InboundEmail, Party
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType


class Role(StrEnum):
    """What somebody else is to a case."""

    AGENT = "agent"
    GUARDIAN = "guardian"
    CUSTOMER = "customer"


def merge(act: Act, gone: Case, into: Case, mails: Sequence[InboundEmail]) -> None:
    """One person, two cases: the rights and mails of the first go on in the second.

    Raises PersonNeeded unless both are open, of one address, and every right of both has shown T1.
    """
    for case in (gone, into):
        if case.state in {State.CLOSED, State.TRIAGE}:
            raise PersonNeeded("wrong_state", f"{case.ref} is {case.state}: only open cases are merged")
        if any(not right.is_trusted("T1") for right in case.rights if not right.is_decided):
            raise PersonNeeded("not_verified", f"{case.ref} is not verified: link the two instead (`link`)")
    if gone.id == into.id or gone.requester_hash is None or gone.requester_hash != into.requester_hash:
        raise PersonNeeded("not_the_same", f"{gone.ref} and {into.ref} are not two cases of one address")
    for right in gone.rights:
        if not right.is_decided:
            kept = into.add_right(act, right.type, right.received_at)
            kept.received_at = min(kept.received_at, right.received_at)
            kept.reckon(act.law)
            if kept.state == State.OPEN:
                kept.raise_trust(act, right.trust, "merged")
                work.start(act, kept)
            right.end(act, Outcome.MERGED)
    for mail in mails:
        mail.case_id = into.id
    gone.tell(act, "merged_into", other=into.ref)
    into.tell(act, "merged_from", other=gone.ref)
    into.link(act, gone.id, "merged")


def split(act: Act, case: Case, types: Sequence[RequestType]) -> Case:
    """Some rights of a case go on in a case of their own, with the same person, clocks and trust.

    Raises PersonNeeded when nothing or everything would go.
    """
    going = [right for right in case.rights if right.type in types and not right.is_decided]
    staying = [right for right in case.rights if right not in going and right.is_open]
    if not going or not staying:
        raise PersonNeeded("nothing_to_split", f"{case.ref}: name some of its open rights, not all")
    asked = case.request(act.keyring)
    request = Request(
        requester=asked["requester"],
        language=case.language,
        types=(),
        received_at=case.received_at,
        subject=asked["subject"],
        channel=case.channel,
        message_id=asked["message_id"],
        references=tuple(asked["references"]),
        automatic=asked["automatic"],
    )
    new = Case.begin(act, request, state="open")
    for right in going:
        twin = new.add_right(act, right.type, right.received_at)
        if right.is_trusted("T1"):
            twin.raise_trust(act, right.trust, "split")
            work.start(act, twin)
        right.end(act, Outcome.TRANSFERRED)
    case.tell(act, "split_off", other=new.ref, rights=[right.type for right in going])
    new.link(act, case.id, "split")
    facts = opening.set_going(act, new, asked["requester"])
    if "code" in facts:
        new.write(act, "verify_code", **facts)
    return new


def add_party(act: Act, case: Case, role: Role, who: str) -> None:
    """Somebody acts for the person of the case, or is concerned: see Role."""
    party_id: uuid.UUID = act.new_id()
    act.rows.append(
        Party(
            id=party_id,
            case_id=case.id,
            role=role,
            sealed_who=act.seal(case.key_id, who, "party.who", party_id),
            added_by=act.by,
            added_at=act.at,
        )
    )
    case.tell(act, "party_added", role=role)

"""Cases put together and taken apart, mail put on them by a person, and the other people on them.

Cases are never merged or split before their person has shown that the address is theirs: otherwise a stranger
could have somebody's request closed as a duplicate of his own. Mail that a person files proves nothing.
"""

import uuid
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.orm import object_session

from inbox_agent.cases import identity, triage
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.moving import move
from inbox_agent.cases.request import Request
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State
from inbox_agent.cases.tables import InboundEmail, Party
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.understanding import RequestType


class Role(StrEnum):
    """What somebody else is to a case."""

    AGENT = "agent"
    GUARDIAN = "guardian"
    CUSTOMER = "customer"


def merge(act: Act, gone: Case, into: Case, mails: Sequence[InboundEmail]) -> None:
    """One person, two cases: the rights and mails of the first go on in the second, and so do its answers.

    Raises PersonNeeded unless both are open, of one address, and every right of both has shown T1.
    """
    for case in (gone, into):
        _must_be_movable(case)
        if any(not right.is_trusted("T1") for right in case.rights if not right.is_decided):
            raise PersonNeeded("not_verified", f"{case.ref} is not verified: link the two instead (`link`)")
    _must_be_two_of_one_address(gone, into)
    known = {right.type: right for right in into.rights}
    for right in [right for right in gone.rights if not right.is_decided]:
        if right.type in known:
            _take_the_earlier_clock(act, known[right.type], right)
            right.end(act, Outcome.MERGED)
        else:
            move(act, right, into)
    for mail in mails:
        mail.case_id = into.id
    into.restricted, into.keeps_all = into.restricted or gone.restricted, into.keeps_all or gone.keeps_all
    into.call_for(gone.attention)
    _goes_on_in(act, gone, into)
    gone.follow(act)
    gone.outcome = Outcome.MERGED
    into.follow(act)


def file(act: Act, case: Case, mails: Sequence[InboundEmail]) -> None:
    """Mail of which a person says that it belongs to this case; somebody must read it there.

    Raises PersonNeeded for a case that goes on in another one, or that has forgotten its person.
    """
    _must_take_mail(act, case)
    for mail in mails:
        mail.state, mail.reason = "filed", None
        case.file(act, mail, "mail_filed")
    case.call_for("reply_waiting")


def file_on(
    act: Act,
    case: Case,
    known: Case,
    mails: Sequence[InboundEmail],
    example: dict[str, str] | None = None,
) -> None:
    """A person says that an unsure mail belongs to a known case of its address: it goes on there.

    It adds nothing to what is asked for there, and no letter goes. That is kept as a correction of the
    reading, perhaps with the `example` (see `triage.correct`). Raises like `must_go_onto`, before anything
    is done.
    """
    must_go_onto(act, case, known)
    asked = {right.type for right in known.rights if right.is_open}
    triage.correct(act, case, [right.type for right in case.rights if right.type in asked], example)
    file(act, known, mails)
    known.call_for(None if case.attention == "unsure" else case.attention)
    case.attention = None
    _goes_on_in(act, case, known)
    for right in case.rights:
        right.end(act, Outcome.MERGED)


def must_go_onto(act: Act, case: Case, known: Case) -> None:
    """Raises PersonNeeded like `file`, for a case of another address, and for one that is not in triage."""
    case.must_be_in_triage()
    _must_be_two_of_one_address(case, known)
    _must_take_mail(act, known)


def split(act: Act, case: Case, types: Sequence[RequestType]) -> Case:
    """Some rights of a case go on in a case of their own, as they stand.

    Raises PersonNeeded when nothing or everything would go.
    """
    _must_be_movable(case)
    going = [right for right in case.rights if right.type in types and not right.is_decided]
    staying = [right for right in case.rights if right not in going and right.is_open]
    if not going or not staying:
        raise PersonNeeded("nothing_to_split", f"{case.ref}: name some of its open rights, not all")
    new = Case.begin(act, _request_of(act, case), state="open")
    session = object_session(case)
    assert session is not None, "a case is split where it is kept"
    act.keyring.save()
    session.add(new)
    session.flush()
    new.restricted, new.keeps_all, new.letter_language = case.restricted, case.keeps_all, case.letter_language
    for right in going:
        move(act, right, new)
    case.tell(act, "split_off", other=new.ref, rights=[right.type for right in going])
    new.tell(act, "split_from", other=case.ref, rights=[right.type for right in going])
    new.link(act, case.id, "split")
    if asked := [right for right in going if right.state == State.AWAITING_IDENTITY]:
        new.write(act, "verify_code", **identity.ask(act, new, asked))
    case.follow(act)
    new.follow(act)
    return new


def _must_be_movable(case: Case) -> None:
    if case.frozen or case.state in {State.CLOSED, State.TRIAGE}:
        raise PersonNeeded("wrong_state", f"{case.ref} is {'frozen' if case.frozen else case.state}")


def _must_be_two_of_one_address(one: Case, other: Case) -> None:
    if one.id == other.id or one.requester_hash is None or one.requester_hash != other.requester_hash:
        raise PersonNeeded("not_the_same", f"{one.ref} and {other.ref} are not two cases of one address")


def _must_take_mail(act: Act, case: Case) -> None:
    if case.merged_into is not None:
        raise PersonNeeded("merged_away", f"{case.ref} goes on in another case")
    try:
        case.request(act.keyring)
    except Erased:
        raise PersonNeeded("forgotten", f"{case.ref} has forgotten its person") from None


def _goes_on_in(act: Act, gone: Case, into: Case) -> None:
    """Answers to the first are answers to the second from now on."""
    gone.merged_into = into.id
    gone.tell(act, "merged_into", other=into.ref)
    into.tell(act, "merged_from", other=gone.ref)
    into.link(act, gone.id, "merged")


def _take_the_earlier_clock(act: Act, kept: Right, other: Right) -> None:
    kept.received_at = min(kept.received_at, other.received_at)
    kept.reckon(act.law)


def _request_of(act: Act, case: Case) -> Request:
    asked = case.request(act.keyring)
    return Request(
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

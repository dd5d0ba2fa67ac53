"""The outbox: ready → sending (committed) → SMTP → sent (committed).

Sending is at least once, recognisably: a letter's Message-ID never changes, and one that was on its way when
its sender died is sent again under the same id, or held for a person where the setting says so.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer, selectinload

from inbox_agent.cases import threads
from inbox_agent.cases.act import Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.errors import Erased, InboxAgentError, TryAgainLater
from inbox_agent.letters.relay import Refused

log = structlog.get_logger()

AT_ONCE = 10


class Carrier(Protocol):
    """Takes a finished mail to its recipient; raises Refused or TryAgainLater. See `letters.Relay`."""

    def send(self, sender: str, recipient: str, raw: bytes) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter on its way: what the carrier needs, and nothing of the database."""

    letter_id: uuid.UUID
    sender: str
    to: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of one letter: sent, refused by the relay, or `later` because of what, tried or not."""

    letter_id: uuid.UUID
    refused: Refused | None = None
    later: str | None = None
    tried: bool = True


def send_some(record: Record, carrier: Carrier, *, owner: str, now: datetime) -> int:
    """Send up to ten letters that are due; returns how many were taken up.

    Raises TryAgainLater when the relay is out of reach; the letters wait and nothing is lost.
    """
    with record.writing() as session:
        parcels = _take_up(session, record, owner, now)
    carried = _carry_all(carrier, parcels)
    with record.writing() as session:
        _note(session, record.act(now), carried)
    if broken := next((one.later for one in carried if one.later), None):
        raise TryAgainLater(broken)
    return len(carried)


def recover(record: Record, dead: list[str], now: datetime) -> None:
    """Letters that a dead worker was sending go again, under the same id, or wait for a person."""
    with record.writing() as session:
        act = record.act(now)
        stranded = select(Letter).where(Letter.state == "sending", Letter.owner.in_(dead))
        for letter in session.scalars(stranded):
            if record.settings.in_flight == "hold":
                letter.hold(act, session.get_one(Case, letter.case_id), "in_flight")
            elif (case := session.get_one(Case, letter.case_id)).frozen:
                letter.hold(act, case, "frozen")
            else:
                letter.state, letter.owner = "ready", None
        write(session, act.rows)


def owners(session: Session) -> list[str]:
    """The workers that have letters in hand."""
    found = select(Letter.owner).where(Letter.state == "sending").distinct()
    return [owner for owner in session.scalars(found) if owner is not None]


def _take_up(session: Session, record: Record, owner: str, now: datetime) -> list[Parcel]:
    if record.settings.sending == "off":
        return []
    due = (
        select(Letter)
        .where(Letter.state == "ready", Letter.next_try_at <= now)
        .order_by(Letter.next_try_at, Letter.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    # In hand when the database failed us: nobody knows whether it was sent, so it goes again.
    left_over = update(Letter).where(Letter.state == "sending", Letter.owner == owner)
    session.execute(left_over.values(state="ready", owner=None))
    letters = session.scalars(due).all()
    for letter in letters:
        letter.take_up(owner)
    return [parcel for letter in letters if (parcel := _parcel(letter, record)) is not None]


def _parcel(letter: Letter, record: Record) -> Parcel | None:
    try:
        to, content = letter.to(record.keyring), letter.content(record.keyring)
        return Parcel(letter.id, _envelope_sender(letter, record), to, content)
    except Erased:
        letter.state, letter.owner, letter.hold_reason = "held", None, "erased"
        return None


def _envelope_sender(letter: Letter, record: Record) -> str:
    """Where a bounce goes: with plus-addresses to one that names the case, so that it is surely linked."""
    address = record.settings.address
    if not record.settings.plus_addresses:
        return address
    return threads.plus_address(address, threads.token_in(letter.message_id))


def _carry_all(carrier: Carrier, parcels: list[Parcel]) -> list[Carried]:
    carried: list[Carried] = []
    for parcel in parcels:
        if carried and carried[-1].later:  # the relay is away: the rest waits its turn, untried
            carried.append(Carried(parcel.letter_id, later=carried[-1].later, tried=False))
        else:
            carried.append(_carry(carrier, parcel))
    return carried


def _carry(carrier: Carrier, parcel: Parcel) -> Carried:
    try:
        carrier.send(parcel.sender, parcel.to, parcel.content)
    except Refused as refused:
        return Carried(parcel.letter_id, refused=refused)
    except InboxAgentError as error:  # out of reach, or a setting that must be mended: either way later
        return Carried(parcel.letter_id, later=str(error))
    return Carried(parcel.letter_id)


def _note(session: Session, act: Act, carried: list[Carried]) -> None:
    """The cases' rows are locked first: a person may act on one of them at this very moment."""
    ids = [one.letter_id for one in carried]
    found = select(Letter).where(Letter.id.in_(ids)).options(defer(Letter.sealed_content))
    letters = {letter.id: letter for letter in session.scalars(found)}
    cases = select(Case).where(Case.id.in_([letter.case_id for letter in letters.values()]))
    cases = cases.options(selectinload(Case.rights), selectinload(Case.challenges))
    by_id = {case.id: case for case in session.scalars(cases.order_by(Case.id).with_for_update())}
    for one in carried:
        letter = letters[one.letter_id]
        _note_one(act, letter, by_id[letter.case_id], one)
    write(session, act.rows)


def _note_one(act: Act, letter: Letter, case: Case, carried: Carried) -> None:
    refused = carried.refused
    if case.frozen and (carried.later is not None or not carried.tried):
        letter.hold(act, case, "frozen")  # somebody protested while it was on its way
    elif not carried.tried:
        letter.put_back()
    elif carried.later is not None:
        letter.try_later(act, "out_of_reach")
    elif refused is None:
        letter.mark_sent(act, case)
        log.info("letter_sent", letter=str(letter.id), case=case.ref, kind=letter.kind)
    elif refused.permanent or letter.is_past_hope(act.at):
        letter.refuse(act, case, refused.code)
        log.warning("letter_refused", letter=str(letter.id), case=case.ref, code=refused.code)
    else:
        letter.try_later(act, refused.code)

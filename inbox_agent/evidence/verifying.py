"""Whether the record is what it was: every history by itself, and all of them against the signed heads."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from inbox_agent.cases.case import Case
from inbox_agent.cases.event import Event, broken_at
from inbox_agent.cases.record import Record
from inbox_agent.evidence import heads
from inbox_agent.evidence.heads import Heads

_AT_ONCE = 200


class Kind(StrEnum):
    """What is wrong."""

    CHANGED = "changed"
    SHORTENED = "shortened"
    MISSING = "missing"
    REWRITTEN = "rewritten"
    HEADS = "heads"
    OLD_HEADS = "old_heads"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: of the case `ref` from event `at` on, or line `at` of the heads."""

    kind: Kind
    at: int
    ref: str = ""

    def __str__(self) -> str:
        """One line for a person."""
        return _TOLD[self.kind].format(ref=self.ref, at=self.at)


_TOLD = {
    Kind.CHANGED: "{ref}: event {at} was changed, moved or dropped",
    Kind.SHORTENED: "{ref}: its history ends before event {at}, which the signed heads have",
    Kind.MISSING: "{ref}: the case is gone, though the signed heads have {at} events of it",
    Kind.REWRITTEN: "{ref}: event {at} is another than the signed heads have",
    Kind.HEADS: "heads.log: line {at} was changed, or one before it was dropped",
    Kind.OLD_HEADS: "heads.log: ends at line {at}, before the head that was asked for",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and what does not hold."""

    cases: int
    heads: Heads
    faults: Sequence[Fault]


def verify(record: Record, *, latest: str = "") -> Verdict:
    """Every event of every case, and every signed head; `latest` is a head that must be among them."""
    told = heads.known(record)
    faults = [Fault(Kind.HEADS, line) for line in told.broken]
    if latest and latest != told.head and not _is_among(record, latest):
        faults.append(Fault(Kind.OLD_HEADS, told.lines))
    cases, missing = 0, dict(told.tails)
    with record.reading() as session:
        for case, events in histories(session):
            cases += 1
            faults += _faults(case, events, missing.pop(case.ref, None))
    for ref in heads.retired_of(record, missing):
        del missing[ref]
    faults += [Fault(Kind.MISSING, count, ref) for ref, (count, _) in sorted(missing.items())]
    return Verdict(cases, told, faults)


def _faults(case: Case, events: Sequence[Event], signed: tuple[int, str] | None) -> Iterator[Fault]:
    if (at := broken_at(events, case.event_hash)) is not None:
        yield Fault(Kind.CHANGED, at, case.ref)
    elif case.event_count != len(events):
        yield Fault(Kind.CHANGED, min(case.event_count, len(events)) + 1, case.ref)
    if signed is None:
        return
    count, digest = signed
    if len(events) < count:
        yield Fault(Kind.SHORTENED, len(events) + 1, case.ref)
    elif count and events[count - 1].hash.hex() != digest:
        yield Fault(Kind.REWRITTEN, count, case.ref)


def histories(session: Session, after: uuid.UUID | None = None) -> Iterator[tuple[Case, Sequence[Event]]]:
    """Each case beyond `after`, in the order of ids, with its events; some hundred in memory at a time."""
    columns = load_only(Case.id, Case.ref, Case.event_count, Case.event_hash)
    while True:
        wanted = select(Case).options(columns).order_by(Case.id).limit(_AT_ONCE)
        cases = session.scalars(wanted.where(Case.id > after) if after else wanted).all()
        if not cases:
            return
        after = cases[-1].id
        events: dict[uuid.UUID, list[Event]] = {case.id: [] for case in cases}
        for event in session.scalars(select(Event).where(Event.case_id.in_(events)).order_by(Event.seq)):
            events[event.case_id].append(event)
        yield from ((case, events[case.id]) for case in cases)
        session.expunge_all()


def _is_among(record: Record, latest: str) -> bool:
    return any(f'"head":"{latest}"' in line for line in heads.lines_of(heads.file_of(record)))

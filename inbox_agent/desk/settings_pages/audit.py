"""Whether any history was changed after the fact: every chain of events, a few seconds at a time."""

import time
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases.case import Case
from inbox_agent.cases.event import broken_at
from inbox_agent.desk.paths import whole
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit
from inbox_agent.evidence.verifying import histories
from inbox_agent.rendering import LeftToRight

AT_ONCE = 1000
SECONDS = 4.0
_MOST_BROKEN = 200


@dataclass(frozen=True, slots=True)
class Broken:
    """A case whose history does not hold, from this event on."""

    ref: str
    at: int

    @property
    def shown(self) -> LeftToRight:
        return LeftToRight(self.ref)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: how many cases were looked at, the last of them (`is_last`: of all), broken ones."""

    cases: int
    last: uuid.UUID | None
    broken: list[Broken]
    is_last: bool


def show(visit: Visit) -> Response:
    return menu.page(visit, "audit", total=_total(visit), checked=0, seconds=None, after="", broken=[])


def verify(visit: Visit) -> Response:
    """As many cases as can be done in a few seconds; what was found before comes along in the form."""
    began = time.monotonic()
    with visit.record.reading() as session:
        found = verified_for(session, _id(visit.given("after")), SECONDS)
    checked = found.cases + whole(visit.given("checked"), 0)
    return menu.page(
        visit,
        "audit",
        total=_total(visit),
        checked=checked,
        seconds=visit.words.number(round(time.monotonic() - began, 1)),
        after="" if found.is_last else str(found.last),
        broken=[*_before(visit), *found.broken][:_MOST_BROKEN],
    )


def verified_for(session: Session, after: uuid.UUID | None, seconds: float) -> Verified:
    """Verify a thousand cases, and a thousand more as long as there is time left."""
    until, cases, last, broken = time.monotonic() + seconds, 0, after, list[Broken]()
    for case, events in histories(session, after):
        if cases and cases % AT_ONCE == 0 and time.monotonic() > until:
            return Verified(cases, last, broken, is_last=False)
        cases, last = cases + 1, case.id
        if (at := broken_at(events, case.event_hash)) is not None:
            broken.append(Broken(case.ref, at))
    return Verified(cases, last, broken, is_last=True)


def _total(visit: Visit) -> int:
    with visit.record.reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def _before(visit: Visit) -> list[Broken]:
    pairs = (text[:40].partition(" ") for text in visit.chosen("broken"))
    return [Broken(ref, whole(at, 0)) for ref, _, at in pairs if at.isdecimal()]


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

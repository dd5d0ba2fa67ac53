"""What somebody has typed and not sent: kept for them alone, and only they can drop it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inbox_agent.cases import notes
from inbox_agent.cases.case import Case
from inbox_agent.desk.visit import Visit

ANSWER = "answer"
"""The place of a draft that is no letter yet; else it is the letter's id."""

_FIELDS = ("subject", "text-en", "text-ar", "answers", "shown")
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as a form shows it: what stands in its fields, and when that was saved."""

    fields: Mapping[str, str]
    version: int
    at: datetime
    time: str


def typed(visit: Visit) -> dict[str, str]:
    """What the form that was sent holds, all of it: nothing that was typed is cut."""
    return {name: visit.given(name, _MOST) for name in _FIELDS if name in visit.form}


def kept(visit: Visit, session: Session, case: Case, place: str) -> Kept | None:
    """This person's draft; raises Erased."""
    draft = notes.draft_of(session, case, visit.me, place)
    if draft is None:
        return None
    fields = draft.text(visit.record.keyring)
    return Kept(fields, draft.version, draft.saved_at, time_of(visit, draft.saved_at))


def time_of(visit: Visit, moment: datetime) -> str:
    """Hour and minute, as the reader writes digits."""
    return visit.words.number(f"{moment.astimezone(visit.words.zone):%H:%M}")

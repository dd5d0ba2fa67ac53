"""What staff write beside a case: notes, drafts of letters, and who has it open just now."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.case import Case
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.staff import Staff
from inbox_agent.cases.tables import Table
from inbox_agent.errors import PersonNeeded

PRESENT_FOR = timedelta(seconds=50)
"""A browser says every 20 seconds that it is still there; two may get lost."""


class Note(Table):
    """A note for colleagues; no customer sees it."""

    __tablename__ = "notes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime]
    sealed_text: Mapped[bytes]

    def text(self, keyring: Keyring) -> str:
        """Raises Erased."""
        text: str = opened(keyring, self.sealed_text, "note.text", self.id)
        return text


class Draft(Table):
    """What a person has typed and not sent: only they can remove it.

    `place` is what it is for: `answer`, or the id of a letter. `version` grows with each saving.
    """

    __tablename__ = "drafts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    place: Mapped[str]
    version: Mapped[int]
    saved_at: Mapped[datetime]
    sealed_text: Mapped[bytes]

    def text(self, keyring: Keyring) -> dict[str, str]:
        """What was typed, by field; raises Erased."""
        text: dict[str, str] = opened(keyring, self.sealed_text, "draft.text", self.id)
        return text


class Presence(Table):
    """A person has a case open, reading or writing."""

    __tablename__ = "presences"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    doing: Mapped[str]
    since: Mapped[datetime]
    at: Mapped[datetime]


def note(act: Act, case: Case, text: str) -> None:
    note_id = act.new_id()
    sealed = act.seal(case.key_id, text, "note.text", note_id)
    act.rows.append(Note(id=note_id, case_id=case.id, by=act.by, at=act.at, sealed_text=sealed))
    case.tell(act, "note_written")


def notes_of(session: Session, case: Case) -> Sequence[Note]:
    return session.scalars(select(Note).where(Note.case_id == case.id).order_by(Note.at, Note.id)).all()


def draft_of(session: Session, case: Case, staff: Staff, place: str) -> Draft | None:
    mine = Draft.case_id == case.id, Draft.staff_id == staff.id, Draft.place == place
    return session.scalar(select(Draft).where(*mine))


def keep_draft(
    session: Session, act: Act, case: Case, staff: Staff, place: str, *, text: dict[str, str], version: int
) -> Draft:
    """Save what they typed over the version they had.

    Raises PersonNeeded where another window of theirs saved meanwhile: both texts must then be shown.
    """
    found = draft_of(session, case, staff, place)
    if found is not None and found.version != version:
        raise PersonNeeded("draft_changed", "another window saved this draft meanwhile")
    draft = found or Draft(id=act.new_id(), case_id=case.id, staff_id=staff.id, place=place, version=0)
    draft.sealed_text = act.seal(case.key_id, text, "draft.text", draft.id)
    draft.version, draft.saved_at = draft.version + 1, act.at
    session.add(draft)
    return draft


def drop_draft(session: Session, case: Case, staff: Staff, place: str) -> None:
    found = draft_of(session, case, staff, place)
    if found is not None:
        session.delete(found)


def is_here(session: Session, case: Case, staff: Staff, doing: str, now: datetime) -> None:
    """Their browser says that they still have the case open."""
    found = session.get(Presence, (case.id, staff.id))
    if found is None:
        found = Presence(case_id=case.id, staff_id=staff.id, doing=doing, since=now, at=now)
        session.add(found)
    if found.doing != doing or now - found.at > PRESENT_FOR:
        found.since = now
    found.doing, found.at = doing, now


def others_here(session: Session, case: Case, staff: Staff, now: datetime) -> list[tuple[Staff, Presence]]:
    """Who else has it open."""
    found = select(Staff, Presence).join(Presence, Presence.staff_id == Staff.id)
    here = Presence.case_id == case.id, Presence.at > now - PRESENT_FOR, Staff.id != staff.id
    return [(person, presence) for person, presence in session.execute(found.where(*here))]

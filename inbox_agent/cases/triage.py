"""What a person decides of an unsure mail; for half a minute it can be undone.

Every decision is kept as a correction of the reading: which types it had, which are right. Where the setting
allows, the mail's masked text is kept with it, sealed, as an example to learn from.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.case import Case
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import Table
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.understanding import RequestType

UNDO_FOR = timedelta(seconds=30)
"""How long what a person decides can be taken back."""


_OUTER, _INNER = "correction.sealed_example", "correction.example"


class PendingDecision(Table):
    """What somebody decided of a triage case, due in a moment.

    It belongs to the case `known_id`; else it becomes one with these types; with neither it is no request.
    """

    __tablename__ = "pending_decisions"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    types: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    due: Mapped[datetime] = mapped_column(index=True)
    known_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"))

    @property
    def wanted(self) -> list[RequestType]:
        return _types(self.types)


class Correction(Table):
    """How a person judged a reading: the types it had, those that are right, perhaps the masked mail."""

    __tablename__ = "corrections"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    read: Mapped[str]
    right: Mapped[str]
    language: Mapped[str]
    key_id: Mapped[uuid.UUID | None]
    sealed_example: Mapped[bytes | None]

    @property
    def was_right(self) -> bool:
        return set(_types(self.read)) == set(_types(self.right))

    @property
    def types(self) -> list[RequestType]:
        """The right ones."""
        return _types(self.right)

    def example(self, keyring: Keyring) -> dict[str, str] | None:
        """Subject and text, masked; None where no text was kept; raises Erased."""
        if self.sealed_example is None:
            return None
        inner = keyring.open(self.sealed_example, _OUTER, self.id)
        example: dict[str, str] = opened(keyring, inner, _INNER, self.id)
        return example


def decide_soon(
    session: Session, act: Act, case: Case, types: Iterable[RequestType] = (), known: Case | None = None
) -> None:
    """Note what a person decided; the agent carries it out once it can no longer be undone.

    Whoever names a `known` case has seen that it can go there. Raises PersonNeeded where somebody decided
    before, or the case is in triage no more.
    """
    must_be_undecided(session, case)
    decision = PendingDecision(
        case_id=case.id,
        types=",".join(dict.fromkeys(types)),
        by=act.by,
        at=act.at,
        due=act.at + UNDO_FOR,
        known_id=known.id if known else None,
    )
    session.add(decision)


def must_be_undecided(session: Session, case: Case) -> None:
    """So that a double click, or two people at once, never decide twice."""
    case.must_be_in_triage()
    if session.get(PendingDecision, case.id) is not None:
        raise PersonNeeded("decided_before", f"{case.ref} has been decided")


def undo(session: Session, case: Case, now: datetime) -> bool:
    """Take a decision back; says whether there was still one to take back, and time to do so."""
    found = session.get(PendingDecision, case.id, with_for_update=True)
    if found is None or found.due <= now:
        return False
    session.delete(found)
    return True


def due_decisions(session: Session, now: datetime) -> Sequence[PendingDecision]:
    found = select(PendingDecision).where(PendingDecision.due <= now).order_by(PendingDecision.due).limit(50)
    return session.scalars(found.with_for_update(skip_locked=True)).all()


def correct(
    act: Act,
    case: Case,
    types: Sequence[RequestType],
    example: dict[str, str] | None,
    *,
    dismissed: bool = False,
) -> None:
    """Keep how the reading was judged, perhaps with the `example`.

    That is sealed under its case's key and, around it, one of its own: it goes with its case, and without it
    where examples are no longer kept. A case that is `dismissed` loses its key in this very moment.
    """
    row_id, own = act.new_id(), act.keyring.new_key(act.at) if example else None
    act.rows.append(
        Correction(
            id=row_id,
            case_id=case.id,
            at=act.at,
            by=act.by,
            read=",".join(right.type for right in case.rights if right.is_open),
            right=",".join(types),
            language=case.language,
            key_id=own,
            sealed_example=own and _sealed(act, example, (own if dismissed else case.key_id, own), row_id),
        )
    )


def _sealed(act: Act, example: object, keys: tuple[uuid.UUID, uuid.UUID], row: uuid.UUID) -> bytes:
    """Under the first key, and all of that under the second."""
    return act.keyring.seal(keys[1], act.seal(keys[0], example, _INNER, row), _OUTER, row)


def corrections(session: Session, since: datetime) -> list[tuple[datetime, bool]]:
    """When a person judged a reading, and whether it had been right."""
    found = select(Correction).where(Correction.at >= since).order_by(Correction.at)
    return [(one.at, one.was_right) for one in session.scalars(found)]


def examples(session: Session, keyring: Keyring) -> Iterator[tuple[Correction, dict[str, str]]]:
    """The masked texts of mails that staff judged, where they were kept and are not erased, in order."""
    kept = select(Correction).where(Correction.sealed_example.is_not(None)).order_by(Correction.at)
    for one in session.scalars(kept):
        with suppress(Erased):
            if example := one.example(keyring):
                yield one, example


def forget_examples(session: Session) -> list[uuid.UUID]:
    """Keep of every correction only how the reading was judged; the keys returned must die."""
    kept = select(Correction).where(Correction.key_id.is_not(None)).with_for_update()
    keys = []
    for one in session.scalars(kept):
        keys += [one.key_id] if one.key_id else []
        one.key_id = one.sealed_example = None
    return keys


def _types(written: str) -> list[RequestType]:
    return [RequestType(name) for name in written.split(",") if name]

"""What the company's own systems hold of a person, and what of it was erased: counts, and whose accounts.

The accounts stand sealed under the case's key; the rows themselves are never kept here.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.right import Right
from inbox_agent.cases.tables import Table


class ErasureState(StrEnum):
    """Where the deletion in one system stands.

    `shown`: a dry run was looked at. `begun`: the system was asked, and what came of it is not noted yet.
    `failed` can be tried again as it is; `refused` needs a new dry run, or other statements. `erased`: done.
    """

    SHOWN = "shown"
    BEGUN = "begun"
    FAILED = "failed"
    REFUSED = "refused"
    ERASED = "erased"


class ChosenAccounts(Table):
    """Whose data a right is about: the accounts that a person chose, with their reason, sealed.

    `times_begun` is the right's at that time: asked for anew, it must be chosen anew. `after_approval` says
    that the second person had agreed before and cannot have seen which accounts these are.
    """

    __tablename__ = "chosen_accounts"

    right_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rights.id"), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    sealed_accounts: Mapped[bytes]
    by: Mapped[str]
    at: Mapped[datetime]
    times_begun: Mapped[int]
    after_approval: Mapped[bool]

    def accounts(self, keyring: Keyring) -> list[dict[str, Any]]:
        """As the company's directory told them; raises Erased."""
        told: list[dict[str, Any]] = opened(
            keyring, self.sealed_accounts, "chosen_accounts.accounts", self.right_id
        )
        return told


class Holding(Table):
    """What one system said when it was last asked: how many rows, or the kind of fault.

    `unmasked` are the columns whose mask a person raised, with a comma between.
    """

    __tablename__ = "holdings"
    __table_args__ = (UniqueConstraint("right_id", "system"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    right_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rights.id"))
    system: Mapped[str]
    item: Mapped[str]
    rows: Mapped[int | None]
    fault: Mapped[str | None]
    stale: Mapped[bool]
    unmasked: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class SystemErasure(Table):
    """The deletion in one system: what the dry run showed, and what went and stayed in the end.

    `goes`, `stays` and `went` are counts in the order of the configured steps; `settings_mark` is a hash of
    those. `begun_at` is written before the system is asked to erase anything. `at_least` says that more may
    have gone: once it was begun, and nobody saw what came of it.
    """

    __tablename__ = "system_erasures"
    __table_args__ = (UniqueConstraint("right_id", "system"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    right_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rights.id"))
    system: Mapped[str]
    item: Mapped[str]
    state: Mapped[str]
    settings_mark: Mapped[str]
    goes: Mapped[str]
    stays: Mapped[str]
    went: Mapped[str | None]
    at_least: Mapped[bool] = mapped_column(default=False, server_default=false())
    fault: Mapped[str | None]
    shown_by: Mapped[str]
    shown_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]

    @property
    def is_done(self) -> bool:
        return self.state == ErasureState.ERASED

    def counts(self, which: str) -> tuple[int, ...]:
        """Of `goes`, `stays` or `went`; nothing where it has not come to that."""
        return tuple(json.loads(getattr(self, which) or "[]"))


def choose(
    session: Session, act: Act, right: Right, accounts: Sequence[dict[str, Any]], **told: Any
) -> ChosenAccounts:
    """These are the person's accounts; a dry run of others counts no more. The event says which and why."""
    session.merge(
        chosen := ChosenAccounts(
            right_id=right.id,
            case_id=right.case_id,
            sealed_accounts=act.seal(right.case.key_id, list(accounts), "chosen_accounts.accounts", right.id),
            by=act.by,
            at=act.at,
            times_begun=right.times_begun,
            after_approval=right.approved_by is not None,
        )
    )
    for one in (*holdings(session, right).values(), *erasures(session, right).values()):
        session.delete(one)
    session.flush()
    ids = [one["id"] for one in accounts]
    right.case.tell(act, "accounts_chosen", right=right.type, accounts=ids, **told)
    return chosen


def chosen(session: Session, right: Right) -> ChosenAccounts | None:
    """What was chosen since the right was last begun."""
    found = session.get(ChosenAccounts, right.id)
    return found if found is not None and found.times_begun == right.times_begun else None


def holdings(session: Session, right: Right) -> dict[str, Holding]:
    """By system."""
    found = session.scalars(select(Holding).where(Holding.right_id == right.id))
    return {one.system: one for one in found}


def erasures(session: Session, right: Right) -> dict[str, SystemErasure]:
    """By system."""
    found = session.scalars(select(SystemErasure).where(SystemErasure.right_id == right.id))
    return {one.system: one for one in found}


def listed(counts: Sequence[int]) -> str:
    return json.dumps(list(counts))

"""Cases that are gone because their time was over: what shows that nobody else dropped them.

The signed heads go on to name such a case. This row stays in its place: how many events it had, the hash of
the last one, and a keyed hash over all that, which only who holds the key store can make.
"""

import hmac
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.case import Case
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import HASH, Table


class Retired(Table):
    """A case that retention removed, by its reference."""

    __tablename__ = "retired_cases"

    ref: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID]
    events: Mapped[int]
    last_hash: Mapped[bytes] = mapped_column(HASH)
    at: Mapped[datetime]
    proof: Mapped[bytes] = mapped_column(HASH)

    @classmethod
    def of(cls, case: Case, keyring: Keyring, now: datetime) -> "Retired":
        row = cls(ref=case.ref, case_id=case.id, events=case.event_count, last_hash=case.event_hash, at=now)
        row.proof = row.proof_by(keyring)
        return row

    def proof_by(self, keyring: Keyring) -> bytes:
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        told = f"retired:{self.ref}:{self.case_id.hex}:{self.events}:{self.last_hash.hex()}:{at}"
        return keyring.hash("signing", told.encode())

    def explains(self, keyring: Keyring, count: int, digest: str) -> bool:
        """Whether a case that had this many events, of which that was the last one, may be gone."""
        if not hmac.compare_digest(self.proof, self.proof_by(keyring)):
            return False
        return self.events > count or (self.events == count and self.last_hash.hex() == digest)


def among(session: Session, refs: Iterable[str]) -> dict[str, Retired]:
    """Those of these cases that are told to have been removed."""
    wanted, found = list(refs), dict[str, Retired]()
    for first in range(0, len(wanted), 500):
        some = select(Retired).where(Retired.ref.in_(wanted[first : first + 500]))
        found.update({one.ref: one for one in session.scalars(some)})
    return found

"""What every way in for mail has in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as the mailbox gave it. `received_at` is the server's receipt time (IMAP INTERNALDATE).

    A mail over the size limit arrives with `complete` False: `raw` then holds its header and the first
    part of its body, `size` the bytes it has in the mailbox.
    """

    uid: int
    received_at: datetime
    raw: bytes
    size: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Position:
    """Where a mailbox stands: its UIDVALIDITY and the UID the next mail will get (RFC 9051 §2.3.1.1)."""

    uidvalidity: int
    next_uid: int


class Door(Protocol):
    """A folder that mail is read from, never written to, its flags never touched.

    Every call raises TryAgainLater when the mailbox is out of reach, WrongSetting when sign-in, certificate
    or folder name is refused.
    """

    name: str
    """Stable name of this folder, the key of its cursor, for example `imap:INBOX`."""
    junk: bool
    """True for the server's Junk folder: what it holds is never answered by itself."""

    def position(self) -> Position:
        """Where the folder stands now."""
        ...

    def uids(self, first: int, since: datetime | None = None) -> Sequence[int]:
        """The UIDs of the mails at or above `first`, ascending; `since` may leave out mail of earlier days."""
        ...

    def fetch(self, uids: Sequence[int]) -> Iterator[Arrival]:
        """The mails with these UIDs; those that are gone meanwhile are left out."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when new mail may be there or after `seconds`, whichever is first."""
        ...

    def close(self) -> None:
        """Leave the mailbox; never raises."""
        ...

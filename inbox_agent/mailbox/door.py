"""What every way in for mail has in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Protocol

FIRST_PART = 128 * 1024
"""Bytes that are read of a mail over the size limit: any sane header and at least 64 KB of body."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as the mailbox gave it. `received_at` is the server's receipt time (IMAP INTERNALDATE).

    A mail over the size limit arrives with `complete` False: `raw` then holds its first `FIRST_PART` bytes
    (header and the beginning of its body), `size` the bytes it has in the mailbox. So does a mail that the
    mailbox lists but cannot give: `raw` is then empty, so that it is recorded and seen rather than lost.
    """

    uid: int
    received_at: datetime
    raw: bytes
    size: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Position:
    """Where a mailbox stands: its UIDVALIDITY and the UID the next mail will get (RFC 9051 §2.3.1.1).

    A mailbox without order (Maildir) says 0 for the latter: any UID may come next.
    """

    uidvalidity: int
    next_uid: int


class Door(Protocol):
    """A folder that mail is read from, never written to, its flags never touched.

    Every call raises TryAgainLater when the mailbox is out of reach, WrongSetting when sign-in, certificate
    or folder name is refused. The next call after a failure connects anew. `uids` and `fetch` speak of the
    UIDVALIDITY that `position` told last; once it changes they raise TryAgainLater until asked again.
    """

    name: str
    """Stable name of this folder, the key of its cursor, for example `imap:INBOX`."""
    junk: bool
    """True for the server's Junk folder: what it holds is never answered by itself."""
    sent: bool
    """True for the Sent folder: what it holds was written by us, and opens no case."""

    def position(self) -> Position:
        """Where the folder stands now."""
        ...

    def uids(self, first: int, since: datetime | None = None) -> Sequence[int]:
        """The UIDs of the mails at or above `first`, ascending; `since` may leave out older mail."""
        ...

    def fetch(self, uids: Sequence[int]) -> Iterator[Arrival]:
        """The mails with these UIDs; those that are gone meanwhile are left out."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when new mail may be there or after `seconds`, whichever is first."""
        ...

    def close(self) -> None:
        """Leave the mailbox for good; never raises. Called from another thread it ends a `wait` soon."""
        ...


def pauses(first: float = 1, most: float = 300) -> Iterator[float]:
    """Seconds to wait between tries, doubling up to `most`, each cut by up to half so that many clients
    do not come back to a recovering server at the same moment."""
    chance = SystemRandom()
    pause = first
    while True:
        yield pause * chance.uniform(0.5, 1)
        pause = min(pause * 2, most)

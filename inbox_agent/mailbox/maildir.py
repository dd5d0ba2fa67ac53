"""The Maildir door (the format of D. J. Bernstein), and the delivery that fills one."""

import os
import secrets
import socket
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from math import inf
from pathlib import Path
from threading import Event

from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.mailbox.door import FIRST_PART, Arrival, Position

FOLDERS = ("new", "cur")  # in this order: a mail that moves while we list is seen
UIDVALIDITY = 1
NOTICE = 0.15
"""Seconds between looks at the folders' times while waiting."""
SETTLED = 1.0
"""Seconds after which a folder's time is sure to change with the next mail: file systems round times."""
RELIST = 3600.0
"""Seconds after which the folders are listed again even when their times say that nothing came."""


class MaildirDoor:
    """A Maildir read in place: nothing in it is moved, marked or written.

    A mail's UID is made of its unique name, so it stays when another program moves it from new to cur or
    sets flags. Receipt is the time the file was written.
    """

    def __init__(self, path: Path, *, max_bytes: int, junk: bool = False) -> None:
        self.name = f"maildir:{path}"
        self.junk = junk
        self.sent = False
        self._path = path
        self._max_bytes = max_bytes
        self._files: dict[int, str] = {}
        self._received: dict[int, float] = {}
        self._folder_times: tuple[int, ...] = ()
        self._list_again_at = 0.0
        self._told: set[int] = set()
        self._closed = Event()

    def position(self) -> Position:
        self._refresh()
        return Position(UIDVALIDITY, 0)

    def uids(self, first: int, since: datetime | None = None) -> Sequence[int]:
        self._refresh()
        self._told = set(self._files)
        wanted = sorted(uid for uid in self._told if uid >= first)
        return self._received_since(since.timestamp(), wanted) if since else wanted

    def fetch(self, uids: Sequence[int]) -> Iterator[Arrival]:
        self._refresh()
        for uid in uids:
            if arrival := self._arrival(uid):
                yield arrival

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        compared = None
        while not self._closed.is_set() and (left := end - time.monotonic()) > 0:
            self._refresh()
            if self._files is not compared and self._files.keys() - self._told:
                return
            compared = self._files
            self._closed.wait(min(left, NOTICE))

    def close(self) -> None:
        self._closed.set()

    def _refresh(self) -> None:
        times = _times(self._path)
        if times != self._folder_times or time.monotonic() >= self._list_again_at:
            self._files = _listed(self._path)
            self._folder_times = times
            settled = time.time() - max(times) / 1e9 > SETTLED
            self._list_again_at = time.monotonic() + (RELIST if settled else 0)

    def _received_since(self, moment: float, uids: Sequence[int]) -> list[int]:
        known = self._received
        self._received = {uid: known.get(uid) or _written_at(self._files[uid]) for uid in uids}
        return [uid for uid in uids if self._received[uid] >= moment]

    def _arrival(self, uid: int) -> Arrival | None:
        with suppress(KeyError, FileNotFoundError):
            return _read(uid, Path(self._files[uid]), self._max_bytes)
        self._refresh()  # renamed meanwhile, or gone
        with suppress(KeyError, FileNotFoundError):
            return _read(uid, Path(self._files[uid]), self._max_bytes)
        return None


def _times(maildir: Path) -> tuple[int, ...]:
    try:
        return tuple((maildir / folder).stat().st_mtime_ns for folder in FOLDERS)
    except OSError as error:
        raise WrongSetting(f"MAILDIR__PATH: {maildir} is no Maildir: {error.strerror}") from None


def _listed(maildir: Path) -> dict[int, str]:
    try:
        files = [file for folder in FOLDERS for file in os.scandir(maildir / folder)]
    except OSError as error:
        raise TryAgainLater(f"Maildir cannot be listed: {error.strerror}") from None
    return {_uid(file.name): file.path for file in files if not file.name.startswith(".")}


def _written_at(path: str) -> float:
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return inf  # moved at this moment: rather looked at once too often


def _uid(name: str) -> int:
    """63 bits, for the database's signed integers; of the part that outlives flags and moves."""
    unique = name.partition(":")[0]
    return int.from_bytes(blake2b(os.fsencode(unique), digest_size=8).digest()) >> 1


def _read(uid: int, path: Path, max_bytes: int) -> Arrival | None:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return None
    received_at = datetime.fromtimestamp(status.st_mtime, UTC)
    whole = status.st_size <= max_bytes
    try:
        with path.open("rb") as file:
            raw = file.read(-1 if whole else FIRST_PART)
    except FileNotFoundError:
        raise
    except OSError:
        raw, whole = b"", False
    return Arrival(uid, received_at, raw, status.st_size, complete=whole)


def make_maildir(maildir: Path) -> None:
    """Create what is missing of a Maildir, for its owner only; raises WrongSetting where that is refused."""
    try:
        for folder in (*FOLDERS, "tmp"):
            (maildir / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"{maildir}: cannot be made a Maildir: {error.strerror}") from None


def deliver(maildir: Path, raw: bytes) -> None:
    """Put a mail into `new`. It is on the disk when this returns, and not there when TryAgainLater is raised.

    Any number of programs may deliver at once: names are unique without asking anyone.
    """
    name = _unique_name()
    waiting = maildir / "tmp" / name
    try:
        _write(waiting, raw)
        waiting.rename(maildir / "new" / name)
        _sync_folder(maildir / "new")
    except OSError as error:
        with suppress(OSError):
            waiting.unlink()
        raise TryAgainLater(f"Maildir cannot be written: {error.strerror}") from None


def _unique_name() -> str:
    """Time, process, chance and host, without the signs that mean something in a Maildir's names."""
    host = socket.gethostname().replace("/", r"\057").replace(":", r"\072")
    return f"{time.time_ns() // 10**9}.P{os.getpid()}R{secrets.token_hex(8)}.{host}"


def _write(path: Path, raw: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""The erasure ledger outside of the key store: a file that only grows, with no personal data in it.

A key store that is restored from a copy brings back its ledger of then, and keys that have been destroyed
since. This file still names them. One line of JSON says when, why, which keys, and keyed hashes by which the
mails that they sealed would be known again.
"""

import json
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inbox_agent.errors import TryAgainLater, WrongSetting

FILE = "erasures.log"


@dataclass(frozen=True, slots=True)
class Line:
    """Keys that were destroyed together."""

    at: datetime
    why: str
    keys: tuple[uuid.UUID, ...] = ()
    mails: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Ledger:
    """What ledgers say, each key under when and why it was destroyed; `broken` lines could not be read."""

    keys: dict[uuid.UUID, tuple[datetime, str]] = field(default_factory=dict)
    mails: dict[bytes, datetime] = field(default_factory=dict)
    broken: int = 0

    def take(self, line: Line) -> None:
        """What was said first of a key stands."""
        for key_id in line.keys:
            self.keys.setdefault(key_id, (line.at, line.why))
        for digest in line.mails:
            self.mails.setdefault(digest, line.at)


def note(file: Path, line: Line) -> None:
    """Add a line, on the disk when this returns; raises TryAgainLater."""
    told = {
        "at": line.at.astimezone(UTC).isoformat(timespec="seconds"),
        "why": line.why,
        "keys": [key_id.hex for key_id in line.keys],
        **({"mails": [digest.hex() for digest in line.mails]} if line.mails else {}),
    }
    append_line(file, json.dumps(told, separators=(",", ":")))


def read(files: Iterable[Path]) -> Ledger:
    """All that these files say; an absent file says nothing. Raises TryAgainLater."""
    found = Ledger()
    for file in files:
        _take(found, _octets(file))
    return found


def named(files: Iterable[Path]) -> list[Path]:
    """Ledgers that somebody names must be there, lest a slip of the pen bring back what they tell of.

    Raises WrongSetting.
    """
    there = list(files)
    for file in there:
        try:
            file.open("rb").close()
        except OSError as error:
            raise WrongSetting(f"{file}: {error.strerror}") from None
    return there


def whole_lines(file: Path) -> bytes:
    """What stands in the file, but for a line that is just being written, or was cut short."""
    octets = _octets(file)
    return octets[: octets.rfind(b"\n") + 1]


def parsed(lines: bytes) -> Ledger:
    """What lines of such a file say."""
    found = Ledger()
    _take(found, lines)
    return found


def append_line(file: Path, line: str) -> None:
    """One more line of a file that only grows, on the disk when this returns; raises TryAgainLater.

    What a crash left without its end is ended first, so that it takes no other line with it.
    """
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            whole = (b"\n" if torn else b"") + f"{line}\n".encode()
            if os.write(descriptor, whole) < len(whole):
                raise TryAgainLater(f"{file}: no room for another line")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise TryAgainLater(f"{file}: {error.strerror}") from None


def _octets(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise TryAgainLater(f"{file}: {error.strerror}") from None


def _take(into: Ledger, lines: bytes) -> None:
    for text in lines.splitlines():
        line = _parsed(text)
        if line is not None:
            into.take(line)
        elif text.strip():
            into.broken += 1


def _parsed(text: bytes) -> Line | None:
    """A line that a crash cut short, or that somebody else wrote, says nothing."""
    try:
        told: dict[str, Any] = json.loads(text)
        return Line(
            datetime.fromisoformat(told["at"]).astimezone(UTC),
            str(told["why"]),
            tuple(uuid.UUID(hex=one) for one in told.get("keys", ())),
            tuple(bytes.fromhex(one) for one in told.get("mails", ())),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None

"""Backups of the key store: the wrapped keys and the ledger, in a file of their own, for some days only.

Without the master key such a file opens nothing. It is deleted after `KEY_BACKUP_DAYS`: only then is an
erasure complete, because a backup from before it still held the key. Each line is one JSON object; the last
one counts the others, so that half a file is noticed.
"""

import base64
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, delete, select

from inbox_agent.cases.keys import batched
from inbox_agent.cases.keys.ledger import Ledger, Line
from inbox_agent.cases.keys.master import Master
from inbox_agent.cases.keys.store import Erasure, NamedKey, StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.database import insert_new, reading, writing
from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.settings import Settings

log = structlog.get_logger()

EVERY = timedelta(hours=23)
_NAMED = "keys-%Y%m%dT%H%M%SZ.jsonl"
_KIND = "inbox-agent-keys"


def folder_of(settings: Settings) -> Path:
    return settings.key_backups or settings.data_dir / "key-backups"


def backups(settings: Settings) -> list[tuple[datetime, Path]]:
    """Those that are there, the oldest first, by the time that their names tell."""
    there = folder_of(settings)
    found = [(made, file) for file in there.glob("keys-*.jsonl") if (made := _made_at(file)) is not None]
    return sorted(found)


def completes_at(settings: Settings, erased_at: datetime) -> datetime:
    """When the last backup that may hold a key that was destroyed then is deleted."""
    return erased_at + timedelta(days=settings.key_backup_days)


def back_up_daily(record: Record, now: datetime) -> Path | None:
    """One a day, of whichever agent comes first; the old ones go whatever happens. Raises TryAgainLater."""
    lock = record.lock("key-backups")
    if not lock.acquire():
        return None
    try:
        delete_old(record.settings, now)
        made = [at for at, _ in backups(record.settings) if at <= now]
        return None if made and now - made[-1] < EVERY else back_up(record, now)
    finally:
        lock.release()


def back_up(record: Record, now: datetime) -> Path:
    """Write one now; it has its name once it is whole on the disk. Raises TryAgainLater."""
    there = folder_of(record.settings)
    file = there / now.astimezone(UTC).strftime(_NAMED)
    try:
        there.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(file, _lines(record.keyring.engine, now))
    except OSError as error:
        raise TryAgainLater(f"{there}: the keys cannot be backed up: {error.strerror}") from None
    log.info("keys_backed_up")
    return file


def delete_old(settings: Settings, now: datetime) -> int:
    """Those whose days are over, and what a crash left half-written; returns how many."""
    too_old = now - timedelta(days=settings.key_backup_days)
    gone = [file for made, file in backups(settings) if made <= too_old]
    gone += [one for one in folder_of(settings).glob("*.part") if one.stat().st_mtime < too_old.timestamp()]
    try:
        for file in gone:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise TryAgainLater(f"{folder_of(settings)}: an old backup stays: {error.strerror}") from None
    return len(gone)


def delete_all_but(settings: Settings, kept: Path) -> None:
    for _, file in backups(settings):
        if file != kept:
            file.unlink(missing_ok=True)


def _made_at(file: Path) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(file.name, _NAMED).replace(tzinfo=UTC)
    return None


def _lines(engine: Engine, now: datetime) -> Iterator[dict[str, Any]]:
    yield {"kind": _KIND, "version": 1, "made_at": now.astimezone(UTC).isoformat(timespec="seconds")}
    with reading(engine) as session:
        for name, wrapped in session.execute(select(NamedKey.name, NamedKey.wrapped)):
            yield {"name": name, "wrapped": _text(wrapped)}
        for key_id, wrapped, at in session.execute(
            select(StoredKey.id, StoredKey.wrapped, StoredKey.created_at)
        ):
            yield {"key": key_id.hex, "wrapped": _text(wrapped), "at": at.isoformat()}
        for key_id, at, why in session.execute(select(Erasure.key_id, Erasure.erased_at, Erasure.why)):
            yield {"erased": key_id.hex, "at": at.isoformat(), "why": why}


def _write(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    part = file.with_name(f"{file.name}.{uuid.uuid4().hex}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        count = 0
        for line in lines:
            out.write(json.dumps(line, separators=(",", ":")) + "\n")
            count += 1
        out.write(json.dumps({"lines": count}) + "\n")
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)


def _text(wrapped: bytes) -> str:
    return base64.b64encode(wrapped).decode()


@dataclass(slots=True)
class Backup:
    """What stands in one."""

    made_at: datetime
    named: dict[str, bytes] = field(default_factory=dict)
    keys: dict[uuid.UUID, tuple[bytes, datetime]] = field(default_factory=dict)
    erased: Ledger = field(default_factory=Ledger)


def read(file: Path) -> Backup:
    """Raises WrongSetting for a file that is none, or not whole."""
    try:
        told = [json.loads(line) for line in file.read_text("ascii").splitlines()]
        first, *lines, last = told
        if first["kind"] != _KIND or last["lines"] != len(told) - 1:
            raise ValueError("not whole")
        backup = Backup(datetime.fromisoformat(first["made_at"]))
        for line in lines:
            _take(backup, line)
    except OSError as error:
        raise WrongSetting(f"{file}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongSetting(f"{file} is no backup of keys, or not a whole one") from None
    return backup


def _take(backup: Backup, line: Mapping[str, str]) -> None:
    if "name" in line:
        backup.named[line["name"]] = base64.b64decode(line["wrapped"])
    elif "key" in line:
        backup.keys[uuid.UUID(hex=line["key"])] = (
            base64.b64decode(line["wrapped"]),
            datetime.fromisoformat(line["at"]),
        )
    else:
        at = datetime.fromisoformat(line["at"])
        backup.erased.take(Line(at, line["why"], (uuid.UUID(hex=line["erased"]),)))


def restore(engine: Engine, master: Master, backup: Backup, outside: Ledger) -> int:
    """Put its keys into the store, but none that any ledger names; returns how many were not there.

    Raises WrongSetting where the master key does not open it, or the store looks things up by other keys.
    """
    for name, wrapped in backup.named.items():
        master.unwrap(wrapped, name.encode())
    with writing(engine) as session:
        here = {row.name: row.wrapped for row in session.scalars(select(NamedKey))}
        for name in here.keys() & backup.named.keys():
            mine, theirs = (master.unwrap(one[name], name.encode()) for one in (here, backup.named))
            if mine != theirs:
                raise WrongSetting("this store was made anew since the backup: restore it into an empty one")
        insert_new(
            session,
            NamedKey,
            [{"name": name, "wrapped": wrapped} for name, wrapped in backup.named.items()],
        )
        gone = backup.erased.keys | outside.keys | _erased_here(session)
        _insert_erasures(session, gone)
        rows = [
            {"id": key_id, "wrapped": wrapped, "created_at": at}
            for key_id, (wrapped, at) in backup.keys.items()
            if key_id not in gone
        ]
        for some in batched(list(gone)):
            session.execute(delete(StoredKey).where(StoredKey.id.in_(some)))
        return sum(insert_new(session, StoredKey, list(some)) for some in batched(rows))


def _erased_here(session: Any) -> dict[uuid.UUID, tuple[datetime, str]]:
    return {row.key_id: (row.erased_at, row.why) for row in session.scalars(select(Erasure))}


def _insert_erasures(session: Any, gone: Mapping[uuid.UUID, tuple[datetime, str]]) -> None:
    rows = [{"key_id": key_id, "erased_at": at, "why": why} for key_id, (at, why) in gone.items()]
    for some in batched(rows):
        insert_new(session, Erasure, list(some))

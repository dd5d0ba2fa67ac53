"""Keys and sealing: personal data at rest can only be read with a key kept apart from it.

Each inbound email and each case has a key of its own; destroying it erases what it sealed. Keys stand in a
store of their own, wrapped by the master key, and are committed there before any row that uses them.
Sealed bytes are key id (16), nonce (12) and AES-256-GCM ciphertext (NIST SP 800-38D), bound to table,
column and row.
"""

import base64
import hmac
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, LargeBinary, String, delete, extract, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from inbox_agent.database import UtcDateTime, insert_new, new_id, reading, writing
from inbox_agent.errors import Erased, WrongSetting

_NONCE = 12
_ID = 16
_CACHED_KEYS = 2048
_CACHED_SECONDS = 30


class _KeyTable(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        bytes: LargeBinary(),
        str: String(),
    }


class StoredKey(_KeyTable):
    """A data key, wrapped by the master key."""

    __tablename__ = "stored_key"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]


class NamedKey(_KeyTable):
    """A key with one purpose that lives as long as the record: `lookup`, `digest`, `search` …"""

    __tablename__ = "named_key"

    name: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]


class Erasure(_KeyTable):
    """One line of the erasure ledger: this key was destroyed, then; repeated after a restore."""

    __tablename__ = "erasure"

    key_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
    why: Mapped[str]


class Keyring:
    """Seals, opens and hashes. New keys wait in memory until `save`, which must come before the rows."""

    def __init__(self, engine: Engine, master: bytes) -> None:
        self._engine = engine
        self._master = AESGCM(master)
        self._saving = Lock()
        self._unsaved: dict[uuid.UUID, tuple[bytes, datetime]] = {}
        self._cached = lru_cache(_CACHED_KEYS)(self._load)
        self._named: dict[str, list[bytes]] = {}

    def new_key(self, now: datetime) -> uuid.UUID:
        """A fresh key's id; usable at once, on disk only after `save`."""
        key_id = new_id(now)
        self._unsaved[key_id] = (os.urandom(32), now)
        return key_id

    def save(self) -> None:
        """Commit the new keys to their store. Threads share a keyring: only what was written is let go."""
        with self._saving:
            new = dict(self._unsaved)
            if not new:
                return
            rows = [
                {"id": key_id, "wrapped": self._wrap(key, key_id.bytes), "created_at": at}
                for key_id, (key, at) in new.items()
            ]
            with writing(self._engine) as session:
                session.execute(insert(StoredKey), rows)
            for key_id in new:
                del self._unsaved[key_id]

    def seal(self, key_id: uuid.UUID, plain: bytes, column: str, row: uuid.UUID) -> bytes:
        """Bytes that only this key opens, and only in this column (`table.column`) of this row."""
        nonce = os.urandom(_NONCE)
        return key_id.bytes + nonce + self._cipher(key_id).encrypt(nonce, plain, _place(column, row))

    def open(self, sealed: bytes, column: str, row: uuid.UUID) -> bytes:
        """What was sealed; raises Erased when its key was destroyed or the bytes were moved or changed."""
        key_id, nonce = uuid.UUID(bytes=sealed[:_ID]), sealed[_ID : _ID + _NONCE]
        try:
            return self._cipher(key_id).decrypt(nonce, sealed[_ID + _NONCE :], _place(column, row))
        except InvalidTag:
            raise Erased(f"{column} of row {row} was changed or moved and cannot be read") from None

    def hash(self, name: str, value: bytes) -> bytes:
        """A keyed hash (HMAC-SHA-256) under the named key: equal for equal values, telling nothing else."""
        return hmac.digest(self._named[name][0], value, "sha256")

    def hashes(self, name: str, value: bytes) -> list[bytes]:
        """What `hash` says now, and what it said under each key of this name before, the newest first."""
        return [hmac.digest(key, value, "sha256") for key in self._named[name]]

    def renew(self, name: str, *, forget: bool) -> None:
        """From now on `hash` uses a new key of this name; with `forget` the old ones count no more.

        Other processes use it from their next start. Only for what nothing in the record is looked up by.
        """
        new = f"{name}.{len(self._named[name])}"
        with writing(self._engine) as session:
            if forget:
                self._replace(session, name)
            session.add(NamedKey(name=new, wrapped=self._wrap(os.urandom(32), new.encode())))
            session.flush()
            self._named = self._opened(session)

    def _replace(self, session: Session, name: str) -> None:
        """The rows stay, lest the store be taken for a damaged one, but under keys that nobody ever used."""
        for key in session.scalars(select(NamedKey)):
            if key.name.partition(".")[0] == name:
                key.wrapped = self._wrap(os.urandom(32), key.name.encode())

    def _opened(self, session: Session) -> dict[str, list[bytes]]:
        """Every key under its name, the newest first: rows `token`, `token.1`, `token.2` are one name's."""
        keys: dict[str, list[tuple[int, bytes]]] = {}
        for row in session.scalars(select(NamedKey)):
            name, _, number = row.name.partition(".")
            keys.setdefault(name, []).append((int(number or 0), self._unwrap(row.wrapped, row.name.encode())))
        return {name: [key for _, key in sorted(found, reverse=True)] for name, found in keys.items()}

    def seal_text(self, name: str, text: str) -> str:
        """A text that goes through other hands, as letters, digits, - and _; only `open_text` reads it."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(self._named[name][0]).encrypt(nonce, text.encode(), name.encode())
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open_text(self, name: str, sealed: str) -> str | None:
        """What was sealed under this named key; None for whatever else was brought in its place."""
        try:
            given = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            opened = AESGCM(self._named[name][0]).decrypt(given[:_NONCE], given[_NONCE:], name.encode())
        except (ValueError, InvalidTag):
            return None
        return opened.decode()

    def destroy(self, key_ids: Iterable[uuid.UUID], *, why: str, now: datetime) -> None:
        """Destroy keys for ever and write the ledger; what they sealed is erased wherever it was copied."""
        gone = list(key_ids)
        if not gone:
            return
        with writing(self._engine) as session:
            for key_id in gone:
                session.merge(Erasure(key_id=key_id, erased_at=now, why=why))
            session.execute(delete(StoredKey).where(StoredKey.id.in_(gone)))
        self._cached.cache_clear()

    def discard(self, key_ids: Iterable[uuid.UUID]) -> None:
        """Destroy keys of mail that was not kept; nobody will ask for it, so the ledger stays silent."""
        gone = list(key_ids)
        with writing(self._engine) as session:
            session.execute(delete(StoredKey).where(StoredKey.id.in_(gone)))

    def erasures(self) -> list[tuple[int, int, str, int]]:
        """What the ledger says: year, month, why, how many keys; the newest month first."""
        year, month = extract("year", Erasure.erased_at), extract("month", Erasure.erased_at)
        counts = select(year, month, Erasure.why, func.count()).group_by(year, month, Erasure.why)
        with reading(self._engine) as session:
            found = session.execute(counts.order_by(year.desc(), month.desc(), Erasure.why))
            return [(int(y), int(m), why, count) for y, m, why, count in found]

    def load_named(self, names: Iterable[str], *, make: bool) -> None:
        """Take the named keys from the store; make them at the very first start, and one that is new to it.

        Raises WrongSetting when all are missing beside an existing database or the master key is another.
        """
        with writing(self._engine) as session:
            there = set(session.scalars(select(NamedKey.name)))
            missing = set(names) - there
            if not (there or make):
                raise WrongSetting("the key store is empty but the database is not: restore the keys")
            new = [{"name": name, "wrapped": self._wrap(os.urandom(32), name.encode())} for name in missing]
            insert_new(session, NamedKey, new)  # of agents that start at once, one makes them for all
            self._named = self._opened(session)

    def close(self) -> None:
        self._engine.dispose()

    def _cipher(self, key_id: uuid.UUID) -> AESGCM:
        """The key from memory for half a minute at most: another process may have destroyed it."""
        return self._cached(key_id, int(monotonic() // _CACHED_SECONDS))

    def _load(self, key_id: uuid.UUID, _age: int) -> AESGCM:
        if unsaved := self._unsaved.get(key_id):
            return AESGCM(unsaved[0])
        with reading(self._engine) as session:
            wrapped = session.scalar(select(StoredKey.wrapped).where(StoredKey.id == key_id))
        if wrapped is None:
            raise Erased(f"key {key_id} was destroyed")
        return AESGCM(self._unwrap(wrapped, key_id.bytes))

    def _wrap(self, key: bytes, about: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._master.encrypt(nonce, key, about)

    def _unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], about)
        except InvalidTag:
            raise WrongSetting("the master key is not the one that this key store was made with") from None


def _place(column: str, row: uuid.UUID) -> bytes:
    return f"{column}:{row}".encode()


def master_key(setting: str, file: Path, *, make: bool) -> bytes:
    """The master key from its setting, else from its file, else newly made (0600) at the first start.

    Raises WrongSetting when there is none beside an existing database: a new key could open nothing.
    """
    if setting:
        return _decoded(setting, "INBOX_AGENT_MASTER_KEY")
    if make and not file.exists():
        _make(file)
    if not file.exists():
        raise WrongSetting(
            f"{file} is missing beside an existing database: restore it, nothing opens without it"
        )
    return _decoded(file.read_text("ascii", "replace"), str(file))


def _decoded(text: str, place: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise WrongSetting(f"{place} must hold 32 bytes in base64; `openssl rand -base64 32` makes one")
    return key


def _make(file: Path) -> None:
    """It gets its name once it is whole on the disk; of agents that start at once, one makes it for all."""
    new = file.with_name(f"{file.name}.{uuid.uuid4().hex}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(base64.b64encode(os.urandom(32)) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        file.hardlink_to(new)
    new.unlink()

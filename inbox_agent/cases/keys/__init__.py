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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, delete, extract, func, insert, select
from sqlalchemy.orm import Session

from inbox_agent.cases.keys import ledger
from inbox_agent.cases.keys.ledger import Line
from inbox_agent.cases.keys.master import Master
from inbox_agent.cases.keys.store import Erasure, NamedKey, StoredKey
from inbox_agent.database import insert_new, new_id, reading, writing
from inbox_agent.errors import Erased, WrongSetting

_NONCE = 12
_ID = 16
_CACHED_KEYS = 2048
_CACHED_SECONDS = 30
_AT_ONCE = 500


class Keyring:
    """Seals, opens and hashes. New keys wait in memory until `save`, which must come before the rows."""

    def __init__(self, engine: Engine, master: Master, ledger_file: Path) -> None:
        self._engine = engine
        self._master = master
        self._ledger_file = ledger_file
        self._saving = Lock()
        self._unsaved: dict[uuid.UUID, tuple[bytes, datetime]] = {}
        self._cached = lru_cache(_CACHED_KEYS)(self._load)
        self._cached_since = monotonic()
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
            with writing(self._engine) as session:
                self._must_be_current(session)
                rows = [
                    {"id": key_id, "wrapped": self._wrap(key, key_id.bytes), "created_at": at}
                    for key_id, (key, at) in new.items()
                ]
                session.execute(insert(StoredKey), rows)
            for key_id in new:
                del self._unsaved[key_id]

    def seal(self, key_id: uuid.UUID, plain: bytes, column: str, row: uuid.UUID) -> bytes:
        """Bytes that only this key opens, and only in this column (`table.column`) of this row."""
        nonce = os.urandom(_NONCE)
        return key_id.bytes + nonce + self._cipher(key_id).encrypt(nonce, plain, _place(column, row))

    def open(self, sealed: bytes, column: str, row: uuid.UUID) -> bytes:
        """What was sealed; raises Erased when its key was destroyed or the bytes were moved or changed."""
        if not sealed:
            raise Erased(f"{column} of row {row} was erased")
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
            self._must_be_current(session)
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

    def destroy(
        self, key_ids: Iterable[uuid.UUID], *, why: str, now: datetime, mails: Sequence[bytes] = ()
    ) -> None:
        """Destroy keys for ever and write both ledgers; what they sealed is erased wherever it was copied.

        The ledger in the file comes first: a crash leaves a key that is named there, and is destroyed again.
        `mails` are the digests of mails that they sealed. Raises TryAgainLater.
        """
        gone = list(key_ids)
        if not gone:
            return
        ledger.note(self._ledger_file, Line(now, why, tuple(gone), tuple(mails)))
        self.destroy_as_told(dict.fromkeys(gone, (now, why)))

    def destroy_as_told(self, gone: Mapping[uuid.UUID, tuple[datetime, str]]) -> None:
        """The store's part of it: keys that another ledger names, with when and why."""
        with writing(self._engine) as session:
            for some in batched(list(gone)):
                told = ((key_id, *gone[key_id]) for key_id in some)
                rows = [{"key_id": key_id, "erased_at": at, "why": why} for key_id, at, why in told]
                insert_new(session, Erasure, rows)
                session.execute(delete(StoredKey).where(StoredKey.id.in_(some)))
        self.forget_cached()

    def discard(self, key_ids: Iterable[uuid.UUID]) -> None:
        """Destroy keys of mail that was not kept; nobody will ask for it, so the ledger stays silent."""
        gone = list(key_ids)
        if not gone:
            return
        with writing(self._engine) as session:
            session.execute(delete(StoredKey).where(StoredKey.id.in_(gone)))
        self.forget_cached()

    @property
    def ledger_file(self) -> Path:
        """Where the ledger stands outside of the store."""
        return self._ledger_file

    @property
    def engine(self) -> Engine:
        """The store itself, for its backups."""
        return self._engine

    @property
    def master(self) -> Master:
        """What wraps them all."""
        return self._master

    def erasures(self) -> list[tuple[int, int, str, int, datetime]]:
        """What the ledger says: year, month, why, how many keys, the last when; the newest month first."""
        year, month = extract("year", Erasure.erased_at), extract("month", Erasure.erased_at)
        counted = year, month, Erasure.why, func.count(), func.max(Erasure.erased_at)
        counts = select(*counted).group_by(year, month, Erasure.why)
        with reading(self._engine) as session:
            found = session.execute(counts.order_by(year.desc(), month.desc(), Erasure.why))
            return [(int(y), int(m), why, count, last) for y, m, why, count, last in found]

    def erasure_of(self, key_id: uuid.UUID) -> tuple[datetime, str] | None:
        """When this key was destroyed, and why; None where the ledger does not know it."""
        with reading(self._engine) as session:
            found = session.get(Erasure, key_id)
            return (found.erased_at, found.why) if found else None

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

    def forget_cached(self) -> None:
        """No key stays in memory for longer than it is used; a new one is read from the store."""
        self._cached.cache_clear()
        self._cached_since = monotonic()

    def forget_old_ones(self) -> None:
        """The same, once half a minute has passed: another process may have destroyed one meanwhile."""
        if monotonic() - self._cached_since >= _CACHED_SECONDS:
            self.forget_cached()

    def _cipher(self, key_id: uuid.UUID) -> AESGCM:
        self.forget_old_ones()
        return self._cached(key_id)

    def _load(self, key_id: uuid.UUID) -> AESGCM:
        if unsaved := self._unsaved.get(key_id):
            return AESGCM(unsaved[0])
        with reading(self._engine) as session:
            wrapped = session.scalar(select(StoredKey.wrapped).where(StoredKey.id == key_id))
        if wrapped is None:
            raise Erased(f"key {key_id} was destroyed")
        return AESGCM(self._unwrap(wrapped, key_id.bytes))

    def _must_be_current(self, session: Session) -> None:
        """Before anything is wrapped: a master key that was rotated meanwhile is noticed, and waited for."""
        one = session.scalars(select(NamedKey).order_by(NamedKey.name).with_for_update(read=True)).first()
        if one is not None:
            self._unwrap(one.wrapped, one.name.encode())

    def _wrap(self, key: bytes, about: bytes) -> bytes:
        return self._master.wrap(key, about)

    def _unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        return self._master.unwrap(wrapped, about)


_One = TypeVar("_One")


def batched(of: Sequence[_One]) -> Iterator[Sequence[_One]]:
    """As many as go into one statement."""
    for first in range(0, len(of), _AT_ONCE):
        yield of[first : first + _AT_ONCE]


def _place(column: str, row: uuid.UUID) -> bytes:
    return f"{column}:{row}".encode()

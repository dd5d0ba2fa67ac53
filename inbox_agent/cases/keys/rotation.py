"""Another master key: every key of the store is wrapped anew in one transaction, and the old one is gone.

Each step may be the last before a crash: the store opens, and the same command goes on. Other processes
notice; where a setting gives the key, they refuse to go on until it says the new one.
"""

from pathlib import Path

from sqlalchemy import bindparam, select, update

from inbox_agent.cases.keys import Keyring, batched
from inbox_agent.cases.keys.master import Master, in_file, made, new_of, take_over
from inbox_agent.cases.keys.store import KeyTable, NamedKey, StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.database import writing
from inbox_agent.errors import AlreadyRunning, WrongSetting

_REWRAP = (
    update(KeyTable.metadata.tables["stored_key"])
    .where(StoredKey.id == bindparam("this"))
    .values(wrapped=bindparam("anew"))
)


def rotate(record: Record, new: Path | None = None) -> int:
    """Wrap all keys by the one in the file `new`, else by one that is made here; returns how many.

    Where a setting gives the master key, the new one must be given, too: it is written nowhere by us.
    """
    given_by_setting = bool(record.settings.master_key.get_secret_value())
    if given_by_setting and new is None:
        raise WrongSetting(
            "INBOX_AGENT_MASTER_KEY is set: name a file with the new key (`openssl rand -base64 32`)"
        )
    lock = record.lock("rotate-master")
    if not lock.acquire():
        raise AlreadyRunning("another process is rotating the master key")
    try:
        return _rotate(record.keyring, record.master_file, new, given_by_setting)
    finally:
        lock.release()


def _rotate(keyring: Keyring, file: Path, new: Path | None, given_by_setting: bool) -> int:
    key = _given(new) if new is not None else None
    if given_by_setting:
        assert key is not None, "checked before"
        return rewrap(keyring, key)
    waiting = new_of(file)
    made(waiting, key)
    if key not in (None, in_file(waiting)):
        raise WrongSetting(f"{waiting} waits with another new key: go on with it first, without --new-key")
    key = in_file(waiting)
    done = rewrap(keyring, key)
    take_over(file, key)
    return done


def _given(file: Path) -> bytes:
    try:
        return in_file(file)
    except OSError as error:
        raise WrongSetting(f"{file}: {error.strerror}") from None


def rewrap(keyring: Keyring, new: bytes) -> int:
    """Wrap every key by this one, all or none; returns how many there are."""
    master, old = Master(lambda: [new]), keyring.master
    with writing(keyring.engine) as session:
        named = session.scalars(select(NamedKey).with_for_update()).all()
        for one in named:
            about = one.name.encode()
            one.wrapped = master.wrap(old.unwrap(one.wrapped, about), about)
        rows = session.execute(select(StoredKey.id, StoredKey.wrapped)).all()
        for some in batched(rows):
            again = [
                {"this": key_id, "anew": master.wrap(old.unwrap(wrapped, key_id.bytes), key_id.bytes)}
                for key_id, wrapped in some
            ]
            session.connection().execute(
                _REWRAP, again
            )  # one that is destroyed meanwhile is missed by nobody
    old.take(new)
    return len(named) + len(rows)

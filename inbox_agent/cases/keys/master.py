"""The master key, which wraps all others: where it stands, how it is made, how another takes its place.

A new one stands beside the old one, as `master.key.new`, until the store is wrapped by it; then it takes the
old one's name. Whichever of the two a crash leaves in force opens the store.
"""

import base64
import os
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from inbox_agent.errors import WrongSetting

_NONCE = 12


class Master:
    """Wraps and unwraps; notices by itself that the key was rotated meanwhile, and takes the new one.

    `read` gives the keys that may be the one, the likeliest first.
    """

    def __init__(self, read: Callable[[], Sequence[bytes]]) -> None:
        self._read = read
        self.take(read()[0])

    @property
    def key(self) -> bytes:
        return self._key

    def wrap(self, key: bytes, about: bytes) -> bytes:
        """The key, to be stored; `about` must be told again to unwrap it."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, about)

    def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        """Raises WrongSetting where no key that is there was the one that wrapped it."""
        with suppress(InvalidTag):
            return self._opened(wrapped, about)
        for key in self._read():
            with suppress(InvalidTag):
                opened = AESGCM(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], about)
                self.take(key)
                return opened
        raise WrongSetting(
            "the master key is not the one that this key store was made with, or it was rotated since: "
            "give the new one and start again"
        )

    def _opened(self, wrapped: bytes, about: bytes) -> bytes:
        return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], about)

    def take(self, key: bytes) -> None:
        """From now on this key wraps."""
        self._key, self._cipher = key, AESGCM(key)


def master(setting: str, file: Path, *, make: bool) -> Master:
    """The master key from its setting, else from its file, else newly made (0600) at the first start.

    Raises WrongSetting when there is none beside an existing database: a new key could open nothing.
    """
    if setting:
        key = decoded(setting, "INBOX_AGENT_MASTER_KEY")
        return Master(lambda: [key])
    if make and not file.exists():
        made(file)
    if not (file.exists() or new_of(file).exists()):
        raise WrongSetting(
            f"{file} is missing beside an existing database: restore it, nothing opens without it"
        )
    return Master(lambda: [in_file(one) for one in (file, new_of(file)) if one.exists()])


def new_of(file: Path) -> Path:
    """Where a new master key waits for the store to be wrapped by it."""
    return file.with_name(f"{file.name}.new")


def take_over(file: Path, key: bytes) -> None:
    """Where the new key is the one in force, its file gets the name; as often as one likes."""
    new = new_of(file)
    with suppress(FileNotFoundError):
        if in_file(new) == key:
            new.replace(file)
            _sync(file.parent)


def in_file(file: Path) -> bytes:
    """The key that a file holds; raises WrongSetting, FileNotFoundError."""
    return decoded(file.read_text("ascii", "replace"), str(file))


def decoded(text: str, place: str) -> bytes:
    """32 bytes of base64; raises WrongSetting, naming the place."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise WrongSetting(f"{place} must hold 32 bytes in base64; `openssl rand -base64 32` makes one")
    return key


def made(file: Path, key: bytes | None = None) -> None:
    """A new key, or this one, gets its name once it is whole on the disk; of several who do so, one does."""
    new = file.with_name(f"{file.name}.{uuid.uuid4().hex}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(base64.b64encode(key or os.urandom(32)) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        file.hardlink_to(new)
    new.unlink()
    _sync(file.parent)


def _sync(folder: Path) -> None:
    """A name is on the disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

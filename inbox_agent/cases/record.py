"""The record, opened: database, keys, law and the settings that every act needs."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session

from inbox_agent import database
from inbox_agent.cases.act import AGENT, Act, Terms
from inbox_agent.cases.clocks import Law, load_law
from inbox_agent.cases.keys import Keyring, master_key
from inbox_agent.database import Lock
from inbox_agent.errors import WrongSetting
from inbox_agent.settings import Settings

NAMED_KEYS = ("lookup", "digest", "token", "index")


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the verbs of the record need; made once per process."""

    engine: Engine
    keyring: Keyring
    law: Law
    settings: Settings

    @classmethod
    def open(cls, settings: Settings) -> "Record":
        """Bring database and key store to the current schema and open them.

        Raises WrongSetting when keys are missing beside an existing database, TryAgainLater when the
        database is out of reach.
        """
        law = load_law(settings.law_profile, settings.zone)
        folder = _folder(settings.data_dir)
        engine, keys = _engines(settings, folder)
        try:
            with database.one_at_a_time(folder):
                keyring = _keyring(settings, folder, keys, first_start=_is_empty(engine))
                database.upgrade(engine, "record")
        except BaseException:
            engine.dispose()
            keys.dispose()
            raise
        return cls(engine, keyring, law, settings)

    def close(self) -> None:
        self.engine.dispose()
        self.keyring.close()

    def reading(self) -> AbstractContextManager[Session]:
        return database.reading(self.engine)

    def writing(self) -> AbstractContextManager[Session]:
        return database.writing(self.engine)

    def act(self, now: datetime, by: str = AGENT) -> Act:
        """Someone is about to do something."""
        return Act(by, now, self.keyring, self.law, self.terms)

    @property
    def terms(self) -> Terms:
        settings = self.settings
        return Terms(
            address=settings.address,
            sending=settings.sending,
            code_days=settings.code_days,
            cooloff_days=settings.cooloff_days,
            letters_per_day=settings.letters_per_day,
            letters_per_week=settings.letters_per_week,
        )

    def lock(self, name: str) -> Lock:
        """A lock over all processes that share this record; the system gives it back when its holder dies."""
        return Lock(self.engine, self.settings.data_dir / "locks", name)


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WrongSetting(f"INBOX_AGENT_DATA_DIR: {path}: {error.strerror}") from None
    return path


def _engines(settings: Settings, folder: Path) -> tuple[Engine, Engine]:
    record = settings.database_url.get_secret_value() or f"sqlite:///{folder / 'record.db'}"
    keys = settings.keys_url.get_secret_value() or f"sqlite:///{folder / 'keys.db'}"
    if record == keys:
        raise WrongSetting("INBOX_AGENT_KEYS_URL must name another database than INBOX_AGENT_DATABASE_URL")
    return database.connect(record), database.connect(keys, secure_delete=True)


def _keyring(settings: Settings, folder: Path, keys: Engine, *, first_start: bool) -> Keyring:
    master = master_key(
        settings.master_key.get_secret_value(),
        folder / "master.key",
        make=first_start and _is_empty(keys),
    )
    database.upgrade(keys, "keys")
    keyring = Keyring(keys, master)
    keyring.load_named(NAMED_KEYS, make=first_start)
    return keyring


def _is_empty(engine: Engine) -> bool:
    with database.translated(), engine.connect() as connection:
        return not inspect(connection).get_table_names()

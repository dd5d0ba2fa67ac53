"""The record, opened: database, keys, law and the settings that every act needs."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session

from inbox_agent import database
from inbox_agent.cases import choices
from inbox_agent.cases.act import AGENT, Act, Terms
from inbox_agent.cases.clocks import Law, law_names, load_law
from inbox_agent.cases.keys import Keyring, ledger
from inbox_agent.cases.keys.master import Master, master, take_over
from inbox_agent.database import Lock
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.settings import Settings

NAMED_KEYS = ("lookup", "digest", "token", "index", "search", "signing")
MASTER_KEY = "master.key"


@dataclass(slots=True)
class InForce:
    """The law that applies now; the owner may choose another while we run."""

    law: Law


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the verbs of the record need; made once per process."""

    engine: Engine
    keyring: Keyring
    in_force: InForce
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
        record = cls(engine, keyring, InForce(law), settings)
        record.take_chosen_law()
        return record

    def close(self) -> None:
        self.engine.dispose()
        self.keyring.close()

    @property
    def master_file(self) -> Path:
        """Where the master key stands, unless a setting gives it."""
        return self.settings.data_dir / MASTER_KEY

    def reading(self) -> AbstractContextManager[Session]:
        return database.reading(self.engine)

    def writing(self) -> AbstractContextManager[Session]:
        return database.writing(self.engine)

    @property
    def law(self) -> Law:
        """Whose rules give the dates: the setting's, else what the owner chose, else the house rule."""
        return self.in_force.law

    def choose_law(self, name: str, *, by: str, now: datetime) -> None:
        """The owner picks a profile, which applies at once; the agent then reckons the open cases anew.

        Raises WrongSetting for one that is not there, PersonNeeded where the setting decides.
        """
        if self.settings.law_profile:
            raise PersonNeeded("setting_decides", "INBOX_AGENT_LAW_PROFILE is set, so it decides")
        law = load_law(name, self.settings.zone)
        with self.writing() as session:
            choices.choose(session, choices.LAW, name, by=by, now=now)
        self.in_force.law = law

    def take_chosen_law(self) -> None:
        """The law that was chosen on the desk, perhaps of another process; the setting goes before it."""
        if self.settings.law_profile:
            return
        with self.reading() as session:
            choice = choices.chosen(session, choices.LAW)
        if choice is not None and choice.value != self.law.name and choice.value in law_names():
            self.in_force.law = load_law(choice.value, self.settings.zone)

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
            identity_document_days=settings.identity_document_days,
            downloads=settings.downloads.address,
            package_bytes=settings.downloads.max_bytes,
            link_days=settings.downloads.days,
            link_downloads=settings.downloads.count,
            link_passwords=settings.downloads.passwords,
            record_months=settings.keep_record_months,
            files_mail=any(one.files_mail for one in settings.imap_mailboxes.values()),
            copies_letters=any(one.copy_sent for one in settings.imap_mailboxes.values()),
        )

    def overwrite(self, session: Session) -> None:
        """What is deleted in this transaction is written over where the database can do so (SQLite)."""
        database.overwrite(session)

    def wipe(self) -> None:
        """What was written over is in no log of the database any more, unless somebody reads there now."""
        database.empty_log(self.engine)

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
    file = folder / MASTER_KEY
    found = master(settings.master_key.get_secret_value(), file, make=first_start and _is_empty(keys))
    database.upgrade(keys, "keys")
    keyring = Keyring(keys, found, folder / ledger.FILE)
    keyring.load_named(NAMED_KEYS, make=first_start)
    take_over(file, found.key)
    return keyring


def key_store(settings: Settings) -> tuple[Engine, Master, Path]:
    """The store alone, its master key and its ledger's file, when no record can be opened for want of keys.

    Raises WrongSetting where there is no master key.
    """
    folder = _folder(settings.data_dir)
    engine, keys = _engines(settings, folder)
    engine.dispose()
    found = master(settings.master_key.get_secret_value(), folder / MASTER_KEY, make=False)
    database.upgrade(keys, "keys")
    return keys, found, folder / ledger.FILE


def _is_empty(engine: Engine) -> bool:
    with database.translated(), engine.connect() as connection:
        return not inspect(connection).get_table_names()

"""The one door to the database: engines, transactions, locks and schema, on SQLite and PostgreSQL.

Writers begin with BEGIN IMMEDIATE on SQLite, so that two of them wait for each other instead of failing
half-way; readers never wait (WAL). Database errors that only mean "not now" become TryAgainLater.
"""

import fcntl
import hashlib
import itertools
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from inbox_agent.errors import NotWritten, TryAgainLater, WrongSetting

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 30_000


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always aware and in UTC, on databases that know time zones and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_made = itertools.count(int.from_bytes(os.urandom(3), "big"))


def new_id(now: datetime) -> uuid.UUID:
    """A time-ordered id that needs no database to make: UUID version 7, RFC 9562 §5.7.

    A counter of 32 bits stands before the random ones, so that ids of one moment keep their order too.
    """
    counter = next(_made) & (1 << 32) - 1
    random = int.from_bytes(os.urandom(6), "big") & (1 << 42) - 1
    version_and_a = 0x7000 | counter >> 20
    variant_and_b = 0b10 << 62 | (counter & (1 << 20) - 1) << 42 | random
    return uuid.UUID(int=first_id(now).int | version_and_a << 64 | variant_and_b)


def first_id(moment: datetime) -> uuid.UUID:
    """No id of this moment or a later one comes before this; all of an earlier one do."""
    milliseconds = int(moment.timestamp() * 1000) & (1 << 48) - 1
    return uuid.UUID(int=milliseconds << 80)


def connect(url: str, *, secure_delete: bool = False) -> Engine:
    """An engine for SQLite or PostgreSQL; raises WrongSetting for any other or a malformed URL.

    `secure_delete` makes SQLite overwrite what is deleted, for the store of keys.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise WrongSetting("the database URL must begin with sqlite:/// or postgresql://")
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() == "postgresql")
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise WrongSetting("the database URL cannot be read; it looks like sqlite:////path/file.db") from None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, secure_delete)
    return engine


def _prepare_sqlite(engine: Engine, secure_delete: bool) -> None:
    file = Path(engine.url.database or ":memory:")
    if file.name != ":memory:":
        _keep_from_others(file)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, by name
        pragmas = {
            # A write-ahead log would keep what was deleted until it happens to be written over.
            "journal_mode": "TRUNCATE" if secure_delete else "WAL",
            "synchronous": "FULL",
            "busy_timeout": BUSY_MILLISECONDS,
            "foreign_keys": "ON",
            "secure_delete": "ON" if secure_delete else "OFF",
        }
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name} = {value}").close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One short write transaction: committed at the end, rolled back when anything is raised.

    What was read and changed in it can be looked at afterwards.
    """
    session = Session(engine.execution_options(writes=True), expire_on_commit=False)
    with translated(), session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent view of the data; nothing that is changed in it is kept."""
    if engine.dialect.name == "postgresql":  # which else shows each statement what is there by then
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with translated(), Session(engine, autoflush=False) as session:
        yield session


def overwrite(session: Session) -> None:
    """What is deleted from now on is written over, where the database can do so (SQLite)."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def empty_log(engine: Engine) -> None:
    """SQLite's write-ahead log would keep what was written over until it is full.

    As far as nobody else reads there just now.
    """
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def insert_new(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> int:
    """Insert the rows that meet no unique constraint; say how many those were."""
    if not rows:
        return 0
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return len(session.execute(statement, rows).all())


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """A part of a write transaction that can fail by itself, with NotWritten."""
    with translated(), session.begin_nested():
        yield


@contextmanager
def translated() -> Iterator[None]:
    """Errors that only mean "the database is out of reach just now" become TryAgainLater."""
    try:
        yield
    except OperationalError as error:
        raise TryAgainLater(f"the database is out of reach: {_reason(error)}") from None
    except (DBAPIError, StatementError) as error:
        raise NotWritten(f"the database refused the rows ({type(error).__name__})") from None


def _reason(error: OperationalError) -> str:
    # The statement and its parameters stay out of it: they may hold personal data.
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no reason given"


def upgrade(engine: Engine, schema: str, to: str = "head") -> None:
    """Bring a database to the current schema, or `to` one before: `record` (the cases) or `keys`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(MIGRATIONS / schema))
    config.set_main_option("path_separator", "os")
    with translated(), engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _number(f"upgrade {schema}")})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        except CommandError:
            raise WrongSetting(
                f"the database ({schema}) was not made by this version of Inbox Agent but by a newer one, "
                "or by another program"
            ) from None


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Whoever opens a record here waits for the others: SQLite's switch to a write-ahead log does not."""
    file = os.open(folder / "opening.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


class Lock:
    """A lock that the system releases when its holder dies: flock beside SQLite, advisory on PostgreSQL.

    Nobody waits for it: `acquire` says at once whether it is ours.
    """

    def __init__(self, engine: Engine, folder: Path, name: str) -> None:
        self._engine = engine
        self._name = name
        self._path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.lock"
        self._file: int | None = None
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        return self._acquire_advisory() if self._engine.dialect.name == "postgresql" else self._acquire_file()

    def holds(self) -> bool:
        """Whether it is still ours: a database that was restarted has forgotten its locks."""
        if self._connection is None:
            return self._file is not None
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self.release()
            return False
        return True

    def release(self, *, for_good: bool = False) -> None:
        """Give it back; `for_good` where nobody will ever ask for a lock of this name again."""
        if self._file is not None:
            if for_good:
                self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None
        if self._connection is not None:
            self._connection.invalidate()  # closing the session is what gives the lock back
            self._connection.close()
            self._connection = None

    def _acquire_file(self) -> bool:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def _acquire_advisory(self) -> bool:
        with translated():
            # A session of its own, not one of the pool's: it is kept for as long as the lock.
            apart = create_engine(self._engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
            connection = apart.connect()
            ours = connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": _number(self._name)})
        if not ours.scalar_one():
            connection.close()
            return False
        self._connection = connection
        return True


def _keep_from_others(file: Path) -> None:
    """Made for its owner only, in whatever folder it stands; its log and journal get the same rights.

    One that is there is never opened here: to close any descriptor of it gives up all locks that this
    process has on it (POSIX), and SQLite with them.
    """
    with suppress(OSError):  # SQLite says better what is wrong with it
        if not file.exists():
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        for one in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            if one.exists() and one.stat().st_mode & 0o007:
                one.chmod(one.stat().st_mode & 0o770)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)

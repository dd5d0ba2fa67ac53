"""A company's database: read in a session that can write nothing, or erased from in one transaction."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg.errors
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from inbox_agent.company.failing import Fault, failed
from inbox_agent.company.systems import SqlSystem

Row = Mapping[str, Any]

_AT_ONCE = 500
_STEPS = 10_000
"""Instructions of SQLite's machine between two looks at the clock."""
_SQLITE_FAULTS: Mapping[int, Fault] = {
    sqlite3.SQLITE_INTERRUPT: "timed_out",
    sqlite3.SQLITE_READONLY: "not_permitted",
    sqlite3.SQLITE_AUTH: "not_permitted",
    sqlite3.SQLITE_CANTOPEN: "out_of_reach",
    sqlite3.SQLITE_BUSY: "out_of_reach",
    sqlite3.SQLITE_LOCKED: "out_of_reach",
    sqlite3.SQLITE_NOTADB: "wrong_answer",
}


def rows(system: SqlSystem, statement: str, given: Mapping[str, Any]) -> list[Row]:
    """What a query gives, at most `most_rows`; raises PersonNeeded with the kind of fault."""
    with connected(system) as connection, closing(connection.execute(text(statement), given)) as answer:
        return _few(system, answer)


def _few(system: SqlSystem, answer: Any) -> list[Row]:
    found: list[Row] = []
    for part in answer.mappings().partitions(_AT_ONCE):
        found.extend(dict(row) for row in part)
        if len(found) > system.most_rows:
            raise failed(system.name, "too_many")
    return found


def count(connection: Connection, system: SqlSystem, statement: str, given: Mapping[str, Any]) -> int:
    found = connection.execute(text(statement), given).scalar()
    if not isinstance(found, int):
        raise failed(system.name, "wrong_answer")
    return found


def value(system: SqlSystem, one: str) -> Any:
    """What stands for what its rows are kept under; None where it cannot hold that."""
    return account(system, one) if system.by == "account" else one


def account(system: SqlSystem, one: str) -> Any:
    """An account number as the column has it; None where it is no number and the column has only those."""
    if system.account_type == "text":
        return one
    return int(one) if one.isascii() and one.isdecimal() and len(one) < 19 else None


def nobody(system: SqlSystem) -> Any:
    """A parameter that matches nobody."""
    return -987_654_321_987 if system.by == "account" and system.account_type == "integer" else "nobody?here"


@contextmanager
def connected(system: SqlSystem, *, writes: bool = False) -> Iterator[Connection]:
    """One transaction. Without `writes` the session itself refuses every change, whatever its user may do."""
    url = make_url((system.write_url if writes else system.url).get_secret_value())
    engine = (_sqlite if url.get_backend_name() == "sqlite" else _postgresql)(system, url, writes)
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise failed(system.name, _fault(error), type(getattr(error, "orig", error)).__name__) from None
    finally:
        engine.dispose()


def _sqlite(system: SqlSystem, url: URL, writes: bool) -> Engine:
    file = Path(str(url.database)).absolute()

    def connect() -> sqlite3.Connection:
        place = f"file:{quote(str(file))}?mode={'rw' if writes else 'ro'}"
        opened = sqlite3.connect(place, uri=True, timeout=system.seconds, isolation_level=None)
        ends = time.monotonic() + system.seconds
        opened.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
        return opened

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _postgresql(system: SqlSystem, url: URL, writes: bool) -> Engine:
    patience = (
        f"-c statement_timeout={int(system.seconds * 1000)} -c lock_timeout={int(system.seconds * 1000)}"
    )
    read_only = "" if writes else " -c default_transaction_read_only=on"
    more = {"connect_timeout": max(2, int(system.seconds)), "options": patience + read_only}
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=more,
        execution_options={
            "postgresql_readonly": not writes,
            "stream_results": not writes,
            "max_row_buffer": _AT_ONCE,
        },
    )


def _fault(error: SQLAlchemyError) -> Fault:
    orig = error.orig if isinstance(error, DBAPIError) else None
    match orig:
        case psycopg.errors.QueryCanceled() | psycopg.errors.LockNotAvailable():
            return "timed_out"
        case psycopg.errors.InsufficientPrivilege() | psycopg.errors.ReadOnlySqlTransaction():
            return "not_permitted"
        case psycopg.OperationalError():
            return "out_of_reach"
        case sqlite3.Error():
            return _SQLITE_FAULTS.get(getattr(orig, "sqlite_errorcode", 0) & 0xFF, "refused")
    return "refused"


def can_write(system: SqlSystem) -> bool:
    """Whether the reading URL's user could change anything, were it not for our session."""
    if make_url(system.url.get_secret_value()).get_backend_name() == "sqlite":
        return False  # the file is opened for reading alone
    with connected(system) as connection:
        return bool(connection.execute(text(_WRITABLE)).scalar())


_WRITABLE = """
SELECT EXISTS (
  SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg\\_%'
    AND has_schema_privilege(n.oid, 'USAGE')
    AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
"""

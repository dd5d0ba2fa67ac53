"""The machine fails while marked data passes: the database is locked, the disk is full."""

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, suppress

import httpx2
import pytest
from sqlalchemy import Engine, create_engine, event, make_url

from inbox_agent import database
from inbox_agent import settings as settings_room
from inbox_agent.agent import now_utc
from inbox_agent.cases.record import Record
from inbox_agent.cli.output import log_to_stderr
from inbox_agent.desk import application, serving
from inbox_agent.mailbox import deliver
from tests.cli.office import Office
from tests.company import stationery
from tests.marked import mails, marks
from tests.marked.forms import Clerk
from tests.marked.premises import Premises

Fault = Callable[[Premises], AbstractContextManager[None]]


@contextmanager
def locked(premises: Premises) -> Iterator[None]:
    """Another program has the database for itself, longer than anybody waits."""
    other = sqlite3.connect(premises.data / "record.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


@contextmanager
def full(_: Premises) -> Iterator[None]:
    """No database may grow by one page (SQLITE_FULL)."""

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # never below what it has

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


@contextmanager
def shut(premises: Premises) -> Iterator[None]:
    """The server lets nobody in and ends who is there."""
    name = make_url(premises.record_url).database
    ends = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    _administered(premises, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", ends)
    yield
    _administered(premises, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextmanager
def raising(premises: Premises) -> Iterator[None]:
    """No row can be put anywhere, and the error repeats it, as a full disk's might."""
    body = "BEGIN RAISE EXCEPTION 'no space for %', NEW USING ERRCODE = '53100', DETAIL = NEW::text; END"
    tables = premises.asked("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    _told(premises, f"CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    for table in tables:
        every = "BEFORE INSERT OR UPDATE ON"
        _told(premises, f"CREATE TRIGGER is_full {every} {table} FOR EACH ROW EXECUTE FUNCTION is_full()")
    yield
    _told(premises, "DROP FUNCTION is_full CASCADE")


def _administered(premises: Premises, *statements: str) -> None:
    _told(premises, *statements, database="postgres")


def _told(premises: Premises, *statements: str, **changes: str) -> None:
    engine = create_engine(make_url(premises.record_url).set(**changes), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for one in statements:
            connection.exec_driver_sql(one.replace("%", "%%"))
    engine.dispose()


FAULTS: dict[str, tuple[Fault, ...]] = {"sqlite": (locked, full), "postgresql": (shut, raising)}


def told(office: Office, monkeypatch: pytest.MonkeyPatch, premises: Premises) -> list[str]:
    """What is printed while mail arrives and staff fill in forms and nothing can be written."""
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    said = []
    for number, fault in enumerate(FAULTS[premises.record_url.partition("+")[0].partition(":")[0]]):
        raw = mails.marked(f"Please send me all my data.\n{marks.DETAILS * 500}", f"fault{number}")
        deliver(office.maildir, raw.as_bytes())
        with fault(premises):
            answer = office.type("run", "--once")
        assert answer.code == 1, answer.err
        said.append(answer.out + answer.err)
        said.append(_at_the_desk(fault, premises))
    return said


def _at_the_desk(fault: Fault, premises: Premises) -> str:
    with redirect_stderr(io.StringIO()) as err:
        record = Record.open(settings_room.load())
        log_to_stderr("debug")
        try:
            with serving(application(record, stationery(), now_utc), "127.0.0.1", 0) as address:
                pages = _pressed(fault, premises, address.rstrip("/"), record)
        finally:
            record.close()
    return "\n".join([err.getvalue(), *pages])


def _pressed(fault: Fault, premises: Premises, address: str, record: Record) -> list[str]:
    """Pages that say that it did not go; they repeat nothing."""
    with Clerk(address) as clerk:
        clerk.sign_in("sara")
        token = {"csrf": clerk.token()}
        record.engine.dispose()
        return _tried(clerk, token, fault, premises)


def _tried(clerk: Clerk, token: dict[str, str], fault: Fault, premises: Premises) -> list[str]:
    pages = []
    with fault(premises):
        for path in ("/new", "/search", "/settings/me", "/sign-in"):
            fields = {
                "address": marks.address(),
                "q": marks.SOUGHT,
                "note": marks.NOTE * 100,
                "type": "access",
            }
            more = {"name": marks.latin("name"), "password": marks.PASSWORD, "received": "2026-01-01"}
            with suppress(httpx2.TransportError):
                answer = clerk.browser.post(path, data={**token, **fields, **more, "channel": "phone"})
                pages += [answer.text] if answer.status_code >= 500 else []
    return pages

"""The machine fails while marked data passes: the database is locked, the disk is full."""

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, suppress
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, event

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

Fault = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Another program has the database for itself, longer than anybody waits."""
    other = sqlite3.connect(data / "record.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


@contextmanager
def full(_data: Path) -> Iterator[None]:
    """No database may grow by one page (SQLITE_FULL)."""

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # never below what it has

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


FAULTS: tuple[Fault, ...] = (locked, full)


def told(office: Office, monkeypatch: pytest.MonkeyPatch, data: Path) -> list[str]:
    """What is printed while mail arrives and staff fill in forms and nothing can be written."""
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    said = []
    for number, fault in enumerate(FAULTS):
        raw = mails.marked(f"Please send me all my data.\n{marks.DETAILS * 500}", f"fault{number}")
        deliver(office.maildir, raw.as_bytes())
        with fault(data):
            answer = office.type("run", "--once")
        assert answer.code == 1, answer.err
        said.append(answer.out + answer.err)
        said.append(_at_the_desk(fault, data))
    return said


def _at_the_desk(fault: Fault, data: Path) -> str:
    with redirect_stderr(io.StringIO()) as err:
        record = Record.open(settings_room.load())
        log_to_stderr("debug")
        try:
            with serving(application(record, stationery(), now_utc), "127.0.0.1", 0) as address:
                pages = _pressed(fault, data, address.rstrip("/"), record)
        finally:
            record.close()
    return "\n".join([err.getvalue(), *pages])


def _pressed(fault: Fault, data: Path, address: str, record: Record) -> list[str]:
    """Pages that say that it did not go; they repeat nothing."""
    with Clerk(address) as clerk:
        clerk.sign_in("sara")
        token = {"csrf": clerk.token()}
        record.engine.dispose()
        return _tried(clerk, token, fault, data)


def _tried(clerk: Clerk, token: dict[str, str], fault: Fault, data: Path) -> list[str]:
    pages = []
    with fault(data):
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

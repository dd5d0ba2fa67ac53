"""Real servers for the tests that make promises about them."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from argon2 import PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from sqlalchemy import event
from sqlalchemy.pool import Pool

from inbox_agent.cases.record import Record
from inbox_agent.desk import passwords
from tests.beginning import Beginning, new_record
from tests.company import settings
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.sink import SmtpSink

# A machine that has other things to do breaks no promise.
hypothesis.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("any machine")

Hasten = Callable[..., None]


@pytest.fixture(scope="session", autouse=True)
def full_cost() -> Iterator[PasswordHasher]:
    """Passwords cost next to nothing, but in tests about what they cost."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as changed:
        at_full_cost = passwords.hasher
        changed.setattr(passwords, "hasher", cheap)
        changed.setattr(passwords, "NOBODY", cheap.hash("nobody knows it"))
        yield at_full_cost


@pytest.fixture(scope="session", autouse=True)
def speed_before_safety() -> Iterator[Hasten]:
    """No test pulls the plug: SQLite need not wait for the disk. Processes that tests start do."""

    def hasten(connection: Any, *_: object) -> None:
        if isinstance(connection, sqlite3.Connection) and not connection.in_transaction:
            connection.execute("PRAGMA synchronous = OFF").close()

    event.listen(Pool, "checkout", hasten)
    yield hasten
    event.remove(Pool, "checkout", hasten)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command that ran in one test says how loud the log is in that test alone."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def full_safety(speed_before_safety: Hasten) -> Iterator[None]:
    """SQLite as the product sets it."""
    event.remove(Pool, "checkout", speed_before_safety)
    yield
    event.listen(Pool, "checkout", speed_before_safety)


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """An empty mailbox on an IMAP server that this test may kill."""
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="session")
def beginning(postgres: Postgres) -> Beginning:
    """Of records on PostgreSQL."""
    return Beginning(postgres)


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP relay that records what it is given."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    """An empty record; the test runs once on each database."""
    if request.param == "postgresql":
        with request.getfixturevalue("beginning").record(tmp_path) as opened:
            yield opened
        return
    opened = new_record(settings(tmp_path))
    yield opened
    opened.close()

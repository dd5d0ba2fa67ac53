"""Real servers for the tests that make promises about them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inbox_agent.cases.record import Record
from tests.company import settings
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.sink import SmtpSink


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


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP relay that records what it is given."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    """An empty record; the test runs once on each database."""
    urls: dict[str, Any] = {}
    if request.param == "postgresql":
        urls = {"database_url": request.getfixturevalue("postgres_url")}
    opened = Record.open(settings(tmp_path, **urls))
    yield opened
    opened.close()

"""Real servers for the tests that make promises about them."""

from collections.abc import Iterator

import pytest

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

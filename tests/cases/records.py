"""Records to make promises about: fresh ones, on each database."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from inbox_agent.cases.act import Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.request import Request
from inbox_agent.cases.tables import Mailbox
from inbox_agent.understanding import Language, RequestType
from tests.beginning import Beginning, begin_in, new_record
from tests.company import settings
from tests.servers.postgres import Postgres

NOW = datetime.now(UTC).replace(microsecond=0)
"""The moment at which these tests happen; nothing in them looks at a clock."""
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(params=DATABASES)
def databases(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Settings that name two empty databases: the record's and the keys'."""
    if request.param == "sqlite":
        yield {}
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as record_url, server.database() as keys_url:
        yield {"database_url": record_url, "keys_url": keys_url}


@pytest.fixture(params=DATABASES)
def begun_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The same of a record in `tmp_path` that was opened once, so that no test waits for its migrations."""
    if request.param == "sqlite":
        begin_in(tmp_path)
        yield {}
        return
    beginning: Beginning = request.getfixturevalue("beginning")
    with beginning.databases(tmp_path) as urls:
        yield urls


@pytest.fixture
def local_record(tmp_path: Path) -> Iterator[Record]:
    """A record on SQLite, for promises that no database changes."""
    opened = new_record(settings(tmp_path))
    yield opened
    opened.close()


def folder(**changes: Any) -> Mailbox:
    """A folder that has been read for an hour."""
    since = NOW - timedelta(hours=1)
    given: dict[str, Any] = {
        "name": "imap:INBOX",
        "uidvalidity": 7,
        "first_uid": 1,
        "next_uid": 1,
        "reread_below": 0,
        "started_at": since,
        "answer_from": since,
        "polled_at": since,
        "swept_at": since,
    }
    return Mailbox(**{**given, **changes})


def begun(
    act: Act,
    *,
    requester: str | None = "rana@example.com",
    types: Sequence[RequestType] = (RequestType.ACCESS,),
    state: str = "open",
    **changes: Any,
) -> Case:
    """A case as a mail opens it, not yet written."""
    given: dict[str, Any] = {
        "requester": requester,
        "language": Language.EN,
        "types": tuple(types),
        "received_at": act.at,
        "subject": "hello",
        "message_id": "<first@customers.example>",
    }
    return Case.begin(act, Request(**{**given, **changes}), state=state)


def kept(record: Record, act: Act) -> None:
    """Write what an act made, as the agent does: keys first."""
    record.keyring.save()
    with record.writing() as session:
        write(session, act.rows)


def the_case(session: Session, of: Case) -> Case:
    return session.get_one(Case, of.id)

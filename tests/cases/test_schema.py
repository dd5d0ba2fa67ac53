"""The database's schema is what the code says it is, on every start."""

import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, insert, select, text

from inbox_agent import database
from inbox_agent.cases import (  # noqa: F401 - their tables belong to the schema
    guessing,
    holdings,
    notes,
    package,
    retention,
    staff,
    triage,
)
from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import replayed  # noqa: F401 - the same
from inbox_agent.cases.keys.store import StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Table
from tests.cases.records import NOW, begun, kept
from tests.company import cases, settings

OPEN = (
    "from inbox_agent.cases.record import Record; from inbox_agent.settings import load; Record.open(load())"
)


def difference(engine: Engine, schema: MetaData) -> list[object]:
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), schema)
    return list(found)


def test_the_migrations_build_the_record_that_the_code_means(record: Record) -> None:
    assert difference(record.engine, Table.metadata) == []


def test_the_migrations_build_the_key_store_that_the_code_means(record: Record) -> None:
    assert difference(record.keyring._engine, StoredKey.metadata) == []


@pytest.mark.parametrize("which", ["sqlite", "postgresql"])
def test_a_record_of_before_is_brought_up_with_all_its_cases(
    which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/old.db" if which == "sqlite" else request.getfixturevalue("postgres_url")
    engine = database.connect(url)
    database.upgrade(engine, "record", "0001_record")
    case_id = uuid.uuid4()
    with engine.execution_options(writes=True).begin() as connection:
        old = MetaData()
        old.reflect(connection)
        times = dict.fromkeys(("received_at", "opened_at"), NOW.replace(tzinfo=None))
        texts = {"ref": "MC-OLD", "state": "open", "language": "en", "law": "default", "channel": "email"}
        kept = {"event_count": 0, "event_hash": bytes(32), "sealed_request": b"x"}
        connection.execute(
            insert(old.tables["cases"]),
            {"id": _id(which, case_id), "key_id": _id(which, case_id), **texts, **times, **kept},
        )
        right = {
            "id": _id(which, uuid.uuid4()),
            "case_id": _id(which, case_id),
            "position": 1,
            "type": "access",
        }
        dues = dict.fromkeys(("received_at", "internal_due", "legal_due"), NOW.replace(tzinfo=None))
        connection.execute(insert(old.tables["rights"]), {**right, "state": "open", "trust": "T0", **dues})
    database.upgrade(engine, "record")
    with database.reading(engine) as session:
        case = session.scalars(select(Case)).one()
        assert (case.ref, case.frozen, case.rights[0].times_begun) == ("MC-OLD", False, 1)
    engine.dispose()


def _id(which: str, value: uuid.UUID) -> object:
    """SQLite keeps ids as text, and reflection does not know better."""
    return value.hex if which == "sqlite" else value


def test_a_missing_column_would_be_noticed(record: Record) -> None:
    with record.engine.begin() as connection:
        connection.execute(text("ALTER TABLE cases DROP COLUMN outcome"))
    assert len(difference(record.engine, Table.metadata)) == 1


def test_opening_a_record_again_changes_nothing_in_it(databases: dict[str, str], tmp_path: Path) -> None:
    first = Record.open(settings(tmp_path, **databases))
    act = first.act(NOW)
    begun(act)
    kept(first, act)
    before = cases(first)
    first.close()
    for _ in range(2):
        again = Record.open(settings(tmp_path, **databases))
        assert cases(again) == before
        again.close()


def test_a_start_that_died_between_the_two_databases_is_taken_up(
    databases: dict[str, str], tmp_path: Path
) -> None:
    first = Record.open(settings(tmp_path, **databases))
    with first.engine.begin() as connection:  # as if it had died with the keys made and the record not
        Table.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP FUNCTION events_never_change"))
    first.close()
    again = Record.open(settings(tmp_path, **databases))
    assert difference(again.engine, Table.metadata) == []
    again.close()


def test_agents_that_start_for_the_first_time_at_once_share_one_record(
    databases: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOX_AGENT_DATA_DIR", str(tmp_path))
    for name, url in databases.items():
        monkeypatch.setenv(f"INBOX_AGENT_{name.upper()}", url)
    agents = [subprocess.Popen([sys.executable, "-c", OPEN], stderr=subprocess.PIPE) for _ in range(4)]
    assert [agent.communicate()[1].decode() for agent in agents] == [""] * 4
    Record.open(settings(tmp_path, **databases)).close()


def test_a_database_of_a_newer_version_is_refused_in_one_line(record: Record) -> None:
    with record.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_record'"))
    with pytest.raises(database.WrongSetting, match="newer") as refusal:
        database.upgrade(record.engine, "record")
    assert "\n" not in str(refusal.value)

"""The company's database on SQLite and on PostgreSQL, beside a record on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent.cases.record import Record
from tests.beginning import new_record
from tests.company import settings
from tests.company_systems.shop import Shop, shop_on
from tests.servers.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres) -> Iterator[Shop]:
    with shop_on(request.param, tmp_path, postgres) as opened:
        yield opened


@pytest.fixture
def local_record(tmp_path: Path) -> Iterator[Record]:
    opened = new_record(settings(tmp_path / "record"))
    yield opened
    opened.close()

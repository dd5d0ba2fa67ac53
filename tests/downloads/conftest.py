"""A listener over a record of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases import records
from tests.downloads.counter import Counter, counter_in

databases = records.databases


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as opened:
        yield opened


@pytest.fixture
def anywhere(databases: dict[str, str], tmp_path: Path) -> Iterator[Counter]:
    """A listener over each database."""
    with counter_in(tmp_path / "anywhere", **databases) as opened:
        yield opened

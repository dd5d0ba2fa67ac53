"""An office that may write its own letters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent.letters import Stationery
from tests.company import ADDRESS
from tests.desk.office import Office


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def writers(tmp_path: Path, own_folder: Path) -> Iterator[Office]:
    """An office with a folder for its own wordings, its agent and desk on one stationery."""
    opened = Office(
        tmp_path / "office", paper=Stationery(ADDRESS, overrides=own_folder), templates=own_folder
    )
    yield opened
    opened.close()

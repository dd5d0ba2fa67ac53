from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.cli.office")

from tests.cli.office import Office  # noqa: E402 - its asserts must be rewritten first


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(tmp_path, monkeypatch)

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.downloads.counter import Counter, counter_in


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as opened:
        yield opened

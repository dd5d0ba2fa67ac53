"""One door to the mails in tests/messages, each named for the one thing it shows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inbox_agent.message import Message, Screening, parse

_NOBODY = Screening()
FOLDER = Path(__file__).parent.parent / "messages"
REQUEST = "Please change my address."
REQUEST_ARABIC = "أرجو تغيير عنواني."
"""What the writer of most of these mails wants."""


@pytest.fixture(scope="session")
def raw() -> Callable[[str], bytes]:
    return lambda name: (FOLDER / f"{name}.eml").read_bytes()


@pytest.fixture(scope="session")
def read(raw: Callable[[str], bytes]) -> Callable[..., Message]:
    return lambda name, screening=_NOBODY: parse(raw(name), screening=screening)

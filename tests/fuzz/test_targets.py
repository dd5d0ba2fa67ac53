"""The targets of `make fuzz` hold for the mails that it begins with."""

import pytest

from tests.fuzz.targets import TARGETS
from tests.message.conftest import FOLDER


@pytest.mark.parametrize("name", TARGETS)
def test_every_mail_of_ours_passes_the_target(name: str) -> None:
    for path in FOLDER.glob("*.eml"):
        TARGETS[name](path.read_bytes())

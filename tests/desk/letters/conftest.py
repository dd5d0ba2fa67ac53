"""An office that sends nothing by itself, and letters that wait in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.letters.letter import QUESTION, Desk, write
from tests.desk.office import Browser, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path, sending="review")
    yield opened
    opened.close()


@pytest.fixture
def sara(office: Office) -> Browser:
    return office.signed_in("sara")


@pytest.fixture
def question(office: Office, sara: Browser) -> Desk:
    """A held letter that has no code in it: the acknowledgement of a question, in both languages."""
    return Desk(office, sara, office.receive(QUESTION))


@pytest.fixture
def answer(office: Office, sara: Browser) -> Desk:
    """A held answer of Sara's own, in English."""
    ref = office.receive(QUESTION)
    write(sara, ref, "We keep invoices for five years.")
    return Desk(office, sara, ref)

"""A real browser at a desk with three cases."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from inbox_agent.desk import live, serving
from tests.company import COPY_PLEASE, DELETE_PLEASE
from tests.desk.comfort.hands import sign_in
from tests.desk.office import Office


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a desk with three cases whose hints come quickly."""
    monkeypatch.setattr(live, "LOOK_EVERY", 0.1)
    for number, text in enumerate((COPY_PLEASE, DELETE_PLEASE, COPY_PLEASE)):
        office.receive(text, sender=f"person{number}@example.com")
    with serving(office.desk, "127.0.0.1", 0) as url:
        yield url.rstrip("/")


@pytest.fixture
def page(desk: str, laptop: Page) -> Page:
    sign_in(laptop, desk, "sara")
    return laptop

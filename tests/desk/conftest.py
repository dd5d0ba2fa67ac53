"""A browser for the tests of the desk: a laptop and a phone, each with a page that has to be quiet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.desk.office import Office
from tests.servers.browser import LAPTOP, PHONE, Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with Browser() as started:
        yield started


@pytest.fixture
def laptop(browser: Browser) -> Iterator[Page]:
    with browser.page(LAPTOP) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with browser.page(PHONE) as page:
        yield page


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk with its people and a mailbox."""
    opened = Office(tmp_path)
    yield opened
    opened.close()

"""Every link of the desk, of an office with five weeks behind it, leads to a page."""

import re
from collections import deque
from html import unescape
from pathlib import Path

from inbox_agent.agent import now_utc
from inbox_agent.desk import application
from tests.company import stationery
from tests.desk.office import Browser
from tests.desk.screenshots import PASSWORD, lived_in_office

ENOUGH = 600


def test_every_link_leads_to_a_page(tmp_path: Path) -> None:
    with lived_in_office(tmp_path) as record:
        browser = Browser(application(record, stationery(), now_utc), base_url="http://localhost")
        browser.submit("/sign-in", on="/sign-in", name="sara", password=PASSWORD, then="/")
        waiting, seen, dead = deque(["/queue/decide"]), {"/queue/decide"}, []
        while waiting and len(seen) < ENOUGH:
            path = waiting.popleft()
            answer = browser.get(path)
            if answer.status_code != 200:
                dead.append((path, answer.status_code))
            for link in _links(answer.text) - seen:
                seen.add(link)
                waiting.append(link)
    assert dead == []
    assert {"/help", "/reports", "/settings/law", "/new"} <= seen
    assert sum(link.startswith("/cases/") for link in seen) > 100


def _links(page: str) -> set[str]:
    """Where the page leads, without the parts of pages; pictures and styles are no places."""
    found = (unescape(href).partition("#")[0] for href in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', page))
    return {href for href in found if href and not href.startswith(("/static/", "https://"))}

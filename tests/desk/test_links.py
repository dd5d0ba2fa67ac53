"""Every link of the desk, of an office with five weeks behind it, leads to a page."""

import re
from collections import Counter
from html import unescape
from pathlib import Path

from inbox_agent.agent import now_utc
from inbox_agent.desk import application
from tests.company import stationery
from tests.desk.office import Browser
from tests.desk.screenshots import PASSWORD, lived_in_office

OF_A_KIND, CASES = 8, 60
"""Links of one shape that are followed; pages of cases differ most."""
NAMES = re.compile(r"MC-[0-9A-Z]{4}-[0-9A-Z]{4}|\b[0-9a-f]{32}\b|(?<==)[^&]*|\d+")


def test_every_link_leads_to_a_page(tmp_path: Path) -> None:
    with lived_in_office(tmp_path) as record:
        browser = Browser(application(record, stationery(), now_utc), base_url="http://localhost")
        browser.submit("/sign-in", on="/sign-in", name="sara", password=PASSWORD, then="/")
        followed, dead = _followed(browser, "/queue/decide")
    assert dead == []
    assert followed["/cases/*"] > 25
    assert set(followed) >= {"/help", "/reports", "/settings/law", "/new", "/cases/*/letters/*"}


def _followed(browser: Browser, start: str) -> tuple[Counter[str], list[tuple[str, int]]]:
    """How many links of each shape were followed from here on, and those that led nowhere."""
    waiting, seen = [start], {start}
    followed, dead = Counter[str](), list[tuple[str, int]]()
    while waiting:
        link = waiting.pop(0)
        shape = NAMES.sub("*", link)
        if followed[shape] >= (CASES if shape == "/cases/*" else OF_A_KIND):
            continue
        followed[shape] += 1
        answer = browser.get(link)
        if answer.status_code != 200:
            dead.append((link, answer.status_code))
        new = _links(answer.text) - seen
        seen |= new
        waiting += sorted(new)
    return followed, dead


def _links(page: str) -> set[str]:
    """Where the page leads; pictures and styles are no places."""
    found = (unescape(href).partition("#")[0] for href in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', page))
    return {href for href in found if href and not href.startswith(("/static/", "https://"))}

"""What the tests of the settings look at."""

import re
from html import unescape

from inbox_agent.cases import staff
from tests.desk.office import PASSWORD, Browser, Office, totp_code


def person(office: Office, name: str) -> staff.Staff:
    with office.record.reading() as session:
        found = staff.by_name(session, name)
        assert found is not None
        return found


def look(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def switch_on(office: Office, browser: Browser) -> str:
    """The second factor of whoever sits there; gives its secret."""
    page = look(browser, "/settings/me/second-factor")
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert found
    assert f"secret={found[1]}" in page
    code = totp_code(found[1], office.now)
    answer = browser.submit(
        "/settings/me/second-factor", secret=found[1], password=PASSWORD, code=f"{code[:3]} {code[3:]}"
    )
    assert answer.headers["location"] == "/settings/me"
    return found[1]

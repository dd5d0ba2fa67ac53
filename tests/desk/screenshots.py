"""Pictures of every main page, to be looked at: `python -m tests.desk.screenshots FOLDER [light|dark]`.

Each in English and Arabic, on a laptop and a phone, of an office with five weeks behind it. What sticks out
of a page and what axe finds is printed.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page
from sqlalchemy import select

from inbox_agent.agent import now_utc
from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role, Staff
from inbox_agent.cases.tables import Mailbox
from inbox_agent.cli import sample_office
from inbox_agent.desk import application, serving
from inbox_agent.desk.sign_in import hire
from inbox_agent.mailbox import make_maildir
from inbox_agent.settings import MaildirSettings
from tests.company import settings, stationery, understanding
from tests.servers.browser import LAPTOP, PHONE, Browser, overflowing, violations

PASSWORD = "correct horse battery"
READERS = {"en": "sara", "ar": "huda"}
SIZES = {"laptop": LAPTOP, "phone": PHONE}


def main(folder: Path, scheme: Literal["light", "dark"]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, lived_in_office(Path(data)) as record, Browser() as browser:
        pages = dict(main_pages(record))
        console = application(record, stationery(), now_utc)
        with serving(console, "127.0.0.1", 0) as address:
            for language, name in READERS.items():
                for size, given in SIZES.items():
                    with browser.page(given, locale=language, color_scheme=scheme) as page:
                        sign_in(page, address, name)
                        _take(page, address, pages, folder, f"{language}-{size}-{scheme}")


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")


def _take(page: Page, address: str, pages: dict[str, str], folder: Path, kind: str) -> None:
    for what, path in pages.items():
        page.goto(address.rstrip("/") + path)
        page.screenshot(path=folder / f"{what}-{kind}.png")
        for fault in [*overflowing(page), *violations(page)]:
            print(f"{what} {kind}: {fault}")


def main_pages(record: Record) -> Iterator[tuple[str, str]]:
    """A name for the file and the address of each main page."""
    yield from {
        "queue": "/queue/decide",
        "closed": "/queue/closed",
        "nothing-found": "/queue/all?q=MC-2222-2222",
        "triage": "/triage",
        "quarantine": "/quarantine",
        "left": "/left",
        "new": "/new",
        "reports": "/reports",
        "notice": "/notice",
        "help": "/help",
    }.items()
    for place in (
        "me",
        "law",
        "staff",
        "letters",
        "understanding",
        "mail",
        "suppression",
        "retention",
        "audit",
    ):
        yield f"settings-{place}", f"/settings/{place}"
    with record.reading() as session:
        for case in search.cases(session):
            kind = _kind(case.state, [right.type for right in case.rights])
            yield f"case-{kind}", f"/cases/{case.ref}"
            for letter in case.letters:
                yield f"letter-{letter.state}", f"/cases/{case.ref}/letters/{letter.id.hex}"
    ref = next(iter(_refs(record)))
    yield "history", f"/cases/{ref}/history"
    yield "print", f"/cases/{ref}/print"
    yield "write", f"/cases/{ref}/write"
    yield "action", f"/cases/{ref}/do/check"


def _kind(state: str, types: list[str]) -> str:
    return re.sub(r"_", "-", f"{state}-{types[0]}") if types else state


def _refs(record: Record) -> list[str]:
    with record.reading() as session:
        return [case.ref for case in search.cases(session, open_only=True)]


@contextmanager
def lived_in_office(folder: Path) -> Iterator[Record]:
    """The demo's office, with an administrator for each language."""
    maildir = folder / "maildir"
    make_maildir(maildir)
    given = {"maildir": MaildirSettings(path=maildir), "time_zone": "Asia/Amman"}
    record = Record.open(settings(folder / "data", **given))
    sample_office.fill(record, stationery(), understanding(), now_utc())
    for language, name in READERS.items():
        person = hire(record, now_utc(), name=name, display_name=name, role=Role.ADMIN, password=PASSWORD)
        with record.writing() as session:
            session.get_one(Staff, person.id).language = language
    with record.writing() as session:
        for box in session.scalars(select(Mailbox)):
            box.polled_at = now_utc()  # as the agent does that nobody runs here
    yield record
    record.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), "dark" if "dark" in sys.argv[2:] else "light")

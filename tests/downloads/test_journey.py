"""From a verified request to the downloaded archive, in a real browser, in both languages."""

import os
import re
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from inbox_agent.desk import labels, serving
from inbox_agent.downloads import application
from inbox_agent.settings import DownloadsSettings
from tests.company import COPY_PLEASE
from tests.desk.office import Office
from tests.desk.test_journeys import READERS, Reader, code_of, reply
from tests.servers.browser import PHONE, Browser, overflowing, violations

ROWS = (
    "Name | Plan | Since\nRana Haddad | Business | 2024-02-11\n=1+1 | <script>alert(1)</script> | \u202eevil"
)

WAITS = (
    "The password was told; the download link was not used yet. "
    "If it ends unused, the case stands in the queue."
)


@dataclass
class House:
    """A desk, and the listener for downloads beside it."""

    office: Office
    desk: str
    listener: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with Browser() as started:
        yield started


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    office = Office(tmp_path, downloads=DownloadsSettings(port=port))
    listener = application(office.record, lambda: office.now)
    try:
        with serving(office.desk, "127.0.0.1", 0) as desk, serving(listener, "127.0.0.1", port) as address:
            yield House(office, desk.rstrip("/"), address)
    finally:
        office.close()


@pytest.mark.parametrize("language", READERS)
def test_a_copy_goes_from_the_desk_to_its_customer(
    house: House, browser: Browser, language: str, tmp_path: Path
) -> None:
    office = house.office
    ref = office.receive(COPY_PLEASE)
    reply(office, code_of(office))
    with browser.page() as page:
        reader = Reader(page, house.desk, office, language)
        browser.allow(page, "/cases/*/package/hand-over", 200)
        reader.sign_in(READERS[language])
        reader.do(ref, "check", "access", kind="address_on_file", how="in the portal")
        reader.do(ref, "check", "access", kind="call_back", how="answered on the number on file")
        explained(reader, ref)
        reader.settle_rows(ref, "access")
        password = gathered(reader, ref, tmp_path)
        reader.page.locator(".card .button--main").first.click()
        reader.release()
        password_told(reader, ref)
    link = link_in(office, house.listener)
    with browser.page(PHONE, locale=language) as customer:
        archive = fetched(browser, customer, link, password, tmp_path)
    looked_through(archive, tmp_path)
    assert office.case(ref).state == "closed"
    with browser.page() as page:
        reader = Reader(page, house.desk, office, language)
        reader.sign_in(READERS[language])
        reader.go(f"/cases/{ref}/package")
        expect(page.locator("main")).to_contain_text(reader.says("Works"))


def explained(reader: Reader, ref: str) -> None:
    """Each row of the checklist says what it asks for a copy; why data stays is no question here."""
    reader.go(f"/cases/{ref}/do/rows?right=access")
    main = reader.page.locator("main")
    for said in labels.COPIED.values():
        expect(main).to_contain_text(unescape(reader.says(said)))
    expect(main).not_to_contain_text(reader.says("Kept because"))
    shot(reader.page, f"package-checklist-{reader.language}")


def password_told(reader: Reader, ref: str) -> None:
    """The next step, also of a case that is closed: to tell the password, then to wait for the download."""
    reader.go(f"/cases/{ref}")
    step = reader.page.locator("#next-step")
    expect(step).to_contain_text(reader.says("Tell the customer the password of the download"))
    shot(reader.page, f"package-next-{reader.language}")
    step.locator("form button").click()
    reader.go(f"/cases/{ref}")
    expect(step).to_contain_text(reader.says(WAITS))
    shot(reader.page, f"package-waits-{reader.language}")


def gathered(reader: Reader, ref: str, folder: Path) -> str:
    """Rows and a file are put in, the archive is built and handed over; gives the password."""
    page, path = reader.page, f"/cases/{ref}/package"
    reader.go(path)
    expect(page.locator("section[aria-labelledby=out]")).to_contain_text(
        reader.says("Put something in first.")
    )
    page.fill("#f-rows", ROWS)
    page.locator("#f-rows").locator("xpath=ancestor::form").locator("button").click()
    contract = folder / "..\\evil:contract\u202efdp.exe"
    contract.write_bytes(b"MZ not to be run")
    page.set_input_files("#f-file", contract)
    page.locator("#f-file").locator("xpath=ancestor::form").locator("button").click()
    reader.go(path)
    shot(page, f"package-desk-{reader.language}")
    page.locator(f"form[action='{path}/build'] button").click()
    reader.go(path)
    shot(page, f"package-built-{reader.language}")
    page.check("[name=as_it_is]")
    page.locator(f"form[action='{path}/hand-over'] > .cluster button").click()
    assert [*overflowing(page), *violations(page)] == []
    shot(page, f"package-password-{reader.language}")
    return page.locator(".card__figure").inner_text()


def shot(page: Page, name: str) -> None:
    """What it looks like, where somebody wants to see: `SHOTS=folder pytest …`."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def link_in(office: Office, listener: str) -> str:
    letter = message_from_bytes(office.post.sent[-1][1], policy=default)
    body = letter.get_body(("plain",))  # type: ignore[attr-defined]
    found = re.search(re.escape(listener) + r"[A-Za-z0-9_-]{43}", body.get_content())
    assert found
    return found[0]


def fetched(browser: Browser, page: Page, link: str, password: str, folder: Path) -> Path:
    """A customer opens the link, mistypes once, then saves the file."""
    browser.allow(page, "/*", 403)
    page.goto(link)
    assert [*overflowing(page), *violations(page)] == []
    page.fill("[name=password]", "1234")
    page.locator("button").click()
    expect(page.locator(".told")).to_have_count(2)
    assert [*overflowing(page), *violations(page)] == []
    shot(page, "download")
    page.fill("[name=password]", password)
    with page.expect_download() as waiting:
        page.locator("button").click()
    archive = folder / waiting.value.suggested_filename
    waiting.value.save_as(archive)
    assert archive.name == "personal-data.zip"
    return archive


def looked_through(archive: Path, folder: Path) -> None:
    """Unpacked and checked by the tools of every system, as the README says."""
    there = folder / "unpacked"
    subprocess.run(["unzip", "-q", archive, "-d", there], check=True)
    checked = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=there, check=True, capture_output=True
    )
    assert checked.stdout.count(b": OK\n") == len(zipfile.ZipFile(archive).namelist()) - 1
    assert all((there / one).resolve().is_relative_to(there) for one in zipfile.ZipFile(archive).namelist())
    assert "'=1+1" in (there / "tables" / "01-account.csv").read_text("utf-8-sig")

"""A deletion in a real browser, from its mail to erased rows and its letter: "Next" leads all the way."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from inbox_agent.agent import now_utc
from inbox_agent.cli import sample_company
from inbox_agent.desk import serving
from tests.desk.office import Office
from tests.desk.test_journeys import Reader, code_of, reply
from tests.servers.browser import Browser

FIONA, ACCOUNT = "fiona.g@example.com", "4005"
DELETE = "Please delete all the personal data you hold about me and close my account."
PEOPLE = {"en": ("omar", "sara"), "ar": ("huda", "omar")}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office beside the demo's telephony company."""
    opened = Office(tmp_path, connectors=sample_company.found(tmp_path / "telephony", now_utc()))
    yield opened
    opened.close()


def rows_of(folder: Path, table: str) -> int:
    with sqlite3.connect(folder / "telephony" / "telephony.db") as database:
        found = database.execute(f"SELECT count(*) FROM {table} WHERE account = ?", (ACCOUNT,))
        return int(found.fetchone()[0])


def follow(reader: Reader, ref: str, leads: str, **fields: str) -> None:
    """Press what the case says is next, which leads there; with fields, fill them in."""
    reader.page.goto(f"{reader.address}/cases/{ref}")
    button = reader.page.locator("#next .button--main")
    expect(button).to_have_attribute("href", f"/cases/{ref}/{leads}?right=deletion")
    if leads == "data":
        button.click()
    elif leads != "do/rows":
        reader.do(ref, leads.removeprefix("do/"), "deletion", **fields)


def press(reader: Reader, form: str) -> None:
    reader.page.locator(f"form[action$='/{form}'] button").click()
    expect(reader.page.locator(".problems, .banner--danger")).to_have_count(0)


def settle_what_is_open(reader: Reader, ref: str) -> None:
    reader.go(f"/cases/{ref}/do/rows?right=deletion")
    still_open = reader.page.locator("main input[type=radio][value=open]:checked")
    for name in still_open.evaluate_all("all => all.map(one => one.name)"):
        reader.page.locator(f"main input[name='{name}'][value=done]").check()
    reader.page.locator("main form.form > .cluster button").click()


@pytest.mark.parametrize("language", PEOPLE)
def test_a_deletion_from_its_mail_to_erased_rows_and_its_letter(
    office: Office, browser: Browser, laptop: Page, tmp_path: Path, language: str
) -> None:
    with serving(office.desk, "127.0.0.1", 0) as served:
        reader = Reader(laptop, served.rstrip("/"), office, language)
        first, second = PEOPLE[language]
        reader.sign_in(first)
        ref = office.receive(DELETE, sender=FIONA)
        reply(office, code_of(office), FIONA)
        follow(reader, ref, "do/check", kind="address_on_file", how="in the portal")
        follow(reader, ref, "do/check", kind="call_back", how="answered on the number on file")
        follow(reader, ref, "do/confirm_delete")
        office.later(minutes=1)
        reply(office, code_of(office), FIONA)
        follow(reader, ref, "data")
        press(reader, "find")
        press(reader, "choose")
        follow(reader, ref, "do/submit")
        reader.go(f"/cases/{ref}")
        expect(laptop.locator("#next")).to_contain_text(reader.says("A colleague must agree now"))
        reader.sign_in(second)
        follow(reader, ref, "do/approve")
        reader.go(f"/cases/{ref}")
        held_up = reader.says(
            "The customer can still stop the deletion. A dry run in the systems is possible already."
        )
        expect(laptop.locator("#next")).to_contain_text(held_up)
        before = rows_of(tmp_path, "calls")
        office.later(days=4)
        reader.sign_in(second)
        follow(reader, ref, "data")
        press(reader, "preview")
        assert rows_of(tmp_path, "calls") == before > 0, "a dry run takes nothing"
        follow(reader, ref, "data")
        press(reader, "erase")
        assert (rows_of(tmp_path, "calls"), rows_of(tmp_path, "devices")) == (0, 0)
        assert rows_of(tmp_path, "payments") > 0, "what the law keeps stays"
        follow(reader, ref, "do/rows")
        settle_what_is_open(reader, ref)
        follow(reader, ref, "do/answer")  # its form stands at "done in part" already, because of the law
        reader.release()
        reader.go(f"/cases/{ref}")
        expect(laptop.locator("#next")).to_contain_text(reader.says("Everything here is done."))
        assert office.case(ref).state == "closed"

"""`inbox-agent data REF VERB`: a person's data in the company's systems, from the shell."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from inbox_agent.agent import now_utc
from inbox_agent.cli import sample_company
from inbox_agent.company import load
from inbox_agent.resources import TEMPLATES
from tests.cli.office import Office
from tests.company import COPY_PLEASE, mail

BY = ("--by", "Sara")
DOCS = TEMPLATES.parent / "docs" / "connectors.md"


@pytest.fixture
def ref(office: Office) -> str:
    office.set(CONNECTORS=str(sample_company.found(office.folder / "telephony", now_utc())))
    office.receive(mail(COPY_PLEASE, sender="fiona.g@example.com"))
    return office.reference()


def prove(office: Office) -> None:
    with sqlite3.connect(office.folder / "data" / "record.db") as database:
        database.execute("UPDATE rights SET trust = 'T3'")


def rows(told: dict[str, list[dict[str, object]]]) -> dict[object, object]:
    return {one["system"]: one["rows"] for one in told["systems"]}


def test_find_takes_the_one_account_of_their_address_and_asks_every_system(office: Office, ref: str) -> None:
    prove(office)
    told = office.json("data", ref, "find", *BY, "--json")
    assert told["right"] == "access"
    assert rows(told)["accounts"] == 1
    assert rows(told)["recordings"] is None
    assert rows(office.json("data", ref, "status", *BY, "--json")) == rows(told)
    assert "Call records" not in office.told("data", ref, "status", *BY), "systems are told by name"


def test_find_asks_which_where_a_number_leads_elsewhere(office: Office, ref: str) -> None:
    prove(office)
    answer = office.type("data", ref, "find", "--identifier", "06 410 1667", *BY)
    assert answer.code == 1
    assert "4016 (a number that several share)" in answer.complaints[0]
    assert office.type("data", ref, "find", "--identifier", "064101667", "--account", "4016", *BY).code == 1
    why = ("--why", "She signs for the shop.")
    told = office.json(
        "data", ref, "find", "--identifier", "064101667", "--account", "4016", *why, *BY, "--json"
    )
    assert rows(told)["accounts"] == 1


def test_nothing_is_asked_before_the_identity_is_proved(office: Office, ref: str) -> None:
    answer = office.type("data", ref, "find", *BY)
    assert (answer.code, "needs T3" in answer.complaints[0]) == (1, True)


def test_by_an_access_right_nothing_is_erased(office: Office, ref: str) -> None:
    prove(office)
    office.json("data", ref, "find", *BY, "--json")
    for verb in (("preview",), ("erase", "--yes")):
        answer = office.type("data", ref, *verb, *BY)
        assert (answer.code, "nothing is erased" in answer.complaints[0]) == (1, True)


def test_without_connectors_it_says_which_setting_is_missing(office: Office) -> None:
    office.receive(mail(COPY_PLEASE))
    answer = office.type("data", office.reference(), "find", *BY)
    assert (answer.code, "INBOX_AGENT_CONNECTORS is not set" in answer.complaints[0]) == (2, True)


def test_run_and_doctor_name_what_is_wrong_in_the_file(office: Office, ref: str) -> None:
    file = office.folder / "telephony" / "connectors.toml"
    assert "rows can be erased" in office.type("doctor").out
    file.write_text(file.read_text("utf-8").replace('item = "device"', 'item = "devices"'), "utf-8")
    for command in (("run", "--once"), ("doctor",)):
        answer = office.type(*command)
        assert "system devices: item" in answer.out + answer.err
        assert answer.code in {1, 2}


def test_doctor_tells_which_system_is_away(office: Office, ref: str) -> None:
    shutil.rmtree(office.folder / "telephony" / "drops")
    assert "FAIL  systems" in office.type("doctor").out
    assert "usage: the system usage has no file" in office.type("doctor").out


def test_the_file_in_the_documentation_is_a_whole_one(tmp_path: Path) -> None:
    text = DOCS.read_text("utf-8").split("## The file\n", 1)[1].split("\nThe file is checked", 1)[0]
    (tmp_path / "connectors.toml").write_text(
        "\n".join(line.removeprefix("    ") for line in text.splitlines()), "utf-8"
    )
    for name in ("crm", "calls", "marketing"):
        (tmp_path / f"{name}.url").write_text(f"postgresql://reader:x@db.example/{name}")
        (tmp_path / f"{name}.write.url").write_text(f"postgresql://eraser:x@db.example/{name}")
    (tmp_path / "portal.secret").write_text("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz")
    company = load(tmp_path / "connectors.toml")
    assert company is not None
    assert {one.kind for one in company.systems} == {"sql", "file", "http", "by_hand"}

"""`inbox-agent package`: from files and rows to a link, from the shell."""

import re
from pathlib import Path

from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.settings import load
from tests.cli.office import Office

PASSWORD = re.compile(r"^\d{4} \d{4} \d{4}$", re.MULTILINE)


def verified(office: Office) -> str:
    ref = office.told("open", "--from", "rana@example.com", "--type", "access", "--by", "sara")
    ref = re.findall(r"MC-\w{4}-\w{4}", ref)[0]
    record = Record.open(load())
    with record.writing() as session:
        for right in search.case(session, ref).rights:
            right.trust = "T3"
    record.close()
    work = ("case", ref)
    office.told(*work, "start", "--by", "sara", "--yes")
    for item in ("account", "usage", "call", "payment", "device", "cookies", "recipients", "backups"):
        office.told(*work, "row", item, "done", "--by", "sara", "--yes")
    for item in ("marketing_list", "mailbox", "exports"):
        office.told(*work, "row", item, "nothing_held", "--by", "sara", "--yes")
    return ref


def test_a_package_goes_from_files_to_a_link_and_back(office: Office, tmp_path: Path) -> None:
    office.set(DOWNLOADS__URL="https://downloads.example.com")
    ref = verified(office)
    (tmp_path / "rows.csv").write_text("name,plan\nRana,basic\n", "utf-8")
    (tmp_path / "contract.pdf").write_bytes(b"%PDF-1.7")
    of, by = ("package", ref), ("--by", "sara", "--yes")
    office.told(*of, "add-rows", str(tmp_path / "rows.csv"), "--item", "account", *by)
    office.told(*of, "add-file", str(tmp_path / "contract.pdf"), "--item", "account", *by)
    shown = office.json(*of, "show")
    assert [(part["kind"], part["name"], part["rows"]) for part in shown["parts"]] == [
        ("rows", None, 1),
        ("file", "contract.pdf", None),
    ]
    office.told(*of, "remove", shown["parts"][1]["id"], *by)
    office.told(*of, "build", *by)
    assert "nothing in the package: usage" in office.type(*of, "hand-over", *by).complaints[0]
    assert PASSWORD.search(office.told(*of, "hand-over", "--as-it-is", *by))
    shown = office.json(*of, "show")
    assert (len(shown["parts"]), shown["links"][0]["downloads"], shown["links"][0]["dead_why"]) == (
        1,
        0,
        None,
    )
    assert not PASSWORD.search(office.told(*of, "show"))
    assert "told" in office.told(*of, "password-told", *by)
    office.told(*of, "revoke", *by)
    assert office.json(*of, "show")["links"][0]["dead_why"] == "revoked"
    office.told(*of, "destroy", *by)
    assert office.json(*of, "show")["parts"] == []


def test_what_is_missing_is_said_in_one_line(office: Office, tmp_path: Path) -> None:
    ref = verified(office)
    answer = office.type("package", ref, "build", "--by", "sara", "--yes")
    assert (answer.code, answer.complaints) == (1, [f"inbox-agent: {ref}: nothing is in the package yet"])
    (tmp_path / "rows.csv").write_bytes(b"\xff\xfe")
    refused = office.type(
        "package", ref, "add-rows", str(tmp_path / "rows.csv"), "--item", "account", "--by", "s"
    )
    assert refused.code == 2

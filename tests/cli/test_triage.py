"""`triage`: what would be done with mail files, with nothing set up."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.office import Office
from tests.company import COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, mail

KEYS = {
    "path",
    "message_id",
    "sender",
    "subject",
    "automatic",
    "text",
    "attachments",
    "language",
    "request_types",
    "decision",
    "evidence",
    "flags",
    "error",
}


def file(office: Office, name: str, raw: bytes) -> str:
    path = office.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return str(path)


def triaged(office: Office, *paths: str) -> list[dict[str, Any]]:
    out = office.told("triage", "--json", *paths)
    assert out.isascii()
    return [json.loads(line) for line in out.splitlines()]


def test_a_request_is_told_with_its_types_and_its_evidence(office: Office) -> None:
    path = file(office, "request.eml", mail(COPY_PLEASE, "Rana <Rana@Example.com>", "مرحبا"))
    [told] = triaged(office, path)
    assert told.keys() >= KEYS
    assert (told["path"], told["sender"], told["subject"]) == (path, "rana@example.com", "مرحبا")
    assert (told["decision"], told["language"], told["automatic"], told["error"]) == (
        "open_case",
        "en",
        None,
        None,
    )
    assert list(told["request_types"]) == ["access"]
    for span in told["evidence"]["access"]:
        assert told["text"][span["start"] : span["end"]] == span["text"]


def test_ordinary_mail_is_told_without_types(office: Office) -> None:
    [told] = triaged(office, file(office, "ordinary.eml", mail(PHONE_BROKEN)))
    assert (told["decision"], told["request_types"], told["evidence"]) == ("leave", {}, {})


def test_a_machine_s_mail_is_set_aside(office: Office) -> None:
    [told] = triaged(office, file(office, "away.eml", mail(COPY_PLEASE, Auto_Submitted="auto-replied")))
    assert (told["decision"], told["automatic"], told["request_types"]) == ("set_aside", "auto_reply", {})


def test_what_is_not_known_is_null_and_every_key_is_there(office: Office) -> None:
    [told] = triaged(office, file(office, "empty.eml", b""))
    assert told.keys() >= KEYS
    assert [told[name] for name in ("message_id", "sender", "language", "automatic")] == [None] * 4
    assert [told["subject"], told["text"]] == ["", ""]


def test_what_cannot_be_read_is_for_staff_with_a_reason(office: Office) -> None:
    [told] = triaged(office, file(office, "headers.eml", b"X: y\n" * 10_000 + mail(COPY_PLEASE)))
    assert (told["decision"], told["error"], told["attachments"]) == ("ask_staff", "too_many_headers", None)


def test_a_folder_is_read_with_all_below_it_in_order(office: Office) -> None:
    for name in ("b/two.eml", "a.eml", "b/one.txt", "c/deep/three"):
        file(office, f"mails/{name}", mail(DELETE_PLEASE))
    told = triaged(office, "mails/", "mails/a.eml")
    below = ["mails/a.eml", "mails/b/one.txt", "mails/b/two.eml", "mails/c/deep/three"]
    assert [one["path"] for one in told] == [*below, "mails/a.eml"]


def test_a_missing_file_is_exit_1_and_the_others_are_answered(office: Office) -> None:
    path = file(office, "request.eml", mail(COPY_PLEASE))
    answer = office.type("triage", "--json", "missing.eml", path)
    assert answer.code == 1
    assert [json.loads(line)["path"] for line in answer.out.splitlines()] == [path]
    assert answer.complaints == ["inbox-agent: missing.eml: No such file or directory"]


@pytest.mark.parametrize("as_json", [["--json"], []])
def test_a_name_that_is_no_text_is_answered_too(office: Office, as_json: list[str]) -> None:
    name = os.fsdecode(b"\xff\x1b]0;owned\x07.eml")
    (office.folder / name).write_bytes(mail(COPY_PLEASE))
    answer = office.type("triage", *as_json, str(office.folder), os.fsdecode(b"\xfe-missing"))
    assert (answer.code, answer.out.count("open_case")) == (1, 1)
    assert "\x1b" not in answer.out + answer.err


def test_settings_are_neither_needed_nor_looked_at(office: Office) -> None:
    office.set(ADRESS="no such setting", SENDING="sometimes", DATA_DIR="/proc/nowhere")
    assert triaged(office, file(office, "request.eml", mail(COPY_PLEASE)))[0]["decision"] == "open_case"


def test_nothing_is_written_anywhere(office: Office) -> None:
    path = file(office, "request.eml", mail(COPY_PLEASE))
    before = _all_files(office.folder)
    office.told("triage", path)
    assert _all_files(office.folder) == before


def test_for_people_each_mail_is_one_line(office: Office) -> None:
    told = office.told("triage", file(office, "request.eml", mail(COPY_PLEASE)))
    [line] = told.splitlines()
    assert {"open_case", "en", "access"} <= set(line.split())


def _all_files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

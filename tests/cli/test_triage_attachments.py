"""`triage` says what it read in attachments, apart from the mail's own text."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inbox_agent.cli import app
from tests.attachments.files import english_pdf, scan, with_files
from tests.company import COPY_PLEASE

DELETE = "Please delete all the personal data you hold about me and close my account."


def told(folder: Path, raw: bytes) -> dict[str, object]:
    (folder / "mail.eml").write_bytes(raw)
    answer = CliRunner().invoke(app, ["triage", "--json", str(folder / "mail.eml")])
    assert answer.exit_code == 0, answer.output
    record: dict[str, object] = json.loads(answer.stdout)
    return record


def test_a_request_in_a_file_is_told_apart_from_the_text(tmp_path: Path) -> None:
    record = told(
        tmp_path,
        with_files("See attached.", ("letter.pdf", "application/pdf", english_pdf(DELETE)), subject="x"),
    )
    assert (record["decision"], list(record["request_types"]), record["evidence"]) == (
        "ask_staff",
        ["deletion"],
        {},
    )
    text, evidence = record["attachment_text"], record["attachment_evidence"]
    assert isinstance(text, str)
    assert isinstance(evidence, dict)
    [span, *_] = evidence["deletion"]
    assert text[span["start"] : span["end"]] == span["text"]


@pytest.mark.parametrize("text", [COPY_PLEASE, "Our router is broken."])
def test_without_need_no_file_is_told_of(tmp_path: Path, text: str) -> None:
    record = told(tmp_path, with_files(text, ("letter.pdf", "application/pdf", english_pdf(DELETE))))
    assert (record["attachment_text"], record["attachment_evidence"]) == (None, {})


def test_a_file_that_cannot_be_read_is_an_error_for_staff(tmp_path: Path) -> None:
    record = told(
        tmp_path, with_files("See attached.", ("letter.pdf", "application/pdf", scan()), subject="x")
    )
    assert (record["decision"], record["error"]) == ("ask_staff", "attachment_without_text")

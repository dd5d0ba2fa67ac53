"""The threat model in docs/security.md: every line names a test that there is, or says why it names none."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
MODEL = PAGE.partition("## The threat model")[2]
PLACES = [part.partition("\n") for part in MODEL.split("\n### ")[1:]]
LINES = re.findall(r"^\| ([STRIDE]) \| (.*) \| (.*) \| (.*) \|$", MODEL, re.MULTILINE)
NOT_COVERED = "not covered: "


def test_every_door_and_store_is_looked_at_from_all_six_sides() -> None:
    assert len(PLACES) == 13
    for name, _, table in PLACES:
        assert set(re.findall(r"^\| ([A-Z]) \|", table, re.MULTILINE)) == set("STRIDE"), name


def test_no_line_of_the_model_is_overlooked_here() -> None:
    assert len(LINES) == len(re.findall(r"^\| [A-Z] \|", MODEL, re.MULTILINE)) > 90


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line[0]} {line[1][:40]}")
def test_a_line_names_a_test_that_there_is_or_says_why_none(line: tuple[str, str, str, str]) -> None:
    *_, covered = line
    if covered.startswith(NOT_COVERED):
        assert len(covered) > len(NOT_COVERED) + 20, "without a reason"
        return
    found = re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", covered)
    assert found, covered
    file, name = found.groups()
    assert (ROOT / file).is_file(), file
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE), covered


def test_every_file_and_test_that_the_text_names_is_there() -> None:
    for file in set(re.findall(r"\b(?:tests|docs)/[\w/]+\.(?:py|md)", PAGE)):
        assert (ROOT / file).is_file(), file

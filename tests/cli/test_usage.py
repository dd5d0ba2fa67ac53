"""What is typed wrongly is told without a traceback, with exit code 2."""

import pytest

from tests.cli.office import Office


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["cases", "--nonsense"],
        ["cases", "--state", "nonsense"],
        ["show"],
        ["triage"],
        ["decide", "MC-2222-2222"],
        ["decide", "MC-2222-2222", "access"],
        ["open", "--type", "nonsense", "--by", "Sara"],
        ["open", "--by", "Sara"],
        ["open", "--type", "access", "--uid", "one", "--by", "Sara"],
        ["letters", "nonsense"],
        ["quarantine", "release", "00000000"],
    ],
)
def test_wrong_usage_is_exit_2_and_says_what_is_wrong(office: Office, arguments: list[str]) -> None:
    answer = office.type(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert [line for line in answer.complaints if line.startswith("Error: ")]
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("arguments", [[], ["letters"], ["quarantine"]])
def test_without_a_command_the_help_is_shown(office: Office, arguments: list[str]) -> None:
    answer = office.type(*arguments)
    assert answer.code == 2
    assert "Commands:" in answer.out + answer.err


@pytest.mark.parametrize(
    "command", ["demo", "run", "triage", "cases", "show", "decide", "open", "letters", "quarantine", "doctor"]
)
def test_every_command_explains_itself(office: Office, command: str) -> None:
    assert "Usage: " in office.told(command, "--help")
    assert command in office.told("--help")

"""`quarantine`: mail that the machine could not finish, and what a person can do with it."""

import subprocess
import sys

import pytest

from tests.cli.office import Office
from tests.company import COPY_PLEASE, mail

TOO_MUCH = b"X-Many: yes\n" * 10_000 + mail(COPY_PLEASE, "rana@example.com", "the subject")


def the_mail(office: Office) -> str:
    [found] = office.json("quarantine", "list")
    return str(found["id"])[-8:]


def test_a_quarantined_mail_is_listed_with_its_reason(office: Office) -> None:
    assert office.json("quarantine", "list") == []
    assert office.told("quarantine", "list") == "Nothing is quarantined.\n"
    office.receive(TOO_MUCH)
    [found] = office.json("quarantine", "list")
    assert (found["reason"], found["size"]) == ("too_many_headers", len(TOO_MUCH))
    assert found["received_at"].endswith("Z")
    table = office.told("quarantine", "list")
    assert the_mail(office) in table
    assert "more header lines than a mail needs" in table


def test_a_quarantined_mail_is_shown_as_far_as_it_can_be_read(office: Office) -> None:
    office.receive(TOO_MUCH)
    assert "too_many_headers" in office.told("quarantine", "show", the_mail(office))


def test_its_bytes_come_out_as_they_arrived(office: Office) -> None:
    raw = b"X-\xff: \x1b\n" * 10_000 + b"\r\n\x00\xff"
    office.receive(raw)
    command = [sys.executable, "-m", "inbox_agent", "quarantine", "show", "--raw", the_mail(office)]
    assert subprocess.run(command, capture_output=True, check=True).stdout == raw


def test_a_retried_mail_is_looked_at_again_by_the_next_run(office: Office) -> None:
    office.receive(TOO_MUCH, TOO_MUCH.replace(b"rana", b"samer"))
    assert office.told("quarantine", "retry", "--all", "--by", "Sara").startswith("2 ")
    assert office.json("quarantine", "list") == []
    office.told("run", "--once")
    assert len(office.json("quarantine", "list")) == 2
    [one, _] = office.json("quarantine", "list")
    assert office.told("quarantine", "retry", one["id"], "--by", "Sara").startswith("1 ")
    assert len(office.json("quarantine", "list")) == 1


def test_a_released_mail_is_forgotten_here_and_stays_in_the_mailbox(office: Office) -> None:
    office.receive(TOO_MUCH)
    mail_id = the_mail(office)
    office.told("quarantine", "release", mail_id, "--by", "Sara")
    assert office.json("quarantine", "list") == []
    office.told("run", "--once")
    assert office.json("quarantine", "list") == []
    assert [file.read_bytes() for file in (office.maildir / "new").iterdir()] == [TOO_MUCH]
    assert "there is no quarantined mail" in office.refused(1, "quarantine", "show", mail_id)


@pytest.mark.parametrize("command", [["show"], ["retry", "--by", "Sara"], ["release", "--by", "Sara"]])
def test_a_mail_that_is_not_there_is_exit_1(office: Office, command: list[str]) -> None:
    assert "there is no quarantined mail" in office.refused(1, "quarantine", *command, "00000000")


@pytest.mark.parametrize("arguments", [[], ["00000000", "--all"]])
def test_retry_wants_one_mail_or_all(office: Office, arguments: list[str]) -> None:
    assert "--all" in office.refused(2, "quarantine", "retry", *arguments, "--by", "Sara")


def test_a_card_number_is_masked_where_a_quarantined_mail_is_shown(office: Office) -> None:
    office.receive(b"Subject: my card 4111 1111 1111 1111\n" + TOO_MUCH)
    shown = office.told("quarantine", "show", the_mail(office))
    assert "my card •••• •••• •••• ••11" in shown
    assert "4111" not in shown

"""`open`: a case that a person opens, for a call, a letter on paper, or a mail that was left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.office import Office
from tests.company import COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, mail
from tests.servers.dovecot import Dovecot

BY_PHONE = ("open", "--from", "Rana@Example.com", "--type", "access", "--by", "Sara", "--channel", "phone")
TOMORROW = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()


def opened(office: Office, *arguments: str) -> dict[str, object]:
    told = office.told(*arguments)
    case = office.json("show", told.split()[0])
    assert isinstance(case, dict)
    return case


def test_a_call_becomes_an_open_case_with_an_acknowledgement(office: Office) -> None:
    case = opened(office, *BY_PHONE, "--type", "deletion", "--type", "access", "--language", "ar")
    assert (case["requester"], case["state"], case["channel"]) == (
        "rana@example.com",
        "awaiting_identity",
        "phone",
    )
    assert [right["type"] for right in case["rights"]] == ["access", "deletion"]
    assert [letter["language"] for letter in case["letters"]] == ["ar,en"]
    assert {event["by"] for event in case["events"]} == {"Sara"}


def test_the_clock_runs_from_the_day_it_was_received(office: Office) -> None:
    case = opened(office, *BY_PHONE, "--received", "2026-01-05")
    assert (case["received_at"], case["due_at"]) == ("2026-01-04T21:00:00Z", "2026-02-02T20:59:59Z")


def test_without_an_address_no_letter_goes(office: Office) -> None:
    case = opened(office, "open", "--type", "access", "--by", "Sara", "--channel", "paper")
    assert (case["requester"], case["letters"], case["state"]) == (None, [], "open")


def test_a_mail_from_a_file_is_kept_and_answered(office: Office) -> None:
    (office.folder / "request.eml").write_bytes(mail(DELETE_PLEASE, "samer@example.org"))
    case = opened(office, "open", "--mail", "request.eml", "--type", "deletion", "--by", "Sara")
    assert (case["requester"], case["language"], case["channel"]) == ("samer@example.org", "ar", "email")
    assert [letter["language"] for letter in case["letters"]] == ["ar,en"]


def test_a_machine_s_mail_is_not_answered_by_hand_either(office: Office) -> None:
    (office.folder / "bulk.eml").write_bytes(mail(COPY_PLEASE, Precedence="bulk"))
    case = opened(office, "open", "--mail", "bulk.eml", "--type", "access", "--by", "Sara")
    assert case["letters"] == []


def test_a_mail_that_was_left_alone_is_taken_from_the_mailbox(office: Office, dovecot: Dovecot) -> None:
    _read_from(office, dovecot)
    office.receive()
    dovecot.append(mail(PHONE_BROKEN, "rana@example.com"))
    office.told("run", "--once")
    assert office.json("cases") == []
    by_uid = ("open", "--uid", "1", "--type", "correction", "--by", "Sara")
    assert opened(office, *by_uid)["requester"] == "rana@example.com"
    assert "on a case already" in office.refused(1, *by_uid)
    assert dovecot.flags() == {1: set()}
    assert "no mail with UID 2" in office.refused(1, "open", "--uid", "2", "--type", "access", "--by", "Sara")


@pytest.mark.parametrize("received", [TOMORROW, "9999-12-31"])
def test_what_is_received_in_the_future_is_refused(office: Office, received: str) -> None:
    assert "in the future" in office.refused(2, *BY_PHONE, "--received", received)


@pytest.mark.parametrize("received", ["yesterday", "2026-02-30", "05.01.2026", "0000-01-01"])
def test_what_is_no_day_is_refused(office: Office, received: str) -> None:
    assert "--received must be a day" in office.refused(2, *BY_PHONE, "--received", received)


@pytest.mark.parametrize("address", ["rana", "rana@", "Rana <rana@example.com>", "a@b, c@d", "a@b\nBcc: c@d"])
def test_what_is_no_address_is_refused(office: Office, address: str) -> None:
    arguments = ("open", "--from", address, "--type", "access", "--by", "Sara")
    assert "--from is not an e-mail address" in office.refused(2, *arguments)


@pytest.mark.parametrize("path", ["missing.eml", "."])
def test_a_mail_file_that_is_not_there_is_exit_1(office: Office, path: str) -> None:
    told = office.refused(1, "open", "--mail", path, "--type", "access", "--by", "Sara")
    assert told.startswith(f"inbox-agent: --mail: {path}: ")


def test_one_mail_at_a_time(office: Office) -> None:
    arguments = ("open", "--mail", "x.eml", "--uid", "1", "--type", "access", "--by", "Sara")
    assert "not both" in office.refused(2, *arguments)


def test_nothing_is_opened_by_what_was_refused(office: Office) -> None:
    office.refused(2, *BY_PHONE, "--received", TOMORROW)
    assert office.json("cases") == []


def _read_from(office: Office, dovecot: Dovecot) -> None:
    imap = dovecot.settings(tls="none")
    office.set(
        MAILDIR__PATH="",
        IMAP__HOST=imap.host,
        IMAP__PORT=str(imap.port),
        IMAP__TLS=imap.tls,
        IMAP__USER=imap.user,
        IMAP__PASSWORD=imap.password.get_secret_value(),
        IMAP__FOLDERS="INBOX",
    )

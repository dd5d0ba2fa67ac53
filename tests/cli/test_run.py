"""`run --once`: everything that waits, once, and an exit code that a script can rely on."""

import os
import subprocess
import sys

import pytest

from inbox_agent.mailbox import deliver
from tests.cli.office import Office
from tests.company import COPY_PLEASE, PHONE_BROKEN, mail
from tests.servers.programs import free_port
from tests.servers.sink import SmtpSink


def test_a_request_becomes_a_case_whose_letter_waits_for_a_person(office: Office) -> None:
    office.receive(mail(COPY_PLEASE), mail(PHONE_BROKEN))
    [case] = office.json("cases")
    [letter] = office.json("letters", "list")
    assert (case["state"], letter["state"], letter["hold_reason"]) == ("awaiting_identity", "held", "review")


def test_running_again_does_nothing_again(office: Office) -> None:
    office.receive(mail(COPY_PLEASE))
    before = office.json("cases"), office.json("letters", "list", "--all")
    office.told("run", "--once")
    assert (office.json("cases"), office.json("letters", "list", "--all")) == before


def test_nothing_is_printed_on_standard_output(office: Office) -> None:
    assert office.told("run", "--once") == ""


def test_live_the_letter_leaves_in_the_same_run(office: Office, smtp_sink: SmtpSink) -> None:
    office.set(SENDING="live", SMTP__HOST="127.0.0.1", SMTP__PORT=str(smtp_sink.port), SMTP__TLS="none")
    office.receive(mail(COPY_PLEASE, "rana@example.com"))
    [envelope] = smtp_sink.taken()
    assert envelope.recipients == ("rana@example.com",)


def test_a_relay_out_of_reach_is_exit_1_and_the_rest_is_done(office: Office) -> None:
    office.set(SENDING="live", SMTP__HOST="127.0.0.1", SMTP__PORT=str(free_port()), SMTP__TLS="none")
    office.told("run", "--once")
    deliver(office.maildir, mail(COPY_PLEASE))
    assert "out of reach" in office.refused(1, "run", "--once")
    assert [letter["state"] for letter in office.json("letters", "list", "--all")] == ["ready"]


def test_a_mailbox_out_of_reach_is_exit_1_and_the_other_one_is_read(office: Office) -> None:
    office.receive()
    office.set(IMAP__HOST="127.0.0.1", IMAP__PORT=str(free_port()), IMAP__TLS="none", IMAP__FOLDERS="INBOX")
    deliver(office.maildir, mail(COPY_PLEASE))
    assert "Connection refused" in office.refused(1, "run", "--once")
    assert len(office.json("cases")) == 1


def test_a_database_out_of_reach_is_exit_1(office: Office) -> None:
    office.set(DATABASE_URL=f"postgresql://inbox@127.0.0.1:{free_port()}/record")
    assert "out of reach" in office.refused(1, "run", "--once")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MAILDIR__PATH": ""}, "INBOX_AGENT_IMAP__HOST"),
        ({"MAILDIR__PATH": "nowhere"}, "MAILDIR__PATH"),
        ({"SENDING": "live"}, "INBOX_AGENT_SMTP__HOST"),
        ({"SENDING": "sometimes"}, "INBOX_AGENT_SENDING"),
        ({"ADRESS": "info@example.com"}, "INBOX_AGENT_ADDRESS"),
        ({"LAW_PROFILE": "atlantis"}, "INBOX_AGENT_LAW_PROFILE"),
        ({"MASTER_KEY": "short"}, "INBOX_AGENT_MASTER_KEY"),
        ({"DATABASE_URL": "mysql://host"}, "database URL"),
        ({"DATA_DIR": "/proc/nowhere"}, "INBOX_AGENT_DATA_DIR"),
    ],
)
def test_a_wrong_setting_is_exit_2_and_one_line_that_names_it(
    office: Office, settings: dict[str, str], named: str
) -> None:
    office.set(**settings)
    assert named in office.refused(2, "run", "--once")


def test_a_key_file_missing_beside_a_database_is_exit_2(office: Office) -> None:
    office.receive()
    (office.folder / "data" / "master.key").unlink()
    assert "master.key is missing" in office.refused(2, "run", "--once")


def test_a_second_collector_of_the_same_mailbox_is_exit_75(office: Office) -> None:
    office.told("run", "--once")
    first = subprocess.Popen([sys.executable, "-m", "inbox_agent", "run"], stderr=subprocess.PIPE, text=True)
    assert first.stderr is not None
    for line in first.stderr:
        if "collecting" in line:
            break
    assert "another collector" in office.refused(75, "run", "--once")
    first.terminate()
    first.communicate()
    assert first.returncode == 0
    office.told("run", "--once")


def test_a_reader_who_has_seen_enough_is_no_error(office: Office) -> None:
    for number in range(20):
        (office.folder / f"{number}.eml").write_bytes(mail(COPY_PLEASE))
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "inbox_agent", "triage", "--json", str(office.folder)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.stderr == ""

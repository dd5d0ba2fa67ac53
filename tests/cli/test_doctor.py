"""`doctor`: each thing the agent needs, and what to do where it is not there."""

from email import message_from_bytes

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cli.office import Office
from tests.company import ADDRESS
from tests.servers.programs import free_port
from tests.servers.sink import SmtpSink


def test_where_all_is_well_every_line_says_so(office: Office, smtp_sink: SmtpSink) -> None:
    office.set(SMTP__HOST="127.0.0.1", SMTP__PORT=str(smtp_sink.port), SMTP__TLS="none")
    lines = office.told("doctor").splitlines()
    assert [line.split()[0] for line in lines] == ["ok"] * len(lines)
    checked = {line.split()[1] for line in lines}
    assert checked >= {"settings", "record", "model", "letters", "mailbox", "relay", "law"}
    assert smtp_sink.taken() == []


def test_a_test_mail_is_sent_on_demand_to_ourselves(office: Office, smtp_sink: SmtpSink) -> None:
    office.set(SMTP__HOST="127.0.0.1", SMTP__PORT=str(smtp_sink.port), SMTP__TLS="none")
    office.told("doctor", "--send")
    [envelope] = smtp_sink.taken()
    assert envelope.recipients == (ADDRESS,)
    assert message_from_bytes(envelope.content)["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"MAILDIR__PATH": ""}, "FAIL  mailbox    no mailbox: set INBOX_AGENT_IMAP__HOST"),
        ({"MAILDIR__PATH": "nowhere"}, "FAIL  mailbox"),
        ({"IMAP__HOST": "127.0.0.1", "IMAP__PORT": "1", "IMAP__TLS": "none"}, "FAIL  mailbox"),
        ({"SENDING": "live"}, "FAIL  relay      INBOX_AGENT_SMTP__HOST is empty"),
        ({"SMTP__HOST": "127.0.0.1", "SMTP__PORT": str(free_port()), "SMTP__TLS": "none"}, "FAIL  relay"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "FAIL  record     the database is out of reach"),
        ({"DATA_DIR": "/proc/nowhere"}, "FAIL  record     INBOX_AGENT_DATA_DIR"),
        ({"LAW_PROFILE": "atlantis"}, "FAIL  record     INBOX_AGENT_LAW_PROFILE"),
    ],
)
def test_each_fault_is_told_on_its_line_and_the_rest_is_checked_all_the_same(
    office: Office, settings: dict[str, str], line: str
) -> None:
    office.set(**settings)
    answer = office.type("doctor")
    assert (answer.code, answer.complaints) == (1, [])
    assert line in answer.out
    assert {one.split()[1] for one in answer.out.splitlines()} >= {
        "record",
        "model",
        "mailbox",
        "relay",
        "law",
    }


def test_a_wrong_setting_is_exit_2(office: Office) -> None:
    office.set(SENDING="sometimes")
    assert "INBOX_AGENT_SENDING" in office.refused(2, "doctor")


def test_with_plus_addresses_one_is_tried_as_well(office: Office, smtp_sink: SmtpSink) -> None:
    office.set(SMTP__HOST="127.0.0.1", SMTP__PORT=str(smtp_sink.port), SMTP__TLS="none")
    office.set(PLUS_ADDRESSES="true")
    assert "look whether it arrives" in office.told("doctor", "--send")
    plus = ADDRESS.replace("@", "+case-test@")
    assert [envelope.recipients for envelope in smtp_sink.taken()] == [(ADDRESS,), (plus,)]


def test_what_the_dns_must_say_is_told_until_it_does(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    office.set(DKIM__KEY=pem.decode(), DKIM__SELECTOR="agent")
    published: dict[str, str] = {}
    monkeypatch.setattr("inbox_agent.cli.doctor.published_at", published.get)
    answer = office.type("doctor")
    [line] = [line for line in answer.out.splitlines() if "signature" in line]
    place = "agent._domainkey.mittalcloud.com"
    assert answer.code == 1
    assert line.startswith(f"FAIL  signature  the DNS must say at {place}: v=DKIM1; k=rsa;")
    published[place] = line.partition(".com: ")[2].replace("p=", "p= ")
    assert "ok    signature" in office.told("doctor")


def test_a_mailbox_that_nobody_has_read_lately_is_told(office: Office) -> None:
    office.receive()
    assert "ok    reading" in office.told("doctor")
    office.set(ALARM_MINUTES="0.0001", POLL_SECONDS="0.001")
    answer = office.type("doctor")
    assert answer.code == 1
    assert "FAIL  reading    nobody has read any mailbox since" in answer.out

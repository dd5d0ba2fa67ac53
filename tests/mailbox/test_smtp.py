"""What the SMTP door promises, spoken to over a socket."""

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.mailbox import MaildirDoor, SmtpDoor, make_maildir
from inbox_agent.mailbox import smtp as smtp_room

OURS = "info@mittalcloud.com"
MAX_BYTES = 4 << 20
TRACE = b"Return-Path: <rana@example.org>\r\nDelivered-To: info@mittalcloud.com\r\n"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    make_maildir(tmp_path / "ours")
    make_maildir(tmp_path / "customers")
    return tmp_path / "ours"


@pytest.fixture
def door(maildir: Path) -> Iterator[SmtpDoor]:
    def maildir_of(recipient: str) -> Path | None:
        if recipient.endswith(".org"):
            return maildir.parent / "customers"
        return maildir if recipient in (OURS, "شكاوى@mittalcloud.com") else None

    with SmtpDoor("127.0.0.1", 0, maildir_of, max_bytes=MAX_BYTES) as door:
        yield door


@pytest.fixture
def client(door: SmtpDoor) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", door.port, local_hostname="client", timeout=60) as client:
        client.ehlo()
        yield client


def mails(maildir: Path) -> list[bytes]:
    assert not list((maildir / "tmp").iterdir())
    door = MaildirDoor(maildir, max_bytes=2 * MAX_BYTES)
    return sorted(arrival.raw for arrival in door.fetch(door.uids(0)))


def send_as_is(client: smtplib.SMTP, raw: bytes, sender: str = "rana@example.org") -> tuple[int, bytes]:
    """As smtplib's `data`, which mends line ends that a hostile sender would not."""
    client.mail(sender)
    client.rcpt(OURS)
    assert client.docmd("DATA")[0] == 354
    lines = raw.split(b"\r\n")
    client.send(b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b".\r\n")
    return client.getreply()


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\r\n\r\nOne line.\r\n",
        b"Subject: x\r\n\r\n.\r\n..\r\n.dot\r\n...\r\n",
        b"Subject: x\r\n\r\na\x00b\x00\r\n\x00\r\n",
        b"Subject: \xc7\xe1\xd3\xe1\xc7\xe3\r\n\r\n\xff\xfe\x80\r\n",
        b"Subject: x\r\n\r\nbare \n newline \r and return\n.\nnot the end\r\n",
        b"Subject: x\r\n\r\n" + b"y" * 900_000 + b"\r\n.\r\n",
        b"\r\n",
    ],
    ids=["plain", "dots", "NUL", "8-bit", "bare CR and LF", "line of 900 kB", "empty"],
)
def test_the_mails_bytes_are_stored_unaltered_behind_two_trace_lines(
    client: smtplib.SMTP, maildir: Path, raw: bytes
) -> None:
    assert send_as_is(client, raw)[0] == 250
    assert mails(maildir) == [TRACE + raw]


def test_smtplibs_mail_without_a_final_newline_gets_the_one_that_smtp_needs(
    client: smtplib.SMTP, maildir: Path
) -> None:
    client.sendmail("rana@example.org", [OURS], b"Subject: x\r\n\r\nno newline")
    assert mails(maildir) == [TRACE + b"Subject: x\r\n\r\nno newline\r\n"]


def test_when_250_is_answered_the_file_is_there(client: smtplib.SMTP, maildir: Path) -> None:
    for count in range(1, 50):
        assert send_as_is(client, b"Subject: %d\r\n" % count)[0] == 250
        assert len(list((maildir / "new").iterdir())) == count


def test_a_bounce_keeps_its_empty_return_path(client: smtplib.SMTP, maildir: Path) -> None:
    assert send_as_is(client, b"Subject: x\r\n", sender="")[0] == 250
    [mail] = mails(maildir)
    assert mail.startswith(b"Return-Path: <>\r\n")


def test_each_recipients_mail_goes_to_the_maildir_chosen_for_it(client: smtplib.SMTP, maildir: Path) -> None:
    client.sendmail("a@example.org", [OURS, "b@example.org"], b"Subject: x\r\n")
    assert [mail.splitlines()[1] for mail in mails(maildir)] == [b"Delivered-To: info@mittalcloud.com"]
    assert [mail.splitlines()[1] for mail in mails(maildir.parent / "customers")] == [
        b"Delivered-To: b@example.org"
    ]


def test_an_unknown_recipient_is_refused_and_nothing_is_relayed(client: smtplib.SMTP, maildir: Path) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        client.sendmail("rana@example.org", ["someone@elsewhere.example"], b"Subject: x\r\n")
    assert refusal.value.recipients["someone@elsewhere.example"][0] == 550
    assert mails(maildir) == []


def test_addresses_may_be_in_arabic(client: smtplib.SMTP, maildir: Path) -> None:
    options = ["SMTPUTF8", "BODY=8BITMIME"]
    client.sendmail("رنا@example.org", ["شكاوى@mittalcloud.com"], b"Subject: x\r\n", options)
    [mail] = mails(maildir)
    assert "Return-Path: <رنا@example.org>\r\nDelivered-To: شكاوى@mittalcloud.com\r\n".encode() in mail


def test_a_mail_over_the_limit_is_refused_for_good_and_the_next_is_taken(
    client: smtplib.SMTP, maildir: Path
) -> None:
    assert int(client.esmtp_features["size"]) == MAX_BYTES
    assert send_as_is(client, (b"x" * 998 + b"\r\n") * (MAX_BYTES // 1000 + 1))[0] == 552
    assert send_as_is(client, b"x" * (smtp_room.LONGEST_LINE + 1) + b"\r\n")[0] == 500
    assert send_as_is(client, b"Subject: x\r\n")[0] == 250
    assert len(mails(maildir)) == 1


def test_when_the_disk_refuses_the_sender_is_asked_to_try_again(client: smtplib.SMTP, maildir: Path) -> None:
    (maildir / "new").rmdir()
    answer = send_as_is(client, b"Subject: x\r\n")
    assert answer == (451, b"4.3.0 Not stored; try again later")
    (maildir / "new").mkdir()
    assert send_as_is(client, b"Subject: x\r\n")[0] == 250
    assert mails(maildir) == [TRACE + b"Subject: x\r\n"]


def test_a_connection_lost_within_data_leaves_nothing(door: SmtpDoor, maildir: Path) -> None:
    with smtplib.SMTP("127.0.0.1", door.port, timeout=60) as client:
        client.ehlo()
        client.mail("rana@example.org")
        client.rcpt(OURS)
        client.docmd("DATA")
        client.send(b"Subject: half\r\n\r\nA line\r\n")
        client.close()
    with smtplib.SMTP("127.0.0.1", door.port, timeout=60) as client:
        client.sendmail("rana@example.org", [OURS], b"Subject: whole\r\n")
    assert mails(maildir) == [TRACE + b"Subject: whole\r\n"]


def test_no_address_reaches_the_log(
    client: smtplib.SMTP, maildir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    send_as_is(client, b"Subject: x\r\n")
    (maildir / "new" / "x").mkdir()
    client.docmd("BOGUS rana@example.org")
    assert "rana" not in caplog.text


def test_a_port_that_is_taken_is_a_wrong_setting(door: SmtpDoor) -> None:
    second = SmtpDoor("127.0.0.1", door.port, lambda _: None, max_bytes=MAX_BYTES)
    with pytest.raises(WrongSetting, match="RECEIVE__PORT"), second:
        pass


def test_at_its_end_connections_are_dropped_and_nobody_is_answered(maildir: Path) -> None:
    with SmtpDoor("127.0.0.1", 0, lambda _: maildir, max_bytes=MAX_BYTES) as door:
        client = smtplib.SMTP("127.0.0.1", door.port, timeout=60)
        client.ehlo()
    with client, pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        client.mail("rana@example.org")
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", door.port, timeout=60)

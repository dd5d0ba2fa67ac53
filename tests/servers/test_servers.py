"""The servers that other tests rely on do what those tests believe."""

import smtplib
from pathlib import Path

import psycopg
import pytest

from tests.servers.certificate import make_certificate
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.programs import program
from tests.servers.sink import DROP, SmtpSink


def send(sink: SmtpSink, raw: bytes = b"Subject: x\r\n\r\n.dot\r\n") -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=30) as client:
        client.sendmail("a@example.org", ["b@example.org"], raw)


def test_dovecot_keeps_mail_flags_and_uidvalidity_over_a_kill(dovecot: Dovecot) -> None:
    dovecot.append(b"Subject: x\r\n\r\n", flags=["\\Seen"])
    dovecot.kill()
    dovecot.start()
    assert dovecot.flags() == {1: {"\\Seen"}}


def test_each_postgres_database_is_empty_and_gone_afterwards(postgres: Postgres) -> None:
    for _ in range(2):
        with postgres.database() as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE one (id int)")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace("+psycopg", ""))


def test_postgres_url_names_a_database_that_sqlalchemy_can_open(postgres_url: str) -> None:
    assert postgres_url.startswith("postgresql+psycopg://")


def test_the_sink_records_what_it_takes_and_counts_connections(smtp_sink: SmtpSink) -> None:
    for _ in range(3):
        send(smtp_sink)
    taken = smtp_sink.wait_for(3)
    assert [mail.content for mail in taken] == [b"Subject: x\r\n\r\n.dot\r\n"] * 3
    assert (taken[0].sender, taken[0].recipients) == ("a@example.org", ("b@example.org",))
    assert smtp_sink.connections == 3


def test_the_sink_refuses_as_told_and_takes_the_next(smtp_sink: SmtpSink) -> None:
    smtp_sink.will_answer("RCPT", "550 5.1.1 no such user")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp_sink)
    smtp_sink.will_answer("DATA", "451 4.3.0 later", "554 5.7.1 no")
    for code in (451, 554):
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            send(smtp_sink)
        assert refusal.value.smtp_code == code
    send(smtp_sink)
    assert [mail.taken for mail in smtp_sink.envelopes] == [False, False, True]


def test_the_sink_can_take_a_mail_and_say_nothing(smtp_sink: SmtpSink) -> None:
    smtp_sink.will_answer("DATA", DROP)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink)
    assert len(smtp_sink.taken()) == 1


def test_the_sink_can_be_out_of_reach_and_come_back_on_the_same_port(smtp_sink: SmtpSink) -> None:
    smtp_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtp_sink)
    smtp_sink.start()
    send(smtp_sink)
    assert len(smtp_sink.taken()) == 1


def test_the_sink_insists_on_encryption_and_a_sign_in(tmp_path: Path) -> None:
    with SmtpSink(certificate=make_certificate(tmp_path), login=("us", "secret")) as sink:
        with smtplib.SMTP("localhost", sink.port, timeout=30) as client:
            client.ehlo()
            assert client.docmd("MAIL FROM:<a@example.org>")[0] == 530
            client.starttls()
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("us", "wrong")
            client.login("us", "secret")
            client.sendmail("a@example.org", ["b@example.org"], b"Subject: x\r\n")
        assert len(sink.taken()) == 1


def test_a_missing_program_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="dovecot-imapd"):
        program("no-such-program", "dovecot-imapd")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="dovecot-imapd"):
        program("no-such-program", "dovecot-imapd")

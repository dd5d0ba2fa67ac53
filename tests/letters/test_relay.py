import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.letters import Refused, Relay, compose
from inbox_agent.settings import SmtpSettings
from tests.company import stationery
from tests.letters.drafts import ADDRESS, draft
from tests.servers.certificate import Certificate, make_certificate
from tests.servers.programs import free_port
from tests.servers.sink import DROP, SmtpSink, Stage

TO = "lina@example.com"
RAW = compose(draft(), stationery())
LOGIN = ("agent", "correct horse")


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


@pytest.fixture
def relay(smtp_sink: SmtpSink) -> Iterator[Relay]:
    relay = Relay(smtp_sink.settings())
    yield relay
    relay.close()


def test_a_mail_arrives_as_it_was_written(smtp_sink: SmtpSink, relay: Relay) -> None:
    relay.send(ADDRESS, TO, RAW)
    [taken] = smtp_sink.taken()
    assert (taken.sender, taken.recipients, taken.content) == (ADDRESS, (TO,), RAW)


def test_many_mails_go_over_one_connection(smtp_sink: SmtpSink, relay: Relay) -> None:
    for _ in range(20):
        relay.send(ADDRESS, TO, RAW)
    assert len(smtp_sink.taken()) == 20
    assert smtp_sink.connections == 1


def test_a_line_that_is_one_dot_does_not_end_the_mail(smtp_sink: SmtpSink, relay: Relay) -> None:
    raw = b"Subject: dots\r\n\r\n.\r\n..\r\nafter\r\n"
    relay.send(ADDRESS, TO, raw)
    assert smtp_sink.taken()[0].content == raw


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("550 5.1.1 no such user lina@example.com", "550 5.1.1"),
        ("554 refused", "554"),
        ("451 4.7.1 try again lina@example.com", "451 4.7.1"),
        ("452 too much", "452"),
    ],
)
def test_a_refusal_tells_its_code_and_whether_it_is_for_good_but_no_address(
    smtp_sink: SmtpSink, relay: Relay, stage: Stage, answer: str, code: str
) -> None:
    smtp_sink.will_answer(stage, answer)
    with pytest.raises(Refused) as refused:
        relay.send(ADDRESS, TO, RAW)
    assert (refused.value.code, refused.value.permanent) == (code, answer.startswith("5"))
    assert "@" not in str(refused.value)


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_after_a_refusal_the_next_mail_goes_over_the_same_connection(
    smtp_sink: SmtpSink, relay: Relay, stage: Stage
) -> None:
    smtp_sink.will_answer(stage, "550 5.1.1 no")
    with pytest.raises(Refused):
        relay.send(ADDRESS, TO, RAW)
    relay.send(ADDRESS, "omar@example.com", RAW)
    assert [envelope.recipients for envelope in smtp_sink.taken()] == [("omar@example.com",)]
    assert smtp_sink.connections == 1


def test_a_connection_cut_before_the_answer_may_have_sent_the_mail_and_is_tried_again_later(
    smtp_sink: SmtpSink, relay: Relay
) -> None:
    smtp_sink.will_answer("DATA", DROP)
    with pytest.raises(TryAgainLater):
        relay.send(ADDRESS, TO, RAW)
    relay.send(ADDRESS, TO, RAW)
    first, second = smtp_sink.wait_for(2)
    assert first.content == second.content == RAW


def test_a_connection_that_went_stale_is_replaced_without_a_word(smtp_sink: SmtpSink, relay: Relay) -> None:
    relay.send(ADDRESS, TO, RAW)
    smtp_sink.stop()
    smtp_sink.start()
    relay.send(ADDRESS, TO, RAW)
    assert len(smtp_sink.taken()) == 2


@pytest.mark.parametrize("answer", ["421 4.7.0 too many mails here", "452 4.5.3 too many mails here"])
def test_a_server_that_wants_a_new_connection_after_some_mails_gets_one(
    smtp_sink: SmtpSink, relay: Relay, answer: str
) -> None:
    relay.send(ADDRESS, TO, RAW)
    smtp_sink.will_answer("MAIL", answer)
    relay.send(ADDRESS, TO, RAW)
    assert len(smtp_sink.taken()) == 2
    assert smtp_sink.connections == 2


def test_a_relay_that_closes_while_it_takes_a_mail_is_out_of_reach(smtp_sink: SmtpSink, relay: Relay) -> None:
    smtp_sink.will_answer("DATA", "421 4.3.2 shutting down")
    with pytest.raises(TryAgainLater, match=r"closes the connection: 421 4\.3\.2"):
        relay.send(ADDRESS, TO, RAW)


def test_a_relay_that_takes_no_mail_from_us_is_a_wrong_setting(smtp_sink: SmtpSink, relay: Relay) -> None:
    smtp_sink.will_answer("MAIL", "553 5.7.1 not your address")
    with pytest.raises(WrongSetting, match=rf"takes no mail from {ADDRESS}: 553 5\.7\.1"):
        relay.send(ADDRESS, TO, RAW)
    relay.send(ADDRESS, TO, RAW)
    assert len(smtp_sink.taken()) == 1


@pytest.mark.parametrize("to", ["لينا@example.com", "lina@example.com>\r\nRCPT TO:<all@example.com", ""])
def test_an_address_that_cannot_be_written_to_is_refused_for_good_before_anything_is_said(
    smtp_sink: SmtpSink, relay: Relay, to: str
) -> None:
    with pytest.raises(Refused) as refused:
        relay.send(ADDRESS, to, RAW)
    assert refused.value.permanent
    assert smtp_sink.connections == 0


def test_a_relay_that_is_not_there_is_out_of_reach() -> None:
    settings = SmtpSettings(host="127.0.0.1", port=free_port(), tls="none")
    with pytest.raises(TryAgainLater, match="is out of reach"):
        Relay(settings).send(ADDRESS, TO, RAW)


def test_without_a_host_the_setting_is_named() -> None:
    with pytest.raises(WrongSetting, match="INBOX_AGENT_SMTP__HOST is empty"):
        Relay(SmtpSettings()).send(ADDRESS, TO, RAW)


def test_closing_twice_or_unused_harms_nothing(smtp_sink: SmtpSink) -> None:
    relay = Relay(smtp_sink.settings())
    relay.close()
    relay.send(ADDRESS, TO, RAW)
    relay.close()
    relay.close()
    relay.send(ADDRESS, TO, RAW)
    relay.close()
    assert len(smtp_sink.taken()) == 2


def test_starttls_and_sign_in_with_a_certificate_we_are_told_to_trust(certificate: Certificate) -> None:
    with SmtpSink(certificate=certificate, login=LOGIN) as sink:
        relay = Relay(sink.settings())
        relay.send(ADDRESS, TO, RAW)
        relay.close()
        assert len(sink.taken()) == 1


def test_a_certificate_nobody_vouches_for_is_a_wrong_setting(certificate: Certificate) -> None:
    with SmtpSink(certificate=certificate) as sink:
        with pytest.raises(WrongSetting, match=r"certificate we cannot trust.*INBOX_AGENT_SMTP__CA_FILE"):
            Relay(sink.settings(ca_file=None)).send(ADDRESS, TO, RAW)
        assert sink.taken() == []


def test_a_certificate_of_another_host_is_a_wrong_setting(tmp_path: Path) -> None:
    other = make_certificate(tmp_path, host="elsewhere.example", address="127.0.0.9")
    with (
        SmtpSink(certificate=other) as sink,
        pytest.raises(WrongSetting, match="certificate we cannot trust"),
    ):
        Relay(sink.settings()).send(ADDRESS, TO, RAW)


def test_a_relay_without_starttls_gets_no_mail_in_plain_text(smtp_sink: SmtpSink) -> None:
    with pytest.raises(WrongSetting, match=r"STARTTLS.*INBOX_AGENT_SMTP__TLS"):
        Relay(smtp_sink.settings(tls="starttls")).send(ADDRESS, TO, RAW)
    assert smtp_sink.envelopes == []


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_file_that_is_missing_or_something_else_is_a_wrong_setting(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(WrongSetting, match=r"INBOX_AGENT_SMTP__CA_FILE: .*ca\.pem"):
        Relay(SmtpSettings(host="127.0.0.1", port=free_port(), ca_file=file)).send(ADDRESS, TO, RAW)


@pytest.mark.parametrize("password", ["wrong", "كلمة"])
def test_a_sign_in_that_fails_is_a_wrong_setting_and_shows_no_password(
    certificate: Certificate, password: str
) -> None:
    with SmtpSink(certificate=certificate, login=LOGIN) as sink:
        with pytest.raises(WrongSetting, match="INBOX_AGENT_SMTP__USER and __PASSWORD") as wrong:
            Relay(sink.settings(password=password)).send(ADDRESS, TO, RAW)
        assert password not in str(wrong.value)
        assert sink.envelopes == []


def test_a_relay_that_wants_a_sign_in_and_is_given_none_says_so(certificate: Certificate) -> None:
    with (
        SmtpSink(certificate=certificate, login=LOGIN) as sink,
        pytest.raises(WrongSetting, match="__USER"),
    ):
        Relay(sink.settings(user="")).send(ADDRESS, TO, RAW)


def test_a_relay_that_speaks_tls_from_the_first_byte_is_reached_with_tls(certificate: Certificate) -> None:
    with tls_server(certificate) as (port, messages):
        relay = Relay(SmtpSettings(host="localhost", port=port, tls="tls", ca_file=certificate.file))
        relay.send(ADDRESS, TO, RAW)
        relay.close()
    assert [message.original_content for message in messages] == [RAW]


def test_tls_where_the_relay_begins_in_plain_text_is_out_of_reach(smtp_sink: SmtpSink) -> None:
    with pytest.raises(TryAgainLater, match="is out of reach"):
        Relay(smtp_sink.settings(tls="tls")).send(ADDRESS, TO, RAW)


class Keeping:
    """What aiosmtpd hands its mails to."""

    def __init__(self) -> None:
        self.messages: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:  # noqa: ARG002, N802
        self.messages.append(envelope)
        return "250 OK"


@contextmanager
def tls_server(certificate: Certificate) -> Iterator[tuple[int, list[Envelope]]]:
    keeping, loop = Keeping(), asyncio.new_event_loop()
    context = certificate.server_context()
    listening = loop.create_server(lambda: SMTP(keeping, loop=loop), "127.0.0.1", 0, ssl=context)
    server = loop.run_until_complete(listening)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.sockets[0].getsockname()[1], keeping.messages
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(server.wait_closed())
    loop.close()

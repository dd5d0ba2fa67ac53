"""A mail's whole way, on a real IMAP server and a real SMTP relay."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from time import monotonic, sleep

import pytest

from inbox_agent.cases.record import Record
from inbox_agent.letters import Relay
from inbox_agent.mailbox import ImapDoor
from tests.company import (
    ADDRESS,
    COPY_PLEASE,
    DELETE_PLEASE,
    PHONE_BROKEN,
    STOP_PLEASE,
    cases,
    mail,
    mails,
    once,
    running,
    settings,
)
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

ONE_HOUR = 3600


@pytest.fixture
def record(tmp_path: Path, smtp_sink: SmtpSink) -> Iterator[Record]:
    """A record whose agent polls once an hour only, so that what comes sooner came by IDLE."""
    opened = Record.open(settings(tmp_path, smtp=smtp_sink.settings(), poll_seconds=ONE_HOUR))
    yield opened
    opened.close()


def door(dovecot: Dovecot, folder: str = "INBOX", *, junk: bool = False) -> ImapDoor:
    return ImapDoor(dovecot.settings(), folder, junk=junk, max_bytes=1 << 24)


def test_a_mail_to_info_becomes_a_case_and_a_bilingual_acknowledgement(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink
) -> None:
    once(record, [door(dovecot)])
    dovecot.append(mail(DELETE_PLEASE, "samer@example.org"))
    assert once(record, [door(dovecot)]) == []

    [case] = cases(record)
    assert (case["state"], case["requester"], case["types"]) == (
        "awaiting_identity",
        "samer@example.org",
        ["deletion"],
    )
    [envelope] = smtp_sink.taken()
    assert (envelope.sender, envelope.recipients) == (ADDRESS, ("samer@example.org",))
    letter = message_from_bytes(envelope.content, policy=default)
    assert case["ref"] in letter["Subject"]
    assert letter["Auto-Submitted"] == "auto-replied"
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.index("تحية طيبة") < text.index("Hello"), "the writer's language comes first"


def test_new_mail_wakes_the_agent_by_idle(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink, capsys: pytest.CaptureFixture[str]
) -> None:
    once(record, [door(dovecot)])
    with running(record, [door(dovecot)], Relay(record.settings.smtp)):
        dovecot.append(mail(PHONE_BROKEN))
        _until(lambda: ("left", None) in mails(record))
        began = monotonic()
        dovecot.append(mail(COPY_PLEASE))
        smtp_sink.wait_for(1)
        took = monotonic() - began
    with capsys.disabled():
        print(f"\n  acknowledged {took:.2f} s after arrival, the poll set to one hour")


def test_the_agent_survives_its_mail_server(dovecot: Dovecot, record: Record, smtp_sink: SmtpSink) -> None:
    once(record, [door(dovecot)])
    with running(record, [door(dovecot)], Relay(record.settings.smtp)):
        dovecot.append(mail(COPY_PLEASE, "one@example.com"))
        smtp_sink.wait_for(1)
        dovecot.kill()
        dovecot.start()
        dovecot.append(mail(COPY_PLEASE, "two@example.com"))
        smtp_sink.wait_for(2)
    assert [case["requester"] for case in cases(record)] == ["one@example.com", "two@example.com"]


def test_a_mailbox_full_of_old_mail_is_not_answered(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink
) -> None:
    for number in range(20):
        dovecot.append(mail(COPY_PLEASE, f"old{number}@example.com"))
    once(record, [door(dovecot)])
    assert (mails(record), cases(record), smtp_sink.taken()) == ([], [], [])


def test_old_mail_moved_into_the_inbox_goes_to_triage_without_a_letter(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink
) -> None:
    once(record, [door(dovecot)])
    dovecot.append(mail(COPY_PLEASE), at=datetime.now(UTC) - timedelta(days=40))
    once(record, [door(dovecot)])
    [case] = cases(record)
    assert (case["state"], case["letters"], smtp_sink.taken()) == ("triage", [], [])


def test_after_a_change_of_uidvalidity_nothing_is_answered_twice(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink
) -> None:
    dovecot.append(mail(COPY_PLEASE, "before@example.com"), at=datetime.now(UTC) - timedelta(days=90))
    once(record, [door(dovecot)])
    for name in ("one", "two", "three"):
        dovecot.append(mail(COPY_PLEASE, f"{name}@example.com"))
    once(record, [door(dovecot)])
    before = cases(record)
    dovecot.change_uidvalidity()
    dovecot.append(mail(COPY_PLEASE, "four@example.com"))
    once(record, [door(dovecot)])

    assert cases(record)[:3] == before
    assert [case["requester"] for case in cases(record)[3:]] == ["four@example.com"]
    assert len(smtp_sink.taken()) == 4
    assert mails(record).count(("left", "duplicate")) == 3


def test_the_same_mail_delivered_twice_is_one_request(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink
) -> None:
    once(record, [door(dovecot)])
    twice = mail(COPY_PLEASE)
    dovecot.append(b"Received: by one route\r\n" + twice)
    dovecot.append(b"Received: by another route\r\n" + twice)
    once(record, [door(dovecot)])
    assert (len(cases(record)), len(smtp_sink.taken())) == (1, 1)


def test_flags_of_the_mailbox_stay_as_people_set_them(dovecot: Dovecot, record: Record) -> None:
    once(record, [door(dovecot)])
    dovecot.append(mail(COPY_PLEASE), flags=["\\Seen", "\\Flagged"])
    dovecot.append(mail(PHONE_BROKEN))
    before = dovecot.flags()
    once(record, [door(dovecot)])
    assert dovecot.flags() == before


def test_a_request_in_the_junk_folder_waits_for_a_person(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink
) -> None:
    doors = [door(dovecot), door(dovecot, "Junk", junk=True)]
    once(record, doors)
    dovecot.append(mail(COPY_PLEASE), folder="Junk")
    once(record, [door(dovecot), door(dovecot, "Junk", junk=True)])
    [case] = cases(record)
    assert (case["state"], case["letters"], smtp_sink.taken()) == ("triage", [], [])


def test_a_reply_to_our_letter_lands_on_its_case(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink
) -> None:
    once(record, [door(dovecot)])
    dovecot.append(mail(COPY_PLEASE))
    once(record, [door(dovecot)])
    ours = message_from_bytes(smtp_sink.taken()[0].content)["Message-ID"]
    dovecot.append(mail("My old number was +962 79 555 0134.", In_Reply_To=ours))
    once(record, [door(dovecot)])
    [case] = cases(record)
    assert case["events"][-1] == "mail_filed"
    assert len(smtp_sink.taken()) == 1


def test_a_relay_out_of_reach_delays_letters_and_loses_none(
    dovecot: Dovecot, record: Record, smtp_sink: SmtpSink
) -> None:
    once(record, [door(dovecot)])
    smtp_sink.stop()
    dovecot.append(mail(STOP_PLEASE))
    [trouble] = once(record, [door(dovecot)])
    assert "out of reach" in trouble
    assert [state for _, state, _ in cases(record)[0]["letters"]] == ["ready"]


def _until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it did not happen in time"
        sleep(0.02)

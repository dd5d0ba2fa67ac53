"""`letters`: what waits for a person, shown as the customer gets it, released and held."""

import re
from email import message_from_bytes
from email.policy import default

import pytest

from inbox_agent.mailbox import deliver
from tests.cli.office import Office
from tests.company import COPY_PLEASE, mail
from tests.servers.programs import free_port
from tests.servers.sink import SmtpSink


def relay(office: Office, port: int) -> None:
    office.set(SMTP__HOST="127.0.0.1", SMTP__PORT=str(port), SMTP__TLS="none")


def the_letter(office: Office) -> dict[str, str]:
    [letter] = office.json("letters", "list", "--all")
    return {**letter, "short": letter["id"][-8:]}


def test_a_letter_that_waits_is_listed_for_people_and_for_scripts(office: Office) -> None:
    assert office.told("letters", "list") == "No letter waits.\n"
    assert office.json("letters", "list") == []
    office.receive(mail(COPY_PLEASE))
    letter = the_letter(office)
    table = office.told("letters", "list")
    assert letter["short"] in table
    assert office.reference() in table
    assert letter.keys() >= {"kind", "language", "message_id", "state", "sent_at"}


def test_a_letter_is_shown_as_its_customer_gets_it(office: Office) -> None:
    office.receive(mail(COPY_PLEASE, "rana@example.com"))
    shown = office.told("letters", "show", the_letter(office)["short"])
    assert "To: rana@example.com" in shown
    assert office.reference() in shown
    assert shown.index("Hello") < shown.index("تحية طيبة")


def test_the_code_of_a_letter_is_shown_to_nobody_but_its_customer(
    office: Office, smtp_sink: SmtpSink
) -> None:
    relay(office, smtp_sink.port)
    office.set(SENDING="live")
    office.receive(mail(COPY_PLEASE))
    shown = office.told("letters", "show", the_letter(office)["short"])
    assert shown.count("•••• ••••") == 2, "in both languages"
    assert not re.search(r"\d{4}[\s-]?\d{4}", shown)
    [envelope] = smtp_sink.taken()
    text = message_from_bytes(envelope.content, policy=default).get_body(("plain",))
    assert text is not None
    assert len(re.findall(r"(?<!\d)\d{4} \d{4}(?!\d)", text.get_content())) == 2


def test_a_released_letter_leaves_with_the_next_run(office: Office, smtp_sink: SmtpSink) -> None:
    relay(office, smtp_sink.port)
    office.receive(mail(COPY_PLEASE))
    assert smtp_sink.taken() == []
    letter = the_letter(office)
    office.told("letters", "release", letter["short"], "--by", "Sara")
    assert the_letter(office)["state"] == "ready"
    office.told("run", "--once")
    [envelope] = smtp_sink.taken()
    assert message_from_bytes(envelope.content)["Message-ID"] == letter["message_id"]
    assert the_letter(office)["state"] == "sent"
    assert "Sara" in {event["by"] for event in office.json("show", office.reference())["events"]}


def test_a_letter_that_has_left_is_neither_held_nor_released(office: Office, smtp_sink: SmtpSink) -> None:
    relay(office, smtp_sink.port)
    office.set(SENDING="live")
    office.receive(mail(COPY_PLEASE))
    short = the_letter(office)["short"]
    for verb in ("hold", "release"):
        assert "is sent" in office.refused(1, "letters", verb, short, "--by", "Sara")


def test_a_letter_that_has_not_left_yet_can_be_held(office: Office) -> None:
    relay(office, free_port())
    office.set(SENDING="live")
    office.receive()
    deliver(office.maildir, mail(COPY_PLEASE))
    office.refused(1, "run", "--once")
    short = the_letter(office)["short"]
    office.told("letters", "hold", short, "--by", "Sara")
    letter = the_letter(office)
    assert (letter["state"], letter["hold_reason"]) == ("held", "person")
    office.told("run", "--once")
    assert the_letter(office)["state"] == "held"


def test_a_refused_letter_is_shown_and_can_be_tried_again(office: Office, smtp_sink: SmtpSink) -> None:
    relay(office, smtp_sink.port)
    office.set(SENDING="live")
    smtp_sink.will_answer("RCPT", "550 5.1.1 no such user rana@example.com")
    office.receive(mail(COPY_PLEASE))
    [letter] = office.json("letters", "list")
    assert (letter["state"], letter["refusal"]) == ("refused", "550 5.1.1")
    assert office.json("cases")[0]["attention"] == "letter_refused"
    office.told("letters", "release", letter["id"][-8:], "--by", "Sara")
    office.told("run", "--once")
    assert the_letter(office)["state"] == "sent"


@pytest.mark.parametrize("letter", ["00000000", "", "nonsense", "%"])
@pytest.mark.parametrize("command", [["show"], ["release", "--by", "Sara"], ["hold", "--by", "Sara"]])
def test_a_letter_that_is_not_there_is_exit_1(office: Office, command: list[str], letter: str) -> None:
    assert "there is no letter" in office.refused(1, "letters", *command, letter)

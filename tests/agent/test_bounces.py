"""Letters that come back, complaints by machines, and machines that answer machines."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope

from inbox_agent.cases import search
from inbox_agent.understanding import RequestType
from tests.agent.office import LINA, Office, read
from tests.agent.test_casework import ASKED
from tests.company import ADDRESS
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

ACCESS = RequestType.ACCESS
DAEMON = "MAILER-DAEMON@mx.example.com"


@pytest.fixture
def asked(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    """A customer asked for their data and has our acknowledgement."""
    office = Office(dovecot, smtp_sink, tmp_path)
    office.receive(ASKED["en", ACCESS])
    yield office
    office.close()


def letters(office: Office) -> list[tuple[str, str, str | None, str | None]]:
    with office.record.reading() as session:
        [case] = search.cases(session)
        return [(one.kind, one.state, one.hold_reason, one.returned) for one in case.letters]


def words_of_a_server(address: str, answer: str) -> str:
    return f"I could not deliver your message to this address.\n\n<{address}>:\nRemote host said: {answer}\n"


def test_no_more_letters_go_to_a_dead_address_until_its_person_writes(asked: Office) -> None:
    asked.bounce(asked.last)
    assert (asked.case()["attention"], asked.case()["events"][-1]) == ("letter_refused", "letter_came_back")
    asked.later(days=8)
    [first, reminder] = letters(asked)
    assert first == ("acknowledgement", "sent", None, "5.1.1")
    assert reminder[1:] == ("held", "undeliverable", None)
    assert len(asked.letters) == 1
    asked.receive("Please ignore my request, I withdraw it.", answers=asked.last)
    assert letters(asked)[-1][1] == "sent"


@pytest.mark.parametrize(
    ("answer", "returned", "attention"),
    [
        ("550 5.1.1 no such user", "5.1.1", "letter_refused"),
        ("552 5.2.2 mailbox full", "5.2.2", "letter_refused"),
        ("554 we do not like you", "5.0.0", "letter_refused"),
        ("451 4.3.0 try again", None, None),
    ],
)
def test_a_bounce_in_words_finds_the_letter_by_its_address(
    asked: Office, answer: str, returned: str | None, attention: str | None
) -> None:
    asked.receive(words_of_a_server(LINA, answer), sender=DAEMON, subject="failure notice")
    assert letters(asked)[0][3] == returned
    assert asked.case()["attention"] == attention


NOTES = "Your message was not delivered to:\n\n   {}\n\nbecause:\n\n   User not listed in Domino Directory\n"


@pytest.mark.parametrize("answers", [True, False])
def test_a_bounce_that_names_nobody_counts_where_it_mentions_the_address_of_the_letter_it_names(
    asked: Office, answers: bool
) -> None:
    ours = str(read(asked.last)["Message-ID"])
    copy = "" if answers else f"\n> The mail {ours} was:\n"
    letter = asked.last if answers else None
    asked.receive(NOTES.format(LINA) + copy, sender=DAEMON, answers=letter, subject="DELIVERY FAILURE")
    assert letters(asked)[0][3] == "5.0.0"
    assert asked.case()["attention"] == "letter_refused"


@pytest.mark.parametrize("mentioned", ["other@example.net", f"x{LINA}", f"{LINA}.ae"])
def test_mentioning_any_other_address_takes_no_letter_back(asked: Office, mentioned: str) -> None:
    asked.receive(NOTES.format(mentioned), sender=DAEMON, answers=asked.last, subject="DELIVERY FAILURE")
    assert letters(asked)[0][3] is None
    assert (asked.case()["attention"], asked.case()["events"][-1]) == (None, "bounce_recorded")


def test_mentioning_the_address_without_the_letter_takes_none_back(asked: Office) -> None:
    asked.receive(NOTES.format(LINA), sender=DAEMON, subject=f"DELIVERY FAILURE {asked.case()['ref']}")
    assert letters(asked)[0][3] is None


def test_a_delay_in_words_takes_no_letter_back(asked: Office) -> None:
    told = f"The address to which it has not yet been delivered is:\n\n  {LINA}\n    connection failed\n"
    asked.receive(told, sender=DAEMON, answers=asked.last, subject="Warning: message delayed 24 hours")
    assert letters(asked)[0][3] is None


def test_only_nobody_there_stops_the_next_letters(asked: Office) -> None:
    asked.receive(words_of_a_server(LINA, "552 5.2.2 mailbox full"), sender=DAEMON, subject="failure notice")
    asked.later(days=8)
    assert letters(asked)[-1][1:3] == ("sent", None)


def test_a_bounce_about_a_stranger_touches_no_case(asked: Office) -> None:
    told = words_of_a_server("nobody@example.net", "550 5.1.1 no such user")
    asked.receive(told, sender=DAEMON, subject="failure notice")
    assert letters(asked)[0][3] is None


def test_a_complaint_by_feedback_report_is_an_opt_out_for_staff_to_see(asked: Office) -> None:
    asked.deliver(_feedback_report("samir@example.net"))
    case = asked.case(1)
    assert (case["state"], list(case["rights"])) == ("triage", ["opt_out"])
    assert len(asked.letters) == 1, "nobody is answered"


def _feedback_report(address: str) -> bytes:
    return (
        f"From: fbl@provider.example\nTo: {ADDRESS}\nSubject: complaint\nMessage-ID: <f1@provider.example>\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary="=_b"\n\n'
        "--=_b\nContent-Type: text/plain\n\nA user marked this mail as spam.\n"
        f"--=_b\nContent-Type: message/feedback-report\n\nOriginal-Rcpt-To: {address}\n"
        f"--=_b\nContent-Type: message/rfc822\n\nFrom: {ADDRESS}\nSubject: offers\n\nCheap calls.\n--=_b--\n"
    ).encode()


def test_two_agents_that_write_to_each_other_stop_at_once(asked: Office) -> None:
    for _ in range(5):
        asked.deliver(_sent_back(asked.last, keep_marks=True))
    assert len(asked.letters) == 1


def test_even_without_any_mark_of_a_machine_they_stop_after_two_letters(asked: Office) -> None:
    for _ in range(8):
        asked.deliver(_sent_back(asked.last, keep_marks=False))
    assert len(asked.letters) <= 2


def _sent_back(letter: Envelope, *, keep_marks: bool) -> bytes:
    """Our own words from the other side, as an agent like us would send them; its host may drop marks."""
    ours, answer = read(letter), EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = LINA, ADDRESS, str(ours["Subject"])
    answer["In-Reply-To"] = answer["References"] = str(ours["Message-ID"])
    answer["Message-ID"] = make_msgid(domain="example.com")
    if keep_marks:
        answer["Auto-Submitted"] = str(ours["Auto-Submitted"])
    body = ours.get_body(("plain",))
    assert body is not None
    answer.set_content(body.get_content())
    return answer.as_bytes()

"""What staff send from their own mail program stands on its case, and no letter of ours repeats it."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Mailbox
from inbox_agent.errors import WrongSetting
from inbox_agent.mailbox import imap_doors
from tests.agent.office import code_in, read
from tests.agent.test_errands import House
from tests.company import ADDRESS, COPY_PLEASE, DELETE_PLEASE, cases, mails
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

RANA = "rana@example.com"


class Staffed(House):
    """Its staff also write from a mail program of their own, which keeps what it sent in Sent."""

    def __init__(self, dovecot: Dovecot, sink: SmtpSink, folder: Path, **options: Any) -> None:
        dovecot.create("Sent")
        super().__init__(dovecot, sink, folder, watch_sent=True, sent_folder="Sent", **options)
        self.last_id = ""

    def writes(self, text: str, *, to: str = RANA, minutes: float = 5, **headers: str) -> str:
        """A mail of the person's; gives its Message-ID."""
        self.last_id = make_msgid(domain="customers.example")
        self._arrives("INBOX", text, minutes, From=to, To=ADDRESS, Message_ID=self.last_id, **headers)
        return self.last_id

    def staff_answer(self, text: str, *, to: str = RANA, minutes: float = 5, **headers: str) -> str:
        own = make_msgid(domain="mittalcloud.com")
        self._arrives("Sent", text, minutes, From=ADDRESS, To=to, Message_ID=own, **headers)
        return own

    def _arrives(self, folder: str, text: str, minutes: float, **headers: str) -> None:
        self.now += timedelta(minutes=minutes)
        message = EmailMessage()
        for name, value in {"Subject": "hello", "Date": format_datetime(self.now), **headers}.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        self.dovecot.append(message.as_bytes(), folder, at=self.now)
        self.look()

    @property
    def case(self) -> dict[str, Any]:
        [case] = cases(self.record)
        return case


@pytest.fixture
def house(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Staffed]:
    opened = Staffed(dovecot, smtp_sink, tmp_path)
    opened.now -= timedelta(days=20)  # a server takes no mail from the future
    with opened.record.writing() as session:
        for box in session.scalars(select(Mailbox)):
            box.started_at = box.answer_from = box.polled_at = opened.now
    yield opened
    opened.record.close()


def test_an_answer_within_the_thread_is_recorded_and_nobody_waits_for_one_any_more(house: Staffed) -> None:
    asked = house.writes(COPY_PLEASE)
    question = house.writes("Where do you keep it? I am curious.", In_Reply_To=asked)
    assert house.case["attention"] == "reply_waiting"
    house.staff_answer(
        "In Amman, on our own machines.", In_Reply_To=question, References=f"{asked} {question}"
    )
    assert (house.case["attention"], house.case["events"][-1]) == (None, "answered_by_hand")
    assert mails(house.record)[-1] == ("filed", None)


def test_a_reference_in_the_subject_is_enough_where_it_goes_to_the_cases_person(house: Staffed) -> None:
    house.writes(COPY_PLEASE)
    subject = f"Your request {house.case['ref']}"
    house.staff_answer("To a colleague: do you know them?", to="colleague@mittalcloud.com", Subject=subject)
    assert "answered_by_hand" not in house.case["events"]
    house.staff_answer("We are on it.", Subject=subject)
    assert house.case["events"][-1] == "answered_by_hand"


def test_an_answer_to_it_belongs_to_the_case(house: Staffed) -> None:
    asked = house.writes(COPY_PLEASE)
    own = house.staff_answer("Which period do you mean?", In_Reply_To=asked)
    house.writes("I moved to another flat last year, by the way.", In_Reply_To=own)
    assert (house.case["attention"], house.case["events"].count("mail_filed")) == ("reply_waiting", 1)


def test_a_mail_that_came_after_it_still_waits(house: Staffed) -> None:
    asked = house.writes(COPY_PLEASE)
    question = house.writes("Where do you keep it?", In_Reply_To=asked)
    house.now += timedelta(minutes=10)
    later = house.now
    house.writes("One more thing, I moved to another flat.", In_Reply_To=question, minutes=1)
    house.now = later - timedelta(minutes=6)
    house.staff_answer("In Amman.", In_Reply_To=question)
    assert (house.case["attention"], house.case["events"][-1]) == ("reply_waiting", "answered_by_hand")


def test_nobody_is_reminded_after_it_and_their_code_goes_on_counting(house: Staffed) -> None:
    asked = house.writes(COPY_PLEASE)
    house.staff_answer("We have it and work on it. Do send us the code.", In_Reply_To=asked)
    house.look(days=8)
    [acknowledgement] = house.sink.taken()
    assert "not_reminded" in house.case["events"]
    house.writes(code_in(acknowledgement), In_Reply_To=str(read(acknowledgement)["Message-ID"]))
    assert house.case["state"] == "in_progress"


def asks_how_it_stands(house: Staffed) -> str:
    """Rana, whose address is proven, while the relay is away; gives her question's Message-ID."""
    house.writes(COPY_PLEASE)
    [letter] = house.sink.taken()
    thread = str(read(letter)["Message-ID"])
    house.writes(code_in(letter), In_Reply_To=thread)
    house.sink.will_answer("RCPT", "451 4.3.0 later")
    return house.writes("Hello, what is the status of my request please?", In_Reply_To=thread)


def test_a_letter_that_says_the_same_and_has_not_left_waits_for_a_person(house: Staffed) -> None:
    question = asks_how_it_stands(house)
    assert house.case["letters"][-1][:2] == ("status", "ready")
    house.staff_answer("We expect to be done on Thursday.", In_Reply_To=question)
    house.look(hours=1)
    assert house.case["letters"][-1][:2] == ("status", "held")
    assert hold_reasons(house.record)[-1] == "answered_by_hand"
    with house.record.writing() as session:
        case = search.cases(session)[0]
        act = house.record.act(house.now, "Sami")
        case.letters[-1].discard(act, case)
        session.add_all(act.rows)
    assert house.case["letters"][-1][:2] == ("status", "discarded")


def test_what_comes_after_it_is_answered_as_always(house: Staffed) -> None:
    asked = house.writes(COPY_PLEASE)
    house.staff_answer("Do send us the code.", In_Reply_To=asked)
    [letter] = house.sink.taken()
    thread = str(read(letter)["Message-ID"])
    house.writes(code_in(letter), In_Reply_To=thread)
    house.writes("Hello, what is the status of my request please?", In_Reply_To=thread)
    assert house.case["letters"][-1][:2] == ("status", "sent")


def test_our_own_letters_there_are_ignored(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    house = Staffed(dovecot, smtp_sink, tmp_path, copy_sent=True)
    house.writes(COPY_PLEASE, minutes=0)
    house.look()
    house.look()
    assert mails(house.record)[-1] == ("left", "own_letter")
    assert "answered_by_hand" not in house.case["events"]
    house.record.close()


def test_it_opens_no_case_and_holds_nothing_of_what_belongs_to_none(house: Staffed) -> None:
    house.staff_answer(DELETE_PLEASE)
    house.staff_answer(COPY_PLEASE, In_Reply_To="<unknown@customers.example>")
    assert cases(house.record) == []
    assert mails(house.record) == [("left", "sent_by_us")] * 2
    assert house.sink.taken() == []


def test_a_folder_that_nothing_names_is_a_wrong_setting(dovecot: Dovecot) -> None:
    with pytest.raises(WrongSetting, match="IMAP__SENT_FOLDER"):
        imap_doors(dovecot.settings(watch_sent=True), max_bytes=1)
    dovecot.create("العناصر المرسلة")
    doors = imap_doors(dovecot.settings(watch_sent=True), max_bytes=1)
    assert [(door.name, door.sent) for door in doors][-1] == ("imap:العناصر المرسلة", True)


def hold_reasons(record: Record) -> list[str | None]:
    with record.reading() as session:
        return [letter.hold_reason for letter in search.cases(session)[0].letters]

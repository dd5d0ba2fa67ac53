"""A company with an Inbox Agent, for tests: its record, its understanding, the mails people write to it."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from inbox_agent.agent import Agent
from inbox_agent.cases import search
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.letters import Relay, Stationery
from inbox_agent.letters.outbox import Carrier
from inbox_agent.mailbox import Door, Source
from inbox_agent.settings import Settings
from inbox_agent.understanding import Understanding

ADDRESS = "info@mittalcloud.com"
COPY_PLEASE = "Hello,\nplease send me a copy of all the personal data you hold about me.\nThank you"
DELETE_PLEASE = "السلام عليكم،\nأرجو حذف جميع بياناتي الشخصية وإغلاق حسابي لديكم.\nشكرا"
STOP_PLEASE = "Please stop sending me your marketing emails and SMS offers."
PHONE_BROKEN = "Good morning, our desk phone does not ring any more since we changed the router."

_numbers = itertools.count(1)


@cache
def understanding() -> Understanding:
    return Understanding.load()


@cache
def stationery() -> Stationery:
    return Stationery(ADDRESS)


def settings(folder: Path, **changes: Any) -> Settings:
    given: dict[str, Any] = {"data_dir": folder, "sending": "live"}
    return Settings(**{**given, **changes})


def mail(
    text: str = COPY_PLEASE, sender: str | None = "rana@example.com", subject: str = "hello", **headers: str
) -> bytes:
    """One mail of a customer; header names have `_` for `-`."""
    message = EmailMessage()
    if sender:
        message["From"] = sender
    message["To"] = ADDRESS
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{next(_numbers)}.{id(message)}@customers.example>"
    for name, value in headers.items():
        header = name.replace("_", "-")
        del message[header]
        message[header] = value
    message.set_content(text)
    return message.as_bytes()


class NoPost:
    """A carrier for tests that send nothing."""

    def send(self, *_: object) -> None:
        raise AssertionError("this test sends nothing")

    def close(self) -> None:
        pass


def agent(record: Record, doors: Sequence[Door], carrier: Carrier | None = None, **more: Any) -> Agent:
    more.setdefault("sources", [Source.of(door) for door in doors])
    return Agent(record, understanding(), stationery(), carrier=carrier or NoPost(), **more)


def once(record: Record, doors: Sequence[Door], carrier: Carrier | None = None) -> list[str]:
    """One `run --once`; says what was out of reach."""
    one = agent(record, doors, carrier or Relay(record.settings.smtp))
    try:
        return [str(trouble) for trouble in one.once()]
    finally:
        one.close()


@contextmanager
def running(record: Record, doors: Sequence[Door], carrier: Carrier, **more: Any) -> Iterator[Agent]:
    """An agent at work in a thread, until the end of the block."""
    one = agent(record, doors, carrier, **more)
    thread = threading.Thread(target=one.run)
    thread.start()
    try:
        yield one
    finally:
        one.stop()
        thread.join(30)
        one.close()
        assert not thread.is_alive(), "the agent did not stop"


def cases(record: Record) -> list[dict[str, Any]]:
    """Every case as a test looks at it, oldest first."""
    with record.reading() as session:
        return [_view(case, record) for case in search.cases(session)]


def _view(case: Case, record: Record) -> dict[str, Any]:
    return {
        "ref": case.ref,
        "state": case.state,
        "requester": case.request(record.keyring)["requester"],
        "types": [str(right.type) for right in case.rights],
        "language": str(case.language),
        "attention": case.attention,
        "letters": [(letter.kind, letter.state, letter.message_id) for letter in case.letters],
        "events": [event.kind for event in case.events],
    }


def mails(record: Record) -> list[tuple[str, str | None]]:
    """State and reason of every mail ever stored, in order of arrival."""
    with record.reading() as session:
        found = select(InboundEmail.state, InboundEmail.reason)
        return [(state, reason) for state, reason in session.execute(found.order_by(InboundEmail.id))]

"""A mailbox that was away, moved, restored or emptied: no request is skipped, and none is answered twice."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.letters import Relay
from inbox_agent.mailbox import Arrival, ImapDoor
from tests.agent.office import MONDAY
from tests.company import COPY_PLEASE, PHONE_BROKEN, agent, cases, mail, mails, settings
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink


class House:
    """An agent on one real folder, which looks when told to."""

    def __init__(self, dovecot: Dovecot, sink: SmtpSink, folder: Path) -> None:
        self.dovecot, self.sink = dovecot, sink
        self.record = Record.open(settings(folder, smtp=sink.settings()))
        self.now = MONDAY
        self.look()

    def door(self, kind: type[ImapDoor] = ImapDoor) -> ImapDoor:
        return kind(self.dovecot.settings(), "INBOX", max_bytes=20 << 20)

    def look(self, door: ImapDoor | None = None, **later: float) -> list[str]:
        """Time passes, and everything is done once; what was out of reach."""
        self.now += timedelta(**later)
        relay = Relay(self.record.settings.smtp)
        one = agent(self.record, [door or self.door()], relay, clock=lambda: self.now)
        try:
            return [str(trouble) for trouble in one.once()]
        finally:
            one.close()

    def receive(self, sender: str, *, at: datetime | None = None, text: str = COPY_PLEASE) -> None:
        self.dovecot.append(mail(text, sender), at=at or self.now)

    def receive_large(self, sender: str) -> None:
        message = message_from_bytes(mail(COPY_PLEASE, sender), _class=EmailMessage, policy=default)
        message.add_attachment(bytes(4 << 20), maintype="application", subtype="octet-stream", filename="log")
        self.dovecot.append(message.as_bytes(), at=self.now)

    def states(self) -> dict[str, tuple[str, int]]:
        """Each person's case, and how many letters they got."""
        to = [one.recipients[0] for one in self.sink.taken()]
        return {one["requester"]: (one["state"], to.count(one["requester"])) for one in cases(self.record)}


@pytest.fixture
def house(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[House]:
    opened = House(dovecot, smtp_sink, tmp_path)
    yield opened
    opened.record.close()


ANSWERED = ("awaiting_identity", 1)
FIVE = [f"person{number}@example.com" for number in range(5)]


def test_after_days_away_all_that_came_meanwhile_is_read_and_answered_once(house: House) -> None:
    house.dovecot.kill()
    for _ in range(3):
        assert house.look(days=1) != []
    house.dovecot.start()
    for number, person in enumerate(FIVE):
        house.receive(person, at=MONDAY + timedelta(hours=10 * number))
    assert house.look(hours=1) == []
    assert house.states() == dict.fromkeys(FIVE, ANSWERED)
    assert house.look(hours=1) == []
    assert house.states() == dict.fromkeys(FIVE, ANSWERED)


def test_the_clock_of_such_a_request_began_when_it_arrived(house: House) -> None:
    house.receive("rana@example.com", at=MONDAY)
    house.look(days=3)
    with house.record.reading() as session:
        [case] = search.cases(session)
        assert case.received_at == MONDAY


def doing(before: Callable[[], Any], after: int) -> type[ImapDoor]:
    """A door behind whose back something happens once so many mails were fetched."""

    class Door(ImapDoor):
        def fetch(self, uids: Sequence[int]) -> Iterator[Arrival]:
            if after == 0:
                before()
            for number, arrival in enumerate(super().fetch(uids), 1):
                yield arrival
                if number == after:
                    before()

    return Door


def test_killed_in_the_middle_of_reading_it_is_read_to_the_end_the_next_time(house: House) -> None:
    for person in FIVE:
        house.receive_large(person)  # two do not fit into one batch
    dying = house.door(doing(house.dovecot.kill, after=2))
    assert house.look(dying, minutes=1) != []
    assert 0 < len(mails(house.record)) < len(FIVE)
    house.dovecot.start()
    assert house.look(minutes=1) == []
    assert len(mails(house.record)) == len(FIVE)
    assert {person: letters for person, (_, letters) in house.states().items()} == dict.fromkeys(FIVE, 1)


def test_what_is_expunged_between_search_and_fetch_keeps_none_of_the_others(house: House) -> None:
    for person in FIVE:
        house.receive(person)
    losing = house.door(doing(lambda: house.dovecot.remove([2, 4]), after=0))
    assert house.look(losing, minutes=1) == []
    assert house.states() == dict.fromkeys(FIVE[::2], ANSWERED)
    house.receive("late@example.com")
    house.look(minutes=1)
    assert house.states()["late@example.com"] == ANSWERED


def test_restored_with_other_uids_nothing_is_answered_twice_and_nothing_skipped(house: House) -> None:
    house.receive("rana@example.com")
    house.receive("omar@example.com", text=PHONE_BROKEN)
    house.look(minutes=1)
    house.dovecot.change_uidvalidity()
    house.receive("lina@example.com", at=house.now + timedelta(hours=1))
    house.look(hours=2)
    assert house.states() == {"rana@example.com": ANSWERED, "lina@example.com": ANSWERED}


def test_what_a_restore_brings_from_long_ago_goes_to_staff_without_a_letter(house: House) -> None:
    """It was not there when its day was read; somebody may have answered it from the mailbox meanwhile."""
    house.look(days=5)
    house.dovecot.change_uidvalidity()
    house.receive("lina@example.com", at=MONDAY + timedelta(days=3))
    house.receive("rana@example.com")
    house.look(hours=1)
    assert house.states() == {"lina@example.com": ("triage", 0), "rana@example.com": ANSWERED}


def test_an_older_copy_of_the_mailbox_whose_uids_are_given_again_hides_nothing(house: House) -> None:
    """A backup: same UIDVALIDITY, and the next mail gets a UID that another mail had."""
    backup = house.dovecot.folder / "backup"
    house.receive("rana@example.com")
    house.look(minutes=1)
    house.dovecot.kill()
    subprocess.run(["cp", "-a", house.dovecot.mail, backup], check=True)
    house.dovecot.start()
    for person in FIVE[:2]:
        house.receive(person)
    house.look(minutes=1)
    house.dovecot.kill()
    subprocess.run(["rm", "-rf", house.dovecot.mail], check=True)
    backup.rename(house.dovecot.mail)
    house.dovecot.start()
    house.receive("late@example.com")
    house.look(minutes=1)
    expected = dict.fromkeys(["rana@example.com", *FIVE[:2], "late@example.com"], ANSWERED)
    assert house.states() == expected

"""What the agent does in a mailbox where a setting asks for it, and that it does nothing else there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from sqlalchemy import select
from structlog.testing import capture_logs

from inbox_agent.agent import Agent
from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Errand, InboundEmail
from inbox_agent.cli.wiring import sources
from inbox_agent.letters import Relay, acting
from inbox_agent.mailbox import file_away
from inbox_agent.process import decisions
from inbox_agent.understanding import RequestType
from tests.company import COPY_PLEASE, PHONE_BROKEN, cases, mail, mails, settings, stationery, understanding
from tests.servers.dovecot import Dovecot
from tests.servers.programs import free_port
from tests.servers.sink import SmtpSink


class House:
    """An agent on a real mailbox that looks when told to; its errands may meet another server."""

    def __init__(self, dovecot: Dovecot, sink: SmtpSink, folder: Path, **options: Any) -> None:
        self.dovecot, self.sink = dovecot, sink
        given = dovecot.settings(**options)
        self.record = Record.open(settings(folder, smtp=sink.settings(), imap=given))
        self._sources = sources(self.record.settings)
        self.now = datetime.now(UTC)
        self.look()

    def look(self, **later: float) -> None:
        self.now += timedelta(**later)
        agent = Agent(
            self.record,
            understanding(),
            stationery(),
            sources=self._sources,
            carrier=Relay(self.record.settings.smtp),
            clock=lambda: self.now,
        )
        assert agent.once() == []
        agent.close()

    def errands_meet(self, **changes: Any) -> None:
        """From now on the errands go by other settings."""
        changed = self.record.settings.imap.model_copy(update=changes)
        others = self.record.settings.model_copy(update={"imap": changed})
        self.record = replace(self.record, settings=others)

    def receive(self, text: str = COPY_PLEASE, sender: str = "rana@example.com", **headers: str) -> None:
        self.dovecot.append(mail(text, sender, **headers))
        self.look()

    def in_folder(self, name: str) -> list[bytes]:
        with self.dovecot.client() as client:
            if not client.folder_exists(name):
                return []
            client.select_folder(name, readonly=True)
            return [row[b"BODY[]"] for row in client.fetch(client.search(), ["BODY.PEEK[]"]).values()]

    def errands(self) -> int:
        with self.record.reading() as session:
            return len(session.scalars(select(Errand)).all())


@pytest.fixture
def houses(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Any]:
    opened: list[House] = []

    def house(**options: Any) -> House:
        opened.append(House(dovecot, smtp_sink, tmp_path, **options))
        return opened[-1]

    house.dovecot = dovecot  # type: ignore[attr-defined]
    yield house
    for one in opened:
        one.record.close()


def message_ids(raws: list[bytes]) -> list[str]:
    return [str(message_from_bytes(raw)["Message-ID"]) for raw in raws]


def test_without_any_setting_nothing_is_changed(houses: Any) -> None:
    house = houses()
    house.receive()
    house.receive(PHONE_BROKEN, "omar@example.com")
    assert house.dovecot.flags() == {1: set(), 2: set()}
    assert (house.in_folder("Sent"), house.errands()) == ([], 0)


def test_a_letter_that_left_stands_in_sent_seen_and_as_it_left(houses: Any) -> None:
    house = houses(copy_sent=True, sent_folder="Sent")
    house.receive()
    house.look()
    [copy], [left] = house.in_folder("Sent"), house.sink.taken()
    assert message_ids([copy]) == message_ids([left.content])
    assert house.dovecot.flags("Sent") == {1: {"\\Seen"}}
    assert house.errands() == 0


def test_a_copy_that_fails_resends_nothing_and_comes_later(houses: Any) -> None:
    house = houses(copy_sent=True, sent_folder="Sent")
    port = house.record.settings.imap.port
    house.errands_meet(port=free_port())
    house.receive()
    house.look(minutes=5)
    assert (len(house.sink.taken()), house.in_folder("Sent")) == (1, [])
    house.errands_meet(port=port)
    house.look(minutes=10)
    assert (len(house.sink.taken()), len(house.in_folder("Sent"))) == (1, 1)


def test_a_copy_that_is_there_is_not_made_again(houses: Any) -> None:
    """We died after the copy and before it was noted; or the relay keeps copies itself."""
    house = houses(copy_sent=True, sent_folder="Sent")
    house.receive()
    with house.record.reading() as session:
        [letter] = search.cases(session)[0].letters
    with house.record.writing() as session:
        act = house.record.act(house.now)
        act.send_on_errand("copy", letter.id)
        session.add_all(act.rows)
    house.look()
    assert (len(house.in_folder("Sent")), house.errands()) == (1, 0)


def test_an_errand_is_given_up_after_a_week(houses: Any) -> None:
    house = houses(copy_sent=True, sent_folder="Sent")
    house.errands_meet(port=free_port())
    house.receive()
    house.look(days=5)
    assert house.errands() > 0
    house.look(days=3)
    house.look(days=1)
    assert [case["state"] for case in cases(house.record)] == ["awaiting_identity"]
    with house.record.reading() as session:
        ages = [house.now - one.queued_at for one in session.scalars(select(Errand))]
    assert all(age < timedelta(days=7) for age in ages)


def test_a_mail_on_a_case_is_moved_and_others_stay(houses: Any) -> None:
    house = houses(case_folder="Privacy/Cases")
    house.receive()
    house.receive(PHONE_BROKEN, "omar@example.com")
    [moved] = house.in_folder("Privacy/Cases")
    assert b"rana@example.com" in moved
    [left] = house.in_folder("INBOX")
    assert b"omar@example.com" in left
    assert house.errands() == 0


def test_without_move_only_that_mail_is_expunged(smtp_sink: SmtpSink, tmp_path: Path) -> None:
    with Dovecot(idle=False) as dovecot:
        house = House(dovecot, smtp_sink, tmp_path, case_folder="Cases")
        dovecot.append(mail(PHONE_BROKEN, "omar@example.com"), flags=["\\Deleted"])
        house.receive()
        assert len(house.in_folder("Cases")) == 1
        assert dovecot.flags() == {1: {"\\Deleted"}}, "what people have marked is theirs to expunge"
        house.record.close()


@pytest.fixture
def without_move(smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[House]:
    with Dovecot(idle=False) as dovecot:
        house = House(dovecot, smtp_sink, tmp_path, case_folder="Cases")
        yield house
        house.record.close()


@pytest.mark.parametrize("breaks_at", ["add_flags", "uid_expunge"])
def test_where_the_line_breaks_after_copy_trying_again_makes_no_second_copy(
    without_move: House, monkeypatch: pytest.MonkeyPatch, breaks_at: str
) -> None:
    def broken(*_: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr(IMAPClient, breaks_at, broken)
        without_move.receive()
    assert [len(without_move.in_folder(one)) for one in ("INBOX", "Cases")] == [1, 1]
    without_move.look(hours=5)
    assert [len(without_move.in_folder(one)) for one in ("INBOX", "Cases")] == [0, 1]
    assert without_move.errands() == 0


def test_another_mail_of_the_same_id_and_size_is_copied_before_it_is_expunged(without_move: House) -> None:
    ours = mail(COPY_PLEASE, message_id="<one@example.com>")
    others = ours.replace(b"hello", b"hullo", 1)
    assert len(others) == len(ours)
    assert others != ours
    with without_move.dovecot.client() as client:
        client.create_folder("Cases")
        client.append("Cases", others)
    without_move.dovecot.append(ours)
    without_move.look()
    assert len(without_move.in_folder("INBOX")) == 0
    assert len(without_move.in_folder("Cases")) == 2


def test_with_neither_move_nor_uidplus_nothing_is_done_and_that_is_said(
    smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Dovecot(without=("UIDPLUS",)) as dovecot:
        house = House(dovecot, smtp_sink, tmp_path, case_folder="Cases")
        with capture_logs() as logs:
            house.receive()
        with dovecot.client() as client:
            assert not client.folder_exists("Cases")
        assert dovecot.flags() == {1: set()}
        assert house.errands() == 0, "what this server never does is not tried for a week"
        said = [one["why"] for one in logs if one["event"] == "mail_not_moved"]
        assert said == ["the server has neither MOVE nor UIDPLUS; see IMAP__CASE_FOLDER"]
        house.record.close()


def test_where_no_keyword_can_be_kept_none_is_set_and_the_mail_is_moved_all_the_same(
    smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Dovecot(keywords=False) as dovecot:
        house = House(dovecot, smtp_sink, tmp_path, case_keyword="$PrivacyCase", case_folder="Cases")
        with capture_logs() as logs:
            house.receive()
        assert dovecot.flags("Cases") == {1: set()}
        assert [one["why"] for one in logs if one["event"] == "mail_not_marked"] == [
            "the server keeps no keywords; see IMAP__CASE_KEYWORD"
        ]
        house.record.close()


def test_a_moved_mail_is_known_where_its_new_folder_is_read_too(houses: Any) -> None:
    with_cases = {"case_folder": "Cases", "folders": ("INBOX", "Cases")}
    houses.dovecot.create("Cases")
    house = houses(**with_cases)
    house.receive()
    house.look()
    assert len(house.in_folder("Cases")) == 1
    assert mails(house.record) == [("filed", None), ("left", "duplicate")]
    assert len(cases(house.record)) == len(house.sink.taken()) == 1


def test_a_mail_in_triage_stays_until_somebody_says_what_it_is(houses: Any) -> None:
    house = houses(case_folder="Cases")
    house.receive(Precedence="bulk")
    house.look(minutes=30)
    assert [case["state"] for case in cases(house.record)] == ["triage"]
    assert house.in_folder("Cases") == []
    decide(house, RequestType.ACCESS)
    house.look(minutes=11)
    assert len(house.in_folder("Cases")) == 1


def test_what_is_no_request_in_the_end_stays_where_it_was(houses: Any) -> None:
    house = houses(case_folder="Cases")
    house.receive(Precedence="bulk")
    decide(house)
    house.look(minutes=11)
    assert (len(house.in_folder("INBOX")), house.in_folder("Cases"), house.errands()) == (1, [], 0)


def decide(house: House, *types: RequestType) -> None:
    with acting(house.record, stationery(), by="Sami", now=house.now) as (session, act):
        case = search.cases(session)[0]
        decisions.settle(act, case, types, search.mails_of(session, case), house.record)


def test_a_keyword_is_set_and_the_mail_stays_unseen(houses: Any) -> None:
    house = houses(case_keyword="$PrivacyCase")
    house.receive()
    house.receive(PHONE_BROKEN, "omar@example.com")
    assert house.dovecot.flags() == {1: {"$PrivacyCase"}, 2: set()}


def test_a_mailbox_that_was_moved_meanwhile_is_left_alone(houses: Any) -> None:
    house = houses(case_folder="Cases")
    house.dovecot.append(mail(PHONE_BROKEN, "omar@example.com"))
    file_away(house.record.settings.imap, "INBOX", 1, [1])
    assert len(house.in_folder("INBOX")) == 1


def test_a_mail_that_is_gone_meanwhile_is_no_trouble(houses: Any) -> None:
    house = houses(case_folder="Cases")
    house.errands_meet(port=free_port())
    house.receive()
    house.receive(COPY_PLEASE, "lina@example.com")
    house.dovecot.remove([1])
    house.errands_meet(port=house.dovecot.tls_port)
    house.look(hours=5)
    [moved] = house.in_folder("Cases")
    assert b"lina@example.com" in moved
    assert house.errands() == 0


def test_the_mail_of_a_case_can_be_read_here_wherever_it_was_moved(houses: Any) -> None:
    house = houses(case_folder="Cases")
    house.receive()
    with house.record.reading() as session:
        email = session.scalars(select(InboundEmail)).one()
        assert email.sealed_raw is not None
        raw = house.record.keyring.open(email.sealed_raw, "inbound_email.raw", email.id)
    assert b"rana@example.com" in raw
    assert mails(house.record) == [("filed", None)]

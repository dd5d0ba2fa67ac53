"""What the IMAP door promises about reading, on a real Dovecot."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread, Timer

import pytest

from inbox_agent.errors import TryAgainLater
from inbox_agent.mailbox import FIRST_PART, ImapDoor, imap_commands, imap_doors
from inbox_agent.mailbox import imap as imap_room
from tests.servers.dovecot import Dovecot

MAX_BYTES = 1 << 20
MAIL = b"From: rana@example.org\r\nSubject: hello\r\n\r\nOne line.\r\n"


def open_door(
    dovecot: Dovecot, folder: str = "INBOX", *, max_bytes: int = MAX_BYTES, window: int = imap_room.WINDOW
) -> ImapDoor:
    return ImapDoor(dovecot.settings(), folder, max_bytes=max_bytes, window=window)


def assert_returns(door: ImapDoor, seconds: float) -> None:
    waiting = Thread(target=door.wait, args=[seconds])
    waiting.start()
    waiting.join(timeout=60)
    assert not waiting.is_alive()


@pytest.fixture
def door(dovecot: Dovecot) -> Iterator[ImapDoor]:
    door = open_door(dovecot)
    yield door
    door.close()


def test_an_empty_mailbox_has_a_position_and_no_mail(door: ImapDoor) -> None:
    position = door.position()
    assert position.next_uid == 1
    assert list(door.uids(position.next_uid)) == []
    assert list(door.fetch([])) == []


def test_mail_arrives_byte_for_byte_with_the_servers_receipt_in_utc(dovecot: Dovecot, door: ImapDoor) -> None:
    raw = b"Subject: =?utf-8?q?x?=\r\n\r\n.dot\r\n..two\r\n\xd8\xa7\xff no final newline"
    amman = timezone(timedelta(hours=3))
    dovecot.append(raw, at=datetime(2026, 3, 1, 1, 30, tzinfo=amman))
    [arrival] = door.fetch(door.uids(1))
    assert arrival.raw == raw
    assert (arrival.size, arrival.complete) == (len(raw), True)
    assert arrival.received_at == datetime(2026, 2, 28, 22, 30, tzinfo=UTC)
    assert arrival.received_at.tzinfo is UTC


def test_reading_leaves_every_flag_as_it_was(dovecot: Dovecot, door: ImapDoor) -> None:
    for flags in ([], ["\\Seen"], ["\\Seen", "\\Flagged"], ["\\Answered"]):
        dovecot.append(MAIL, flags=flags)
    dovecot.append(MAIL + b"x" * MAX_BYTES)
    before = dovecot.flags()
    assert len(list(door.fetch(door.uids(1)))) == 5
    door.wait(0.1)
    assert dovecot.flags() == before


def test_uids_below_the_cursor_are_dropped_though_the_server_names_the_last(
    dovecot: Dovecot, door: ImapDoor
) -> None:
    for _ in range(3):
        dovecot.append(MAIL)
    assert list(door.uids(2)) == [2, 3]
    assert list(door.uids(4)) == []
    assert list(door.uids(0)) == [1, 2, 3]


def test_since_leaves_out_mail_of_long_ago_but_never_of_that_day(dovecot: Dovecot, door: ImapDoor) -> None:
    asked = datetime(2026, 3, 10, 0, 5, tzinfo=UTC)
    for age in (timedelta(days=400), timedelta(hours=13), timedelta(0), timedelta(days=-30)):
        dovecot.append(MAIL, at=asked - age)
    assert list(door.uids(1, asked))[-2:] == [3, 4]
    assert 1 not in door.uids(1, asked)


def test_three_thousand_mails_are_found_whatever_the_window(dovecot: Dovecot) -> None:
    with dovecot.client() as client:
        for _ in range(6):
            client.multiappend("INBOX", [MAIL] * 500)
    dovecot.remove(range(10, 1200))
    there = [*range(1, 10), *range(1200, 3001)]
    for window in (100, 700, 3000, 50_000):
        door = open_door(dovecot, window=window)
        assert list(door.uids(1)) == there
        assert list(door.uids(2950)) == list(range(2950, 3001))
        door.close()


def test_more_mails_than_one_command_may_name_are_fetched_in_order(dovecot: Dovecot, door: ImapDoor) -> None:
    raws = [b"Subject: %d\r\n\r\n" % number for number in range(1200)]
    with dovecot.client() as client:
        for start in range(0, len(raws), 400):
            client.multiappend("INBOX", raws[start : start + 400])
    assert [arrival.raw for arrival in door.fetch(door.uids(1))] == raws


def test_a_folder_may_be_named_in_arabic(dovecot: Dovecot) -> None:
    dovecot.create("طلبات/الخصوصية & more")
    dovecot.append(MAIL, folder="طلبات/الخصوصية & more")
    door = open_door(dovecot, "طلبات/الخصوصية & more")
    assert door.name == "imap:طلبات/الخصوصية & more"
    assert [arrival.raw for arrival in door.fetch(door.uids(1))] == [MAIL]
    door.close()


def test_a_mail_over_the_limit_arrives_as_its_beginning(dovecot: Dovecot, door: ImapDoor) -> None:
    large = MAIL + b"0123456789abcd\r\n" * (MAX_BYTES // 16)
    for raw in (MAIL, large, MAIL):
        dovecot.append(raw)
    first, cut, last = door.fetch(door.uids(1))
    assert (first.raw, last.raw) == (MAIL, MAIL)
    assert (cut.raw, cut.size, cut.complete) == (large[:FIRST_PART], len(large), False)


def test_one_command_never_asks_for_more_bytes_than_a_batch_may_hold() -> None:
    sizes = {1: 3, 2: 4, 3: 9, 4: 1, 5: 50, 6: 0, 7: 2}
    heads = {uid: imap_commands.Head(size << 20, datetime.now(UTC)) for uid, size in sizes.items()}
    assert list(imap_commands.batches(heads, max_bytes=20 << 20)) == [[1, 2], [3], [4], [5], [6, 7]]


def test_mail_that_is_gone_is_left_out_and_the_rest_still_comes(dovecot: Dovecot, door: ImapDoor) -> None:
    for _ in range(4):
        dovecot.append(MAIL)
    uids = door.uids(1)
    dovecot.remove([1, 3])
    assert [arrival.uid for arrival in door.fetch(uids)] == [2, 4]


def test_mail_that_goes_between_its_size_and_its_body_is_left_out(dovecot: Dovecot, door: ImapDoor) -> None:
    large = b"Subject: large\r\n\r\n" + b"x" * imap_commands.BATCH_BYTES
    dovecot.append(large)
    dovecot.append(MAIL)
    dovecot.append(MAIL)
    door = open_door(dovecot, max_bytes=20 << 20)
    arrivals = door.fetch(door.uids(1))
    assert next(arrivals).uid == 1
    dovecot.remove([2])
    assert [arrival.uid for arrival in arrivals] == [3]
    door.close()


def test_a_mail_that_the_server_lists_and_cannot_give_arrives_empty_and_is_not_lost(
    dovecot: Dovecot, door: ImapDoor
) -> None:
    for number in range(3):
        dovecot.append(b"Subject: %d\r\n\r\n" % number)
    uids = door.uids(1)
    [second] = [file for file in dovecot.mail.glob("*/*.*") if b"Subject: 1" in file.read_bytes()]
    second.chmod(0)
    arrivals = {arrival.uid: arrival for arrival in door.fetch(uids)}
    assert [arrivals[uid].raw for uid in uids] == [b"Subject: 0\r\n\r\n", b"", b"Subject: 2\r\n\r\n"]
    assert [arrivals[uid].complete for uid in uids] == [True, False, True]


def test_after_a_change_of_uidvalidity_old_uids_are_refused_until_the_position_is_asked(
    dovecot: Dovecot, door: ImapDoor
) -> None:
    dovecot.append(MAIL)
    before = door.position()
    dovecot.change_uidvalidity()
    for _ in range(3):
        with pytest.raises(TryAgainLater):
            list(door.fetch([1]))
    with pytest.raises(TryAgainLater, match="UIDVALIDITY changed"):
        door.uids(1)
    assert door.position().uidvalidity > before.uidvalidity
    assert [arrival.raw for arrival in door.fetch(door.uids(1))] == [MAIL]


def test_new_mail_ends_a_wait(dovecot: Dovecot, door: ImapDoor) -> None:
    door.uids(1)
    delivery = Timer(0.2, dovecot.append, [MAIL])
    delivery.start()
    assert_returns(door, 3600)
    delivery.join()
    assert list(door.uids(1)) == [1]


def test_new_mail_ends_a_wait_on_a_server_without_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_room, "POLL", 0.1)
    with Dovecot(idle=False) as dovecot:
        door = open_door(dovecot)
        with dovecot.client() as client:
            assert not client.has_capability("IDLE")
        door.uids(1)
        delivery = Timer(0.2, dovecot.append, [MAIL])
        delivery.start()
        assert_returns(door, 3600)
        delivery.join()
        assert list(door.uids(1)) == [1]
        door.close()


def test_mail_that_came_before_the_wait_ends_it_at_once(dovecot: Dovecot, door: ImapDoor) -> None:
    door.uids(1)
    dovecot.append(MAIL)
    assert_returns(door, 3600)


def test_a_wait_without_mail_goes_on_while_its_idle_is_renewed(
    dovecot: Dovecot, door: ImapDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_room, "RENEW_IDLE", 0.1)
    door.uids(1)
    waiting = Thread(target=door.wait, args=[3600])
    waiting.start()
    waiting.join(timeout=1)
    assert waiting.is_alive()
    dovecot.append(MAIL)
    waiting.join(timeout=60)
    assert not waiting.is_alive()
    assert list(door.uids(1)) == [1]  # the connection is usable: each IDLE was ended by DONE


def test_a_wait_ends_after_its_time_without_mail(door: ImapDoor) -> None:
    assert_returns(door, 0.3)
    assert list(door.uids(1)) == []


@pytest.mark.parametrize("idle", [True, False])
def test_close_from_another_thread_ends_a_wait(idle: bool) -> None:
    with Dovecot(idle=idle) as dovecot:
        door = open_door(dovecot)
        door.uids(1)
        waiting = Thread(target=door.wait, args=[3600])
        waiting.start()
        time.sleep(0.2)
        door.close()
        waiting.join(timeout=30)
        assert not waiting.is_alive()


def test_a_door_that_was_left_stays_left(door: ImapDoor) -> None:
    door.position()
    door.close()
    door.close()
    door.wait(3600)
    with pytest.raises(TryAgainLater, match="was left"):
        door.position()


def test_without_folders_in_the_settings_inbox_and_the_servers_junk_are_read(dovecot: Dovecot) -> None:
    doors = imap_doors(dovecot.settings(), max_bytes=MAX_BYTES)
    assert [(door.name, door.junk) for door in doors] == [("imap:INBOX", False), ("imap:Junk", True)]


@pytest.mark.parametrize("name", ["Spam", "بريد مزعج", "Mail/Junk E-mail"])
def test_junk_that_the_server_does_not_mark_is_known_by_its_name(name: str) -> None:
    with Dovecot(special_use=False) as dovecot:
        with dovecot.client() as client:
            client.delete_folder("Junk")
            client.create_folder(name)
        doors = imap_doors(dovecot.settings(), max_bytes=MAX_BYTES)
    assert [(door.name, door.junk) for door in doors] == [("imap:INBOX", False), (f"imap:{name}", True)]


def test_folders_in_the_settings_are_read_and_the_servers_junk_among_them_is_marked(dovecot: Dovecot) -> None:
    dovecot.create("Privacy")
    settings = dovecot.settings(folders=("Privacy", "Junk"))
    doors = imap_doors(settings, max_bytes=MAX_BYTES)
    assert [(door.name, door.junk) for door in doors] == [("imap:Privacy", False), ("imap:Junk", True)]


def test_nothing_of_a_mail_reaches_the_log(
    dovecot: Dovecot, door: ImapDoor, caplog: pytest.LogCaptureFixture
) -> None:
    dovecot.append(MAIL)
    with caplog.at_level("DEBUG"):
        [arrival] = door.fetch(door.uids(1))
    assert arrival.raw == MAIL
    assert "rana" not in caplog.text
    assert dovecot.settings().password.get_secret_value() not in caplog.text

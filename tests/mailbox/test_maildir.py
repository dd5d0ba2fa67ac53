"""What the Maildir door promises, on a real folder."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from threading import Thread, Timer

import pytest

from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.mailbox import FIRST_PART, MaildirDoor, deliver, make_maildir

MAX_BYTES = 1 << 20
MAIL = b"Subject: hello\r\n\r\nOne line.\r\n"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    path = tmp_path / "Maildir"
    make_maildir(path)
    return path


@pytest.fixture
def door(maildir: Path) -> MaildirDoor:
    return MaildirDoor(maildir, max_bytes=MAX_BYTES)


def raws(door: MaildirDoor) -> list[bytes]:
    return sorted(arrival.raw for arrival in door.fetch(door.uids(0)))


@pytest.mark.parametrize("raw", [b"", b"no final newline", b"a\x00b\r\n", b".\r\n..\n\r\xff", b"x" * 900_000])
def test_what_is_delivered_is_read_byte_for_byte(maildir: Path, door: MaildirDoor, raw: bytes) -> None:
    deliver(maildir, raw)
    [arrival] = door.fetch(door.uids(0))
    assert (arrival.raw, arrival.size, arrival.complete) == (raw, len(raw), True)


def test_receipt_is_when_the_file_was_written(maildir: Path, door: MaildirDoor) -> None:
    deliver(maildir, MAIL)
    received_at = datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)
    for file in (maildir / "new").iterdir():
        os.utime(file, (0, received_at.timestamp()))
    [arrival] = door.fetch(door.uids(0))
    assert arrival.received_at == received_at


def test_a_maildir_has_no_order_and_its_position_never_changes(maildir: Path, door: MaildirDoor) -> None:
    before = door.position()
    deliver(maildir, MAIL)
    assert door.position() == before
    assert before.next_uid == 0


def test_a_uid_outlives_the_move_to_cur_new_flags_and_our_restart(maildir: Path, door: MaildirDoor) -> None:
    deliver(maildir, MAIL)
    [uid] = door.uids(0)
    [file] = (maildir / "new").iterdir()
    file = file.rename(maildir / "cur" / f"{file.name}:2,")
    assert [arrival.uid for arrival in door.fetch([uid])] == [uid]
    file.rename(file.with_name(f"{file.name}RS"))
    assert [arrival.uid for arrival in door.fetch([uid])] == [uid]
    assert list(MaildirDoor(maildir, max_bytes=MAX_BYTES).uids(0)) == [uid]
    assert 0 < uid < 1 << 63


def test_reading_moves_and_changes_no_file(maildir: Path, door: MaildirDoor) -> None:
    for _ in range(3):
        deliver(maildir, MAIL)
    seen = next((maildir / "new").iterdir())
    seen.rename(maildir / "cur" / f"{seen.name}:2,S")
    before = {(file, file.stat().st_mtime_ns) for file in maildir.rglob("*")}
    assert raws(door) == [MAIL] * 3
    door.wait(0.2)
    assert {(file, file.stat().st_mtime_ns) for file in maildir.rglob("*")} == before


def test_what_is_no_finished_mail_is_not_seen(maildir: Path, door: MaildirDoor) -> None:
    (maildir / "tmp" / "half").write_bytes(b"Subject: ha")
    (maildir / "new" / ".hidden").write_bytes(MAIL)
    (maildir / "new" / "folder").mkdir()
    assert raws(door) == []


def test_mail_that_is_gone_is_left_out(maildir: Path, door: MaildirDoor) -> None:
    deliver(maildir, MAIL)
    uids = door.uids(0)
    next((maildir / "new").iterdir()).unlink()
    deliver(maildir, MAIL)
    assert list(door.fetch([*uids, 12345])) == []
    assert len(door.uids(0)) == 1


def test_a_mail_over_the_limit_arrives_as_its_beginning(maildir: Path, door: MaildirDoor) -> None:
    large = MAIL + b"0123456789abcd\r\n" * (MAX_BYTES // 16)
    deliver(maildir, large)
    [arrival] = door.fetch(door.uids(0))
    assert (arrival.raw, arrival.size, arrival.complete) == (large[:FIRST_PART], len(large), False)


def test_a_file_that_cannot_be_read_arrives_empty_and_is_not_lost(maildir: Path, door: MaildirDoor) -> None:
    deliver(maildir, MAIL)
    (maildir / "new" / "loop").symlink_to("/proc/self/mem")  # a file that nobody can read at its beginning
    arrivals = sorted(door.fetch(door.uids(0)), key=lambda arrival: arrival.raw)
    assert [(arrival.raw, arrival.complete) for arrival in arrivals] == [(b"", False), (MAIL, True)]


def test_since_leaves_out_what_was_received_before(maildir: Path, door: MaildirDoor) -> None:
    deliver(maildir, b"old")
    for file in (maildir / "new").iterdir():
        os.utime(file, (0, 1000))
    deliver(maildir, b"new")
    since = datetime(2020, 1, 1, tzinfo=UTC)
    for _ in range(2):
        assert [arrival.raw for arrival in door.fetch(door.uids(0, since))] == [b"new"]
    assert len(door.uids(0)) == 2


def test_mail_delivered_right_after_a_look_is_seen_by_the_next(maildir: Path, door: MaildirDoor) -> None:
    """A folder's time is only as fine as the file system's clock: two changes may show the same."""
    for count in range(1, 200):
        deliver(maildir, MAIL)
        assert len(door.uids(0)) == count


def test_new_mail_ends_a_wait(maildir: Path, door: MaildirDoor) -> None:
    door.uids(0)
    delivery = Timer(0.3, deliver, [maildir, MAIL])
    delivery.start()
    waiting = Thread(target=door.wait, args=[3600])
    waiting.start()
    waiting.join(timeout=60)
    assert not waiting.is_alive()
    assert raws(door) == [MAIL]


def test_mail_that_came_before_the_wait_ends_it_and_a_flag_does_not(maildir: Path, door: MaildirDoor) -> None:
    door.uids(0)
    deliver(maildir, MAIL)
    door.wait(3600)
    door.uids(0)
    file = next((maildir / "new").iterdir())
    file.rename(maildir / "cur" / f"{file.name}:2,S")
    waiting = Thread(target=door.wait, args=[3600])
    waiting.start()
    waiting.join(timeout=0.5)
    assert waiting.is_alive()
    door.close()
    waiting.join(timeout=60)
    assert not waiting.is_alive()


def test_close_from_another_thread_ends_a_wait(door: MaildirDoor) -> None:
    door.uids(0)
    waiting = Thread(target=door.wait, args=[3600])
    waiting.start()
    door.close()
    waiting.join(timeout=60)
    assert not waiting.is_alive()


def test_a_folder_that_is_no_maildir_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="no Maildir"):
        MaildirDoor(tmp_path, max_bytes=MAX_BYTES).position()
    (tmp_path / "file").touch()
    with pytest.raises(WrongSetting):
        make_maildir(tmp_path / "file")


def test_what_cannot_be_stored_is_tried_again_and_leaves_nothing_behind(maildir: Path) -> None:
    (maildir / "new").rmdir()
    with pytest.raises(TryAgainLater):
        deliver(maildir, MAIL)
    assert list((maildir / "tmp").iterdir()) == []


def test_many_writers_lose_nothing_and_readers_see_only_whole_mails(maildir: Path, door: MaildirDoor) -> None:
    wanted = [b"Subject: %d\r\n\r\n" % number + b"x" * 20_000 for number in range(400)]
    seen: dict[int, bytes] = {}
    with (
        ThreadPoolExecutor(8) as threads,
        get_context("spawn").Pool(2) as processes,
    ):
        jobs = [threads.submit(deliver, maildir, raw) for raw in wanted[:200]]
        others = processes.starmap_async(deliver, [(maildir, raw) for raw in wanted[200:]])
        while not (others.ready() and all(job.done() for job in jobs)):
            new = [uid for uid in door.uids(0) if uid not in seen]
            seen |= {arrival.uid: arrival.raw for arrival in door.fetch(new)}
        others.get()
        processes.close()
        processes.join()
    seen |= {arrival.uid: arrival.raw for arrival in door.fetch(door.uids(0))}
    assert sorted(seen.values()) == sorted(wanted)

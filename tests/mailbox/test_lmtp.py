"""What the LMTP door promises (RFC 2033): an answer for each recipient, on a port or a socket."""

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.mailbox import MaildirDoor, SmtpDoor, make_maildir

MAX_BYTES = 1 << 20
FIRST, SECOND, FULL = "info@mittalcloud.com", "privacy@mittalcloud.com", "full@mittalcloud.com"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("info", "privacy", "full"):
        make_maildir(tmp_path / name)
    (tmp_path / "full" / "new").rmdir()
    return tmp_path


def door_into(folder: Path, **more: object) -> SmtpDoor:
    def maildir_of(recipient: str) -> Path | None:
        path = folder / recipient.partition("@")[0]
        return path if path.is_dir() else None

    return SmtpDoor("127.0.0.1", 0, maildir_of, max_bytes=MAX_BYTES, lmtp=True, **more)  # type: ignore[arg-type]


@pytest.fixture
def client(folder: Path) -> Iterator[smtplib.LMTP]:
    with door_into(folder) as door, smtplib.LMTP("127.0.0.1", door.port) as client:
        client.ehlo()
        yield client


def hand_over(client: smtplib.LMTP, raw: bytes, *recipients: str) -> list[int]:
    """The codes after the mail's end, one for each recipient that was taken."""
    client.mail("rana@example.org")
    taken = [one for one in recipients if client.rcpt(one)[0] == 250]
    client.docmd("DATA")
    client.send(raw + b"\r\n.\r\n")
    return [client.getreply()[0] for _ in taken]


def mails(maildir: Path) -> list[bytes]:
    door = MaildirDoor(maildir, max_bytes=MAX_BYTES)
    return [arrival.raw for arrival in door.fetch(door.uids(0))]


def test_each_recipient_has_an_answer_and_only_who_failed_is_tried_again(
    client: smtplib.LMTP, folder: Path
) -> None:
    assert hand_over(client, b"Subject: x\r\n", FIRST, FULL, SECOND) == [250, 451, 250]
    (folder / "full" / "new").mkdir()
    assert hand_over(client, b"Subject: x\r\n", FULL) == [250]
    assert [len(mails(folder / name)) for name in ("info", "privacy", "full")] == [1, 1, 1]
    [stored] = mails(folder / "privacy")
    assert stored.startswith(b"Return-Path: <rana@example.org>\r\nDelivered-To: privacy@mittalcloud.com\r\n")


def test_an_unknown_recipient_is_refused_and_has_no_answer_after_the_mail(client: smtplib.LMTP) -> None:
    assert hand_over(client, b"Subject: x\r\n", "nobody@mittalcloud.com", FIRST) == [250]
    assert client.noop()[0] == 250


def test_a_mail_over_the_limit_is_refused_to_each_and_the_next_is_taken(client: smtplib.LMTP) -> None:
    large = (b"x" * 998 + b"\r\n") * (MAX_BYTES // 1000 + 1)
    assert hand_over(client, large, FIRST, SECOND) == [552, 552]
    assert hand_over(client, b"x" * (MAX_BYTES + (1 << 19)), FIRST, SECOND) in ([500, 500], [552, 552])
    assert hand_over(client, b"Subject: x\r\n", FIRST, SECOND) == [250, 250]


def test_the_greeting_is_lhlo_alone(client: smtplib.LMTP) -> None:
    assert client.docmd("EHLO client")[0] == 500
    assert client.docmd("HELO client")[0] == 500


def test_it_listens_at_a_socket_for_owner_and_group(folder: Path) -> None:
    path = folder / "lmtp"
    with door_into(folder, socket_path=path), smtplib.LMTP(str(path)) as client:
        assert path.stat().st_mode & 0o777 == 0o660
        client.ehlo()
        assert hand_over(client, b"Subject: x\r\n", FIRST) == [250]
    assert not path.exists()
    assert len(mails(folder / "info")) == 1


def test_a_socket_that_a_dead_process_left_is_replaced_and_a_living_one_is_not(folder: Path) -> None:
    path = folder / "lmtp"
    with door_into(folder, socket_path=path):
        with pytest.raises(WrongSetting, match="RECEIVE__SOCKET"), door_into(folder, socket_path=path):
            pass
        with smtplib.LMTP(str(path)) as client:
            assert client.noop()[0] == 250
        path.rename(folder / "left")
    (folder / "left").rename(path)
    with door_into(folder, socket_path=path), smtplib.LMTP(str(path)) as client:
        assert client.noop()[0] == 250


def test_a_file_is_never_replaced(folder: Path) -> None:
    (folder / "lmtp").write_text("mine")
    with pytest.raises(WrongSetting), door_into(folder, socket_path=folder / "lmtp"):
        pass
    assert (folder / "lmtp").read_text() == "mine"

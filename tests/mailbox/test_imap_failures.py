"""What the IMAP door promises when the server, the network or the settings fail it."""

import socket
from pathlib import Path
from threading import Thread, Timer

import pytest

from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.mailbox import ImapDoor, imap_connection, imap_doors
from inbox_agent.settings import ImapSettings
from tests.servers.certificate import make_certificate
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.programs import free_port

MAIL = b"Subject: hello\r\n\r\nOne line.\r\n"


def door_of(settings: ImapSettings, folder: str = "INBOX") -> ImapDoor:
    return ImapDoor(settings, folder, max_bytes=1 << 20)


@pytest.mark.parametrize("tls", ["tls", "starttls", "none"])
def test_mail_is_read_over_each_kind_of_connection(dovecot: Dovecot, tls: str) -> None:
    dovecot.append(MAIL)
    door = door_of(dovecot.settings(tls=tls))
    assert [arrival.raw for arrival in door.fetch(door.uids(1))] == [MAIL]
    door.close()


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"user": "nobody"}, {"password": "خطأ"}])
def test_a_refused_sign_in_is_a_wrong_setting_and_tells_no_secret(
    dovecot: Dovecot, change: dict[str, str]
) -> None:
    with pytest.raises(WrongSetting, match="sign-in refused") as refusal:
        door_of(dovecot.settings(**change)).position()
    for secret in (USER, PASSWORD, *change.values()):
        assert secret not in str(refusal.value)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_is_a_wrong_setting(dovecot: Dovecot, tls: str) -> None:
    with pytest.raises(WrongSetting, match="certificate refused"):
        door_of(dovecot.settings(tls=tls, ca_file=None)).position()


def test_a_certificate_for_another_host_is_a_wrong_setting(tmp_path: Path) -> None:
    with Dovecot(certificate=make_certificate(tmp_path, host="other", address="192.0.2.1")) as dovecot:
        for host in ("localhost", "127.0.0.1"):
            with pytest.raises(WrongSetting, match="certificate refused"):
                door_of(dovecot.settings(host=host)).position()


def test_a_ca_file_that_is_none_is_a_wrong_setting(dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(WrongSetting, match="CA_FILE"):
            door_of(dovecot.settings(ca_file=tmp_path / name)).position()


def test_a_server_without_starttls_is_never_spoken_to_in_plain_text() -> None:
    with Dovecot(tls=False) as dovecot, pytest.raises(WrongSetting, match="STARTTLS"):
        door_of(dovecot.settings(tls="starttls")).position()


def test_an_unknown_folder_is_a_wrong_setting(dovecot: Dovecot) -> None:
    with pytest.raises(WrongSetting, match="imap:Nowhere"):
        door_of(dovecot.settings(), "Nowhere").position()


def test_a_host_that_does_not_exist_is_tried_again() -> None:
    with pytest.raises(TryAgainLater):
        door_of(ImapSettings(host="mail.invalid")).position()


def test_a_port_where_nobody_listens_is_tried_again(dovecot: Dovecot) -> None:
    settings = dovecot.settings(port=free_port())
    with pytest.raises(TryAgainLater):
        door_of(settings).position()
    with pytest.raises(TryAgainLater):
        imap_doors(settings, max_bytes=1)


def test_a_port_that_speaks_no_tls_is_tried_again(dovecot: Dovecot) -> None:
    with pytest.raises(TryAgainLater, match="TLS failed"):
        door_of(dovecot.settings(port=dovecot.port)).position()


def test_a_server_that_says_nothing_is_given_up_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_connection.TIMEOUT, "connect", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = ImapSettings(host="127.0.0.1", port=silent.getsockname()[1], tls="none")
        with pytest.raises(TryAgainLater, match="no answer in time"):
            door_of(settings).position()


@pytest.mark.parametrize("tls", ["tls", "none"])
def test_a_server_killed_while_we_wait_is_tried_again_and_read_when_it_is_back(
    dovecot: Dovecot, tls: str
) -> None:
    dovecot.append(MAIL)
    door = door_of(dovecot.settings(tls=tls))
    position = door.position()
    door.uids(1)
    blow = Timer(0.3, dovecot.kill)
    blow.start()
    with pytest.raises(TryAgainLater):
        door.wait(3600)
    blow.join()
    for _ in range(3):
        with pytest.raises(TryAgainLater):
            door.wait(3600)
    dovecot.start()
    assert door.position() == position
    assert [arrival.raw for arrival in door.fetch(door.uids(1))] == [MAIL]
    door.close()


def test_a_server_killed_between_two_batches_costs_nothing_but_a_second_try(dovecot: Dovecot) -> None:
    raws = [b"Subject: %d\r\n\r\n" % number + b"x" * (5 << 20) for number in range(3)]
    for raw in raws:
        dovecot.append(raw)
    door = ImapDoor(dovecot.settings(), "INBOX", max_bytes=20 << 20)
    uids = door.uids(1)
    arrivals = door.fetch(uids)
    assert next(arrivals).raw == raws[0]
    dovecot.kill()
    with pytest.raises(TryAgainLater):
        list(arrivals)
    dovecot.start()
    assert [arrival.raw for arrival in door.fetch(uids)] == raws
    door.close()


def test_close_frees_a_thread_that_hangs_in_a_command(dovecot: Dovecot) -> None:
    """A line that is up while nothing comes through: all that close can do is to cut it."""
    door = door_of(dovecot.settings())
    door.position()
    dovecot.freeze()
    outcomes: list[Exception] = []

    def ask() -> None:
        try:
            door.position()
        except TryAgainLater as error:
            outcomes.append(error)

    asking = Thread(target=ask)
    asking.start()
    asking.join(timeout=0.3)
    assert asking.is_alive()
    door.close()
    asking.join(timeout=30)
    assert len(outcomes) == 1

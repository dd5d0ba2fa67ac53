"""Tokens in place of passwords: asked for in time, refused and renewed, on a real Dovecot and by SMTP."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent import oauth, settings
from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.letters import Relay
from inbox_agent.mailbox import imap_doors
from inbox_agent.oauth import Tokens
from tests.servers.authority import CLIENT, REFRESH, SECRET, Authority
from tests.servers.certificate import make_certificate
from tests.servers.dovecot import USER, Dovecot
from tests.servers.programs import free_port
from tests.servers.sink import SmtpSink


@pytest.fixture
def authority() -> Iterator[Authority]:
    with Authority(account=USER) as authority:
        yield authority


def test_a_refresh_token_is_given_for_a_token_that_is_kept(authority: Authority) -> None:
    tokens = Tokens(authority.settings(scope="https://mail.example/"))
    assert tokens.current() == tokens.current() == "token-1"
    assert authority.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "scope": "https://mail.example/",
        }
    ]


def test_without_a_refresh_token_the_client_asks_for_itself(authority: Authority) -> None:
    Tokens(authority.settings(refresh_token="")).current()
    assert authority.forms[0]["grant_type"] == "client_credentials"
    assert "refresh_token" not in authority.forms[0]


def test_a_token_is_replaced_before_it_ends(authority: Authority) -> None:
    authority.lasts = oauth.EARLY - 1
    tokens = Tokens(authority.settings())
    assert [tokens.current(), tokens.current()] == ["token-1", "token-2"]


@pytest.mark.parametrize(("lasts", "asked"), [("3600", 1), (None, 1), ("soon", 1), (-5, 2)])
def test_an_authority_that_is_vague_about_the_end_is_understood(
    authority: Authority, lasts: object, asked: int
) -> None:
    authority.lasts = lasts
    tokens = Tokens(authority.settings())
    tokens.current(), tokens.current()
    assert len(authority.forms) == asked


def test_a_new_refresh_token_is_used_from_then_on() -> None:
    with Authority(account=USER, rotates=True, lasts=0) as authority:
        tokens = Tokens(authority.settings())
        for _ in range(3):
            tokens.current()
    assert [form["refresh_token"] for form in authority.forms] == ["refresh 1", "refresh 2", "refresh 3"]


@pytest.mark.parametrize("status", [400, 401, 302])
def test_a_refusal_is_a_wrong_setting_that_tells_only_the_code(authority: Authority, status: int) -> None:
    authority.will_answer(status, {"error": "invalid_grant", "error_description": f"of {USER}"})
    with pytest.raises(
        WrongSetting, match=r"gives no token \(invalid_grant\); see the OAUTH__ settings"
    ) as no:
        Tokens(authority.settings()).current()
    assert USER not in str(no.value)
    assert SECRET not in str(no.value)
    assert len(authority.forms) == 1, "our secrets follow no redirection"


@pytest.mark.parametrize(
    ("status", "body"),
    [(503, b""), (429, b""), (200, b"<html>"), (200, b"[]"), (200, b"{}"), (200, b"[" * 60_000)],
)
def test_trouble_of_the_authority_passes(authority: Authority, status: int, body: bytes) -> None:
    authority.will_answer(status, body)
    tokens = Tokens(authority.settings())
    with pytest.raises(TryAgainLater, match="OAuth authority"):
        tokens.current()
    assert tokens.current()


def test_an_authority_that_is_not_there_is_tried_again_later() -> None:
    nowhere = settings.OauthSettings(token_url=f"http://127.0.0.1:{free_port()}/token")
    with pytest.raises(TryAgainLater, match="out of reach"):
        Tokens(nowhere).current()


def test_what_speaks_no_http_is_tried_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_greets, args=(server,), daemon=True).start()
        relay = settings.OauthSettings(token_url=f"http://127.0.0.1:{server.getsockname()[1]}/token")
        with pytest.raises(TryAgainLater, match="out of reach"):
            Tokens(relay).current()


def _greets(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize("url", ["http://login.example.com/token", "login.example.com", "ftp://x.example/t"])
def test_secrets_travel_only_encrypted(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("INBOX_AGENT_IMAP__OAUTH__TOKEN_URL", url)
    with pytest.raises(WrongSetting, match="INBOX_AGENT_IMAP__OAUTH__TOKEN_URL"):
        settings.load()


def test_secrets_of_the_authority_can_stand_in_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "refresh").write_text("from a file\n")
    monkeypatch.setenv("INBOX_AGENT_SMTP__OAUTH__REFRESH_TOKEN_FILE", str(tmp_path / "refresh"))
    assert settings.load().smtp.oauth.refresh_token.get_secret_value() == "from a file"


def test_a_mailbox_is_read_by_token_and_a_revoked_one_is_replaced(authority: Authority) -> None:
    with Dovecot(introspection=f"{authority.url}/me") as dovecot:
        dovecot.append(b"Subject: by token\r\n\r\nwords\r\n")
        reached = dovecot.settings(password="", oauth=authority.settings())
        [door, *_] = imap_doors(reached, max_bytes=1 << 20)
        assert [arrival.raw for arrival in door.fetch(door.uids(1))] == [
            b"Subject: by token\r\n\r\nwords\r\n"
        ]
        door.close()
        assert len(authority.forms) == 1, "connections share their token"
        authority.revoke()
        [door, *_] = imap_doors(reached, max_bytes=1 << 20)
        assert door.position().next_uid == 2
        door.close()
    assert len(authority.forms) == 2


def test_a_mailbox_of_another_account_is_a_wrong_setting() -> None:
    with (
        Authority(account="else@example.com") as authority,
        Dovecot(introspection=f"{authority.url}/me") as dovecot,
        pytest.raises(WrongSetting, match="sign-in refused; see IMAP__USER and IMAP__OAUTH__SCOPE"),
    ):
        imap_doors(dovecot.settings(password="", oauth=authority.settings()), max_bytes=1 << 20)


def test_letters_leave_by_token_and_a_revoked_one_is_replaced(authority: Authority, tmp_path: Path) -> None:
    with SmtpSink(certificate=make_certificate(tmp_path), authority=authority) as sink:
        relay = Relay(sink.settings())
        relay.send(USER, "lina@example.com", b"Subject: one\r\n\r\nwords\r\n")
        relay.close()
        authority.revoke()
        relay.send(USER, "lina@example.com", b"Subject: two\r\n\r\nwords\r\n")
        relay.close()
        assert len(sink.taken()) == 2
    assert len(authority.forms) == 2


def test_letters_of_another_account_are_refused_for_good(authority: Authority, tmp_path: Path) -> None:
    with SmtpSink(certificate=make_certificate(tmp_path), authority=authority) as sink:
        relay = Relay(sink.settings(user="else@example.com"))
        with pytest.raises(WrongSetting, match="refuses the sign-in"):
            relay.send(USER, "lina@example.com", b"Subject: one\r\n\r\nwords\r\n")

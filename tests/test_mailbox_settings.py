"""Further mailboxes in the settings: a table for each, in the settings' own file or in one of theirs."""

import os
from pathlib import Path

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.settings import load

SUPPORT = """
[[mailboxes]]
name = "support"
host = "imap.example.com"
user = "support@example.com"
folders = ["INBOX", "الوارد"]
password_file = "{folder}/secret"

[[mailboxes]]
name = "old"
host = "mail.old.example"
oauth = {{ token_url = "https://login.example.com/token", client_secret_file = "{folder}/secret" }}
"""


@pytest.fixture(autouse=True)
def an_empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("INBOX_AGENT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("open sesame\n")


def test_they_stand_in_the_settings_own_file_or_in_one_of_theirs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = SUPPORT.format(folder=tmp_path)
    (tmp_path / "inbox-agent.toml").write_text('[imap]\nhost = "first.example"\n' + text)
    own = load()
    (tmp_path / "inbox-agent.toml").write_text('[imap]\nhost = "first.example"\n')
    (tmp_path / "more.toml").write_text(text)
    monkeypatch.setenv("INBOX_AGENT_MAILBOXES", str(tmp_path / "more.toml"))
    assert load() == own
    assert list(own.imap_mailboxes) == ["imap", "imap@support", "imap@old"]
    support = own.imap_mailboxes["imap@support"]
    assert (support.port, support.folders, support.password.get_secret_value()) == (
        993,
        ("INBOX", "الوارد"),
        "open sesame",
    )
    assert own.mailboxes[1].oauth.client_secret.get_secret_value() == "open sesame"


def test_without_a_first_one_they_are_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(SUPPORT.format(folder=tmp_path))
    monkeypatch.setenv("INBOX_AGENT_MAILBOXES", "more.toml")
    assert list(load().imap_mailboxes) == ["imap@support", "imap@old"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[mailboxes]]\nname = "Support"\nhost = "h"', "INBOX_AGENT_MAILBOXES__NAME"),
        ('[[mailboxes]]\nname = "a"', "INBOX_AGENT_MAILBOXES__HOST"),
        ('[[mailboxes]]\nname = "a"\nhost = "h"\n' * 2, "same name"),
        ('[[mailboxes]]\nname = "a"\nhost = "h"\ntls = "none"', "this machine only"),
        ('[[mailboxes]]\nname = "a"\nhost = "h"\nhots = "h"', "HOTS"),
        (
            '[[mailboxes]]\nname = "a"\nhost = "h"\npassword_file = "gone"',
            "password_file: gone: No such file",
        ),
        ('[[mailboxes]]\nname = "a"\nhost = "h"\ncase_keyword = "two words"', "CASE_KEYWORD"),
        ('[imap]\nhost = "h"', r"\[\[mailboxes\]\]"),
        ("mailboxes = 3", "INBOX_AGENT_MAILBOXES"),
        ("not toml", "more.toml"),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "more.toml").write_text(text)
    monkeypatch.setenv("INBOX_AGENT_MAILBOXES", "more.toml")
    with pytest.raises(WrongSetting, match=told) as refusal:
        load()
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_AGENT_MAILBOXES", "nowhere.toml")
    with pytest.raises(WrongSetting, match=r"nowhere\.toml: No such file"):
        load()

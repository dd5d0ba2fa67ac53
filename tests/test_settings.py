"""Settings: read once, checked, told plainly where they are wrong, and all of them explained."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from inbox_agent.errors import WrongSetting
from inbox_agent.settings import Settings, load, names, setting_names, values

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
ROW = re.compile(r"^\| `(INBOX_AGENT_\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)
SECRETS = ("DATABASE_URL", "KEYS_URL", "MASTER_KEY", "IMAP__PASSWORD", "SMTP__PASSWORD")


@pytest.fixture(autouse=True)
def an_empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("INBOX_AGENT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"INBOX_AGENT_{name}", value)
    return load()


def refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    with pytest.raises(WrongSetting) as refusal:
        given(monkeypatch, **values)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_every_setting_is_explained_on_the_page_once_and_no_other_is() -> None:
    explained = [name for name, _, _ in ROW.findall(PAGE.read_text("utf-8"))]
    assert sorted(explained) == sorted(setting_names())


def test_the_page_tells_the_defaults_that_hold() -> None:
    told = {name: default.strip("`") for name, _, default in ROW.findall(PAGE.read_text("utf-8"))}
    plain = {name: value for name, value in _defaults() if isinstance(value, int | str) and value != ""}
    assert {name: told[name].lower() for name in plain} == {n: str(v).lower() for n, v in plain.items()}


def test_without_any_setting_the_defaults_hold() -> None:
    settings = load()
    assert (settings.address, settings.sending) == ("info@mittalcloud.com", "review")
    assert (settings.imap.port, settings.smtp.port) == (993, 587)


def test_the_environment_is_read_by_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(
        monkeypatch, IMAP__HOST="mail.example.com", IMAP__FOLDERS="INBOX, الوارد/خاص", SENDING="off"
    )
    assert settings.imap.host == "mail.example.com"
    assert settings.imap.folders == ("INBOX", "الوارد/خاص")
    assert settings.sending == "off"


@pytest.mark.parametrize("name", setting_names())
def test_a_setting_that_is_empty_is_as_if_it_were_not_there(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert given(monkeypatch, **{name.removeprefix("INBOX_AGENT_"): ""}) == load()


def test_addresses_are_read_in_lower_case(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, ADDRESS="Info@Example.com", FORMS="Web@example.com,shop@example.com")
    assert settings.address == "info@example.com"
    assert settings.forms == ("web@example.com", "shop@example.com")


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "inbox-agent.toml").write_text(
        'address = "privacy@example.com"\nforms = ["web@example.com"]\n'
        '[imap]\nhost = "file.example.com"\nport = 1993\n'
    )
    settings = given(monkeypatch, IMAP__HOST="environment.example.com")
    assert (settings.address, settings.forms) == ("privacy@example.com", ("web@example.com",))
    assert (settings.imap.host, settings.imap.port) == ("environment.example.com", 1993)


def test_the_file_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "elsewhere.toml"
    named.write_text('sending = "off"\n')
    assert given(monkeypatch, CONFIG=str(named)).sending == "off"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('adress = "info@example.com"\n', "INBOX_AGENT_ADRESS"),
        ('[imap]\nhots = "x"\n', "INBOX_AGENT_IMAP__HOTS"),
        ("sending = \n", "inbox-agent.toml"),
        ('sending = "sometimes"\n', "INBOX_AGENT_SENDING"),
        ("\xff", "inbox-agent.toml"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "inbox-agent.toml").write_bytes(content.encode("latin-1"))
    assert told in refused(monkeypatch)


def test_a_named_file_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "No such file" in refused(monkeypatch, CONFIG=str(tmp_path / "missing.toml"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ADRESS", "ADDRESS"),
        ("IMAP_HOST", "IMAP__HOST"),
        ("SMTP__PASWORD", "SMTP__PASSWORD"),
        ("imap__hots", "IMAP__HOST"),
    ],
)
def test_a_mistyped_name_is_refused_with_the_nearest_known_one(
    monkeypatch: pytest.MonkeyPatch, typed: str, meant: str
) -> None:
    told = refused(monkeypatch, **{typed: "x"})
    assert f"INBOX_AGENT_{typed}" in told
    assert told.endswith(f"INBOX_AGENT_{meant}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADDRESS", "info"),
        ("ADDRESS", "info@example.com, other@example.com"),
        ("FORMS", "web"),
        ("SENDING", "yes"),
        ("TIME_ZONE", "Asia/Aman"),
        ("IMAP__PORT", "imap"),
        ("IMAP__PORT", "70000"),
        ("IMAP__TLS", "ssl"),
        ("POLL_SECONDS", "0"),
        ("POLL_SECONDS", "nan"),
        ("MAX_MAIL_BYTES", "1"),
        ("LETTERS_PER_DAY", "0"),
        ("PLUS_ADDRESSES", "perhaps"),
        ("DESK__PORT", "-1"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert refused(monkeypatch, **{name: value}).startswith(f"INBOX_AGENT_{name}: ")


def test_a_mistyped_time_zone_is_answered_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Asia/Amman" in refused(monkeypatch, TIME_ZONE="Asia/Aman")


@pytest.mark.parametrize(
    "name", ["Asia", "right/Asia/Amman", "posixrules", "zone.tab", "../UTC", "/etc/passwd"]
)
def test_a_file_that_is_no_zone_is_no_time_zone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert "is not a time zone" in refused(monkeypatch, TIME_ZONE=name)


def test_a_time_zone_that_there_is_costs_no_look_at_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(values, "available_timezones")
    assert given(monkeypatch, TIME_ZONE="Asia/Amman").zone.key == "Asia/Amman"


@pytest.mark.parametrize("server", ["IMAP", "SMTP"])
def test_plain_text_is_for_this_machine_only(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    told = refused(monkeypatch, **{f"{server}__HOST": "mail.example.com", f"{server}__TLS": "none"})
    assert f"INBOX_AGENT_{server}" in told
    monkeypatch.setenv(f"INBOX_AGENT_{server}__HOST", "127.0.0.1")
    assert load()


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_can_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("correct horse\n")
    assert _at(given(monkeypatch, **{f"{name}_FILE": str(tmp_path / "secret")}), name) == "correct horse"


def test_a_secret_file_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refused(monkeypatch, SMTP__PASSWORD_FILE="missing")
    assert told.startswith("INBOX_AGENT_SMTP__PASSWORD_FILE: missing: No such file")


def test_what_is_no_secret_is_not_read_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "INBOX_AGENT_ADDRESS" in refused(monkeypatch, ADDRESS_FILE="x")


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_never_printed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    settings = given(monkeypatch, **{name: "correct horse"})
    assert _at(settings, name) == "correct horse"
    for printed in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.imap)):
        assert "horse" not in printed


def test_a_wrong_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refused(monkeypatch, IMAP__PORT="hunter2", SMTP__PASSWORD="correct horse", SENDING="battery")
    assert not re.search("hunter2|horse|battery", told)


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load().sending = "live"  # type: ignore[misc]


def test_nothing_is_read_when_the_package_is_imported() -> None:
    environment = {**os.environ, "INBOX_AGENT_NO_SUCH_NAME": "1"}
    subprocess.run([sys.executable, "-c", "import inbox_agent.cli"], env=environment, check=True)


def _at(settings: Settings, name: str) -> str:
    value: Any = settings
    for part in name.lower().split("__"):
        value = getattr(value, part)
    return str(value.get_secret_value())


def _defaults() -> list[tuple[str, object]]:
    fields = names._fields(Settings.model_fields)
    return [(names.name_of(path), f.default) for path, f in fields if f.default is not PydanticUndefined]

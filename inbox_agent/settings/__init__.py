"""Settings: read once from the environment and one TOML file, checked, frozen, passed in.

Names in the environment are the field names in capitals behind `INBOX_AGENT_`, with `__` between levels
(`INBOX_AGENT_IMAP__HOST`); the environment wins over the file. A secret can also be given as a file by
the same name with `_FILE` behind it. The TOML file is `inbox-agent.toml` in the working folder, or what
`INBOX_AGENT_CONFIG` names. docs/settings.md explains each setting; a test keeps that page complete.
"""

import difflib
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from inbox_agent.errors import WrongSetting
from inbox_agent.settings.names import CONFIG_NAME, PREFIX, name_of, names_in, secrets_in
from inbox_agent.settings.sections import (
    DeskSettings,
    DkimSettings,
    DownloadsSettings,
    ImapSettings,
    Mailboxes,
    MailboxSettings,
    MaildirSettings,
    OauthSettings,
    ReceiveSettings,
    SmtpSettings,
)
from inbox_agent.settings.sources import Environment, Toml
from inbox_agent.settings.values import Address, Addresses, Names, TimeZone, checked_address

__all__ = [
    "DeskSettings",
    "DkimSettings",
    "DownloadsSettings",
    "ImapSettings",
    "MailboxSettings",
    "MaildirSettings",
    "OauthSettings",
    "ReceiveSettings",
    "Settings",
    "SmtpSettings",
    "checked_address",
    "load",
    "models_folder",
    "setting_names",
]


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "inbox-agent"


class Settings(BaseSettings):
    """Everything an operator can set. Durations are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    address: Address = "info@mittalcloud.com"
    data_dir: Path = Field(default_factory=_data_home)
    database_url: SecretStr = SecretStr("")
    keys_url: SecretStr = SecretStr("")
    master_key: SecretStr = SecretStr("")
    sending: Literal["review", "live", "off"] = "review"
    law_profile: str = ""
    time_zone: TimeZone = "UTC"
    imap: ImapSettings = ImapSettings()
    mailboxes: Mailboxes = ()
    maildir: MaildirSettings = MaildirSettings()
    receive: ReceiveSettings = ReceiveSettings()
    smtp: SmtpSettings = SmtpSettings()
    dkim: DkimSettings = DkimSettings()
    desk: DeskSettings = DeskSettings()
    downloads: DownloadsSettings = DownloadsSettings()
    plus_addresses: bool = False
    own_lists: Names = ()
    forms: Addresses = ()
    authserv_id: str = ""
    verify_dkim: bool = False
    poll_seconds: Annotated[float, Field(gt=0, le=86400)] = 60
    alarm_minutes: Annotated[float, Field(gt=0)] = 15
    max_mail_bytes: Annotated[int, Field(ge=65536, le=1 << 30)] = 25 * 1024 * 1024
    in_flight: Literal["resend", "hold"] = "resend"
    letters_per_day: Annotated[int, Field(ge=1)] = 3
    letters_per_week: Annotated[int, Field(ge=1)] = 10
    code_days: Annotated[int, Field(ge=1, le=90)] = 14
    cooloff_days: Annotated[int, Field(ge=0, le=30)] = 3
    accounts: Path | None = None
    connectors: Path | None = None
    templates: Path | None = None
    staff_address: Address | None = None
    keep_corrections: bool = False
    identity_document_days: Annotated[int, Field(ge=1, le=90)] = 7
    keep_bodies_days: Annotated[int, Field(ge=30, le=365)] = 90
    keep_record_months: Annotated[int, Field(ge=12, le=120)] = 24
    keep_quarantine_days: Annotated[int, Field(ge=30, le=365)] = 90
    key_backups: Path | None = None
    key_backup_days: Annotated[int, Field(ge=1, le=7)] = 7
    models: Path | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and end."""
        return ZoneInfo(self.time_zone)

    @property
    def imap_mailboxes(self) -> dict[str, ImapSettings]:
        """All IMAP mailboxes by the names under which their folders are known, the first one's `imap`."""
        first = {"imap": self.imap} if self.imap.host else {}
        return first | {f"imap@{one.name}": one for one in self.mailboxes}

    @property
    def silent_after(self) -> timedelta:
        """How long a mailbox may go unread before that is an alarm; one look may fail."""
        return max(timedelta(minutes=self.alarm_minutes), timedelta(seconds=2 * self.poll_seconds))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - ours reads secret files too
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the TOML file."""
        return init_settings, Environment(settings_cls), Toml(settings_cls)


def load(**arguments: Any) -> Settings:
    """The settings of this process; raises WrongSetting with one line that names the setting."""
    _refuse_unknown_names(os.environ)
    try:
        return Settings(**arguments)
    except ValidationError as error:
        raise WrongSetting("; ".join(_told(e["loc"], e["msg"]) for e in error.errors())) from None


def models_folder() -> Path | None:
    """MODELS by itself, for commands that heed no other setting."""
    found = os.environ.get(f"{PREFIX}MODELS") or Toml(Settings)().get("models")
    return Path(str(found)) if found else None


def setting_names() -> list[str]:
    """Every name the environment may carry, without the `_FILE` ones."""
    return names_in(Settings)


def _refuse_unknown_names(environment: Mapping[str, str]) -> None:
    known = {*setting_names(), CONFIG_NAME, *(f"{name}_FILE" for name in secrets_in(Settings))}
    for name in environment:
        if name.startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, 1, 0)
            raise WrongSetting(f"{name} is not a setting; the nearest known name is {near[0]}")


def _told(place: tuple[int | str, ...], text: str) -> str:
    return f"{name_of(place)}: {text.removeprefix('Value error, ')}"

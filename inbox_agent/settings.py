"""Settings: read once from the environment and one TOML file, checked, frozen, passed in.

Names in the environment are the field names in capitals behind `INBOX_AGENT_`, with `__` between levels
(`INBOX_AGENT_IMAP__HOST`); the environment wins over the file. A secret can also be given as a file by
the same name with `_FILE` behind it. The TOML file is `inbox-agent.toml` in the working folder, or what
`INBOX_AGENT_CONFIG` names. docs/settings.md explains each setting; a test keeps that page complete.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from inbox_agent.errors import WrongSetting

PREFIX = "INBOX_AGENT_"
CONFIG_NAME = PREFIX + "CONFIG"
DEFAULT_CONFIG = Path("inbox-agent.toml")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def checked_address(value: str) -> str:
    """An e-mail address in lower case; raises ValueError, its text a half-sentence."""
    local, at, domain = value.strip().lower().partition("@")
    if not (local and at and domain) or any(c in value for c in " <>,;\r\n\t") or "@" in domain:
        raise ValueError("is not an e-mail address like info@example.com")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise ValueError("has a domain that cannot be written in a mail") from None


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        near = difflib.get_close_matches(value, available_timezones(), 1)
        raise ValueError(
            "is not a time zone" + (f"; did you mean {near[0]}?" if near else " like Asia/Amman")
        )
    return value


def _web_address(value: str) -> str:
    """Scheme and host alone, as in `https://desk.example.com`; plain http is for this machine only."""
    scheme, host, port, more = _parts(value)
    if value and (more or not host or scheme not in {"http", "https"} or port == 0):
        raise ValueError("is not a web address like https://desk.example.com")
    if scheme == "http" and host not in LOOPBACK:
        raise ValueError("must begin with https:// anywhere but on this machine")
    return value.rstrip("/")


def _token_url(value: str) -> str:
    """Where an authority hands out tokens; its secrets travel there, so by https."""
    scheme, host, _, _ = _parts(value)
    if value and (not host or scheme not in {"http", "https"}):
        raise ValueError("is not a web address like https://login.example.com/oauth2/token")
    if scheme == "http" and host not in LOOPBACK:
        raise ValueError("must begin with https:// anywhere but on this machine")
    return value


def _parts(value: str) -> tuple[str, str, int | None, str]:
    try:
        url = urlsplit(value.rstrip("/"))
        return (
            url.scheme,
            url.hostname or "",
            url.port,
            url.path + url.query + url.fragment + (url.username or ""),
        )
    except ValueError:
        return "", "", None, value


Address = Annotated[str, AfterValidator(checked_address)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Addresses = Annotated[tuple[Address, ...], NoDecode, BeforeValidator(_split)]
Port = Annotated[int, Field(ge=0, le=65535)]
Tls = Literal["tls", "starttls", "none"]


def _keyword(value: str) -> str:
    """A keyword that an IMAP server takes (RFC 9051 §9: an atom)."""
    if value and (not value.isascii() or not value.isprintable() or set(value) & set('(){ %*"\\]')):
        raise ValueError("is not an IMAP keyword like $PrivacyCase")
    return value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OauthSettings(_Section):
    """An authority whose tokens stand in for a password (RFC 6749), where TOKEN_URL is set.

    With a refresh token it is asked by that (§6), else by the client's own secret (§4.4).
    """

    token_url: Annotated[str, AfterValidator(_token_url)] = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    scope: str = ""


class _Server(_Section):
    """A mail server we sign in to. Plain text is for loopback only: passwords and mails would be readable."""

    host: str = ""
    tls: Tls = "tls"
    user: str = ""
    password: SecretStr = SecretStr("")
    oauth: OauthSettings = OauthSettings()
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _plain_only_on_loopback(self) -> "_Server":
        if self.tls == "none" and self.host and self.host not in LOOPBACK:
            raise ValueError("tls=none is allowed for a server on this machine only (localhost)")
        return self


class ImapSettings(_Server):
    """The mailbox we read. An empty FOLDERS means INBOX and the server's Junk folder."""

    port: Port = 993
    folders: Names = ()
    watch_sent: bool = False
    copy_sent: bool = False
    sent_folder: str = ""
    case_folder: str = ""
    case_keyword: Annotated[str, AfterValidator(_keyword)] = ""

    @property
    def files_mail(self) -> bool:
        """Whether mail that became a case is filed or marked in the mailbox."""
        return bool(self.case_folder or self.case_keyword)


class MailboxSettings(ImapSettings):
    """A further mailbox, under a name that never changes: what is known of its folders is kept by it.

    Beside the list, secrets stand in files of their own: `password_file` is where `password` is read from.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
    host: Annotated[str, Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, given: Any) -> Any:
        return _with_files(given)


def _with_files(given: Any) -> Any:
    """The table with the secrets that its `…_file` entries name."""
    if not isinstance(given, dict):
        return given
    read = {name: _with_files(value) for name, value in given.items()}
    for name in ("password", "client_secret", "refresh_token"):
        if path := read.pop(f"{name}_file", None):
            read[name] = _secret(f"MAILBOXES: {name}_file", Path(str(path)))
    return read


def _mailboxes(value: object) -> object:
    """The list itself, as in the settings' own file, or the path of a TOML file that holds it."""
    if not isinstance(value, str):
        return value
    found = _toml(Path(value))
    if set(found) != {"mailboxes"}:
        raise ValueError("must name a TOML file with a [[mailboxes]] table for each further mailbox")
    return found["mailboxes"]


def _named_once(mailboxes: "tuple[MailboxSettings, ...]") -> "tuple[MailboxSettings, ...]":
    if len({one.name for one in mailboxes}) < len(mailboxes):
        raise ValueError("two of the mailboxes have the same name")
    return mailboxes


class SmtpSettings(_Server):
    """The relay that carries our letters."""

    port: Port = 587
    tls: Tls = "starttls"


class DkimSettings(_Section):
    """What our letters are signed with (RFC 6376) where a key is set; an empty DOMAIN is our address's."""

    domain: str = ""
    selector: str = ""
    key: SecretStr = SecretStr("")


class MaildirSettings(_Section):
    """A Maildir folder to read mail from, and to deliver into by the SMTP door."""

    path: Path | None = None


class ReceiveSettings(_Section):
    """The SMTP or LMTP door: listens only where a port is given (or 0 for any free one), or a socket."""

    protocol: Literal["smtp", "lmtp"] = "smtp"
    host: str = "127.0.0.1"
    port: Port | None = None
    socket: Path | None = None


class DeskSettings(_Section):
    """Where the staff's pages are served; URL is how staff reach them, where a proxy stands before us."""

    host: str = "127.0.0.1"
    port: Port = 8025
    url: Annotated[str, AfterValidator(_web_address)] = ""
    admins_need_totp: bool = False


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
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    imap: ImapSettings = ImapSettings()
    mailboxes: Annotated[
        tuple[MailboxSettings, ...], NoDecode, BeforeValidator(_mailboxes), AfterValidator(_named_once)
    ] = ()
    maildir: MaildirSettings = MaildirSettings()
    receive: ReceiveSettings = ReceiveSettings()
    smtp: SmtpSettings = SmtpSettings()
    dkim: DkimSettings = DkimSettings()
    desk: DeskSettings = DeskSettings()
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
    templates: Path | None = None
    staff_address: Address | None = None
    keep_corrections: bool = False
    identity_document_days: Annotated[int, Field(ge=1, le=90)] = 7
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
        return init_settings, _Environment(settings_cls), _Toml(settings_cls)


def load(**arguments: Any) -> Settings:
    """The settings of this process; raises WrongSetting with one line that names the setting."""
    _refuse_unknown_names(os.environ)
    try:
        return Settings(**arguments)
    except ValidationError as error:
        raise WrongSetting("; ".join(_told(e["loc"], e["msg"]) for e in error.errors())) from None


def models_folder() -> Path | None:
    """MODELS by itself, for commands that heed no other setting."""
    found = os.environ.get(f"{PREFIX}MODELS") or _Toml(Settings)().get("models")
    return Path(str(found)) if found else None


def setting_names() -> list[str]:
    """Every name the environment may carry, without the `_FILE` ones."""
    return [_name(path) for path, _ in _fields(Settings.model_fields)]


class _Toml(PydanticBaseSettingsSource):
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        named = os.environ.get(CONFIG_NAME)
        path = Path(named) if named else DEFAULT_CONFIG
        return _toml(path) if named or path.exists() else {}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongSetting(f"{path}: {_reason(error)}") from None


class _Environment(EnvSettingsSource):
    """The environment with secret files read in place of the secrets they stand for; empty is unset."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        found: dict[str, str | None] = {
            k.lower(): v for k, v in os.environ.items() if k.startswith(PREFIX) and v
        }
        for name in _secret_names():
            if path := found.pop(f"{name}_FILE".lower(), None):
                found[name.lower()] = _secret(f"{name}_FILE", Path(path))
        return found


def _secret(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{name}: {path}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)


def _refuse_unknown_names(environment: Mapping[str, str]) -> None:
    known = {*setting_names(), CONFIG_NAME, *(f"{name}_FILE" for name in _secret_names())}
    for name in environment:
        if name.startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, 1, 0)
            raise WrongSetting(f"{name} is not a setting; the nearest known name is {near[0]}")


def _fields(fields: Mapping[str, FieldInfo]) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    for name, field in fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, _Section):
            yield from (((name, *path), f) for path, f in _fields(field.annotation.model_fields))
        else:
            yield (name,), field


def _secret_names() -> list[str]:
    return [_name(path) for path, field in _fields(Settings.model_fields) if field.annotation is SecretStr]


def _name(path: tuple[int | str, ...]) -> str:
    return PREFIX + "__".join(part for part in path if isinstance(part, str)).upper()


def _told(place: tuple[int | str, ...], text: str) -> str:
    return f"{_name(place)}: {text.removeprefix('Value error, ')}"

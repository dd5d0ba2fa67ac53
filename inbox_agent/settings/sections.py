"""The sections of the settings: each server, each door and the desk has one of its own."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from inbox_agent.settings.files import secret, toml
from inbox_agent.settings.values import LOOPBACK, Keyword, Names, Port, Tls, TokenUrl, WebAddress


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OauthSettings(Section):
    """An authority whose tokens stand in for a password (RFC 6749), where TOKEN_URL is set.

    With a refresh token it is asked by that (§6), else by the client's own secret (§4.4).
    """

    token_url: TokenUrl = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    scope: str = ""


class _Server(Section):
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
    case_keyword: Keyword = ""

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
            read[name] = secret(f"MAILBOXES: {name}_file", Path(str(path)))
    return read


def _listed(value: object) -> object:
    """The list itself, as in the settings' own file, or the path of a TOML file that holds it."""
    if not isinstance(value, str):
        return value
    found = toml(Path(value))
    if set(found) != {"mailboxes"}:
        raise ValueError("must name a TOML file with a [[mailboxes]] table for each further mailbox")
    return found["mailboxes"]


def _named_once(mailboxes: tuple[MailboxSettings, ...]) -> tuple[MailboxSettings, ...]:
    if len({one.name for one in mailboxes}) < len(mailboxes):
        raise ValueError("two of the mailboxes have the same name")
    return mailboxes


Mailboxes = Annotated[
    tuple[MailboxSettings, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_named_once)
]


class SmtpSettings(_Server):
    """The relay that carries our letters."""

    port: Port = 587
    tls: Tls = "starttls"


class DkimSettings(Section):
    """What our letters are signed with (RFC 6376) where a key is set; an empty DOMAIN is our address's."""

    domain: str = ""
    selector: str = ""
    key: SecretStr = SecretStr("")


class MaildirSettings(Section):
    """A Maildir folder to read mail from, and to deliver into by the SMTP door."""

    path: Path | None = None


class ReceiveSettings(Section):
    """The SMTP or LMTP door: listens only where a port is given (or 0 for any free one), or a socket."""

    protocol: Literal["smtp", "lmtp"] = "smtp"
    host: str = "127.0.0.1"
    port: Port | None = None
    socket: Path | None = None


class DeskSettings(Section):
    """Where the staff's pages are served; URL is how staff reach them, where a proxy stands before us."""

    host: str = "127.0.0.1"
    port: Port = 8025
    url: WebAddress = ""
    admins_need_totp: bool = False


class DownloadsSettings(Section):
    """Where customers fetch access packages: served only where a port is given; URL is how they reach it.

    A link works for so many DAYS, downloads (COUNT) and wrong PASSWORDS; a package is destroyed KEEP_DAYS
    after its last link has ended.
    """

    host: str = "127.0.0.1"
    port: Port | None = None
    url: WebAddress = ""
    days: Annotated[int, Field(ge=1, le=30)] = 7
    count: Annotated[int, Field(ge=1, le=20)] = 3
    passwords: Annotated[int, Field(ge=1, le=20)] = 5
    keep_days: Annotated[int, Field(ge=0, le=90)] = 7
    max_bytes: Annotated[int, Field(ge=1 << 20, le=1 << 30)] = 50 * 1024 * 1024

    @property
    def address(self) -> str:
        """What stands before the secret of a link; "" where packages are handed over otherwise."""
        if self.url or self.port is None:
            return self.url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

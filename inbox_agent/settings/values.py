"""What one setting may say. A check refuses with a half-sentence that goes on from the setting's name."""

import difflib
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OTHER_CLOCKS = ("posix", "right/")
"""Before the names of the same zones once more, there with leap seconds: nobody means those."""


def checked_address(value: str) -> str:
    """An e-mail address in lower case; raises ValueError, its text a half-sentence."""
    local, at, domain = value.strip().lower().partition("@")
    if not (local and at and domain) or any(c in value for c in " <>,;\r\n\t") or "@" in domain:
        raise ValueError("is not an e-mail address like info@example.com")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise ValueError("has a domain that cannot be written in a mail") from None


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _time_zone(value: str) -> str:
    if not _is_zone(value):
        near = difflib.get_close_matches(value, available_timezones(), 1)
        raise ValueError(
            "is not a time zone" + (f"; did you mean {near[0]}?" if near else " like Asia/Amman")
        )
    return value


def _is_zone(name: str) -> bool:
    """Asked of the one file: to list them all, the system's whole folder would be read."""
    try:
        return not name.startswith(_OTHER_CLOCKS) and bool(ZoneInfo(name))
    except (LookupError, OSError, ValueError):
        return False


def _web_address(value: str) -> str:
    """Scheme and host alone, as in `https://desk.example.com`."""
    scheme, host, port, more = _parts(value)
    if value and (more or not host or scheme not in {"http", "https"} or port == 0):
        raise ValueError("is not a web address like https://desk.example.com")
    _must_be_https(scheme, host)
    return value.rstrip("/")


def _token_url(value: str) -> str:
    """Where an authority hands out tokens; its secrets travel there, so by https."""
    scheme, host, _, _ = _parts(value)
    if value and (not host or scheme not in {"http", "https"}):
        raise ValueError("is not a web address like https://login.example.com/oauth2/token")
    _must_be_https(scheme, host)
    return value


def _must_be_https(scheme: str, host: str) -> None:
    """Plain http is for this machine only."""
    if scheme == "http" and host not in LOOPBACK:
        raise ValueError("must begin with https:// anywhere but on this machine")


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


def _keyword(value: str) -> str:
    """A keyword that an IMAP server takes (RFC 9051 §9: an atom)."""
    if value and (not value.isascii() or not value.isprintable() or set(value) & set('(){ %*"\\]')):
        raise ValueError("is not an IMAP keyword like $PrivacyCase")
    return value


Address = Annotated[str, AfterValidator(checked_address)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Addresses = Annotated[tuple[Address, ...], NoDecode, BeforeValidator(_split)]
Port = Annotated[int, Field(ge=0, le=65535)]
Tls = Literal["tls", "starttls", "none"]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
TokenUrl = Annotated[str, AfterValidator(_token_url)]
Keyword = Annotated[str, AfterValidator(_keyword)]

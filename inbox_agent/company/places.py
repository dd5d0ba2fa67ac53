"""Addresses of systems. A check refuses with a half-sentence."""

import ipaddress
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


def database(url: str) -> None:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("cannot be read; it looks like postgresql://reader@host/db") from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    if parsed.get_backend_name() == "sqlite" and not parsed.database:
        raise ValueError("must name a file")


def service(url: str) -> None:
    """Https, or plain http to this machine, and no name or password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises for none of the numbers that ports have
    except ValueError:
        raise ValueError("is not a web address") from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        raise ValueError("is not a web address like https://billing.example.com/person")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("must begin with https:// anywhere but on this machine")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def has_password(url: str) -> bool:
    try:
        return bool(make_url(url).password)
    except (ArgumentError, ValueError):
        return "@" in url

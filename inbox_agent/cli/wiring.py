"""Rooms put together from settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import structlog

from inbox_agent import downloads
from inbox_agent import settings as settings_room
from inbox_agent.agent import now_utc
from inbox_agent.cases.record import Record
from inbox_agent.cli.output import log_to_stderr
from inbox_agent.desk import serving
from inbox_agent.errors import WrongSetting
from inbox_agent.letters import Relay, Signature, Stationery
from inbox_agent.mailbox import MaildirDoor, SmtpDoor, Source, imap_doors, make_maildir
from inbox_agent.settings import Settings
from inbox_agent.understanding import Understanding

log = structlog.get_logger()


@contextmanager
def opened_record() -> Iterator[Record]:
    """The record that the settings name, closed again at the end."""
    settings = settings_room.load()
    log_to_stderr(settings.log_level)
    record = Record.open(settings)
    try:
        yield record
    finally:
        record.close()


def stationery(settings: Settings) -> Stationery:
    """What every letter is written on."""
    return Stationery(settings.address, plus_addresses=settings.plus_addresses, overrides=settings.templates)


def understanding(models: Path | None) -> Understanding:
    """The models of this folder, the product's own where none is set; raises WrongSetting."""
    if models is None:
        return Understanding.load()
    try:
        return Understanding.load(models)
    except WrongSetting:
        told = f"no trained models can be read in {models}; `inbox-agent train --out` makes them"
        raise WrongSetting(f"INBOX_AGENT_MODELS: {told}") from None


def relay(settings: Settings) -> Relay:
    """What carries our letters on, signed where a key is set; raises WrongSetting for a key of no use."""
    return Relay(settings.smtp, signature=signature(settings))


def signature(settings: Settings) -> Signature | None:
    """What our letters are signed with; None where the settings have no key."""
    return Signature(settings.dkim, settings.address) if settings.dkim.key.get_secret_value() else None


def sources(settings: Settings) -> list[Source]:
    """The mailboxes that the settings name, each by itself: none has been asked for anything yet."""
    most = settings.max_mail_bytes
    remote = [
        Source(name, partial(imap_doors, mailbox, max_bytes=most, mailbox=name))
        for name, mailbox in settings.imap_mailboxes.items()
    ]
    return [*remote, *local_sources(settings)]


def local_sources(settings: Settings) -> list[Source]:
    """Those that need no server."""
    path = settings.maildir.path
    return [] if path is None else [Source.of(MaildirDoor(path, max_bytes=settings.max_mail_bytes))]


@contextmanager
def receiving(settings: Settings) -> Iterator[None]:
    """The SMTP or LMTP door open, where the settings ask for one: it delivers into our Maildir."""
    receive = settings.receive
    if receive.port is None and receive.socket is None:
        yield
        return
    if settings.maildir.path is None:
        raise WrongSetting("the SMTP door needs a Maildir to deliver into: set INBOX_AGENT_MAILDIR__PATH")
    maildir, local = settings.maildir.path, settings.address
    make_maildir(maildir)
    with SmtpDoor(
        receive.host,
        receive.port or 0,
        maildir_of=lambda recipient: maildir if _without_tag(recipient) == local else None,
        max_bytes=settings.max_mail_bytes,
        lmtp=receive.protocol == "lmtp",
        socket_path=receive.socket,
    ):
        yield


@contextmanager
def handing_out(record: Record) -> Iterator[None]:
    """The listener for access packages open, where the settings ask for one."""
    settings = record.settings.downloads
    if settings.port is None:
        yield
        return
    with serving(downloads.application(record, now_utc), settings.host, settings.port) as address:
        log.info("downloads_open", address=address)
        yield


def _without_tag(address: str) -> str:
    """`info+case-…@example.com` is `info@example.com` (RFC 5233)."""
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"

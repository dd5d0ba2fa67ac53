"""The SMTP or LMTP door: takes mail for known recipients into Maildirs and carries nothing on."""
# ruff: noqa: N802, ARG002 - aiosmtpd finds hooks by these names and passes all of this

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, AnyStr, Self

from aiosmtpd.controller import BaseThreadedController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope

from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.mailbox.maildir import deliver

LONGEST_LINE = 1 << 20
"""Bytes. RFC 5321 §4.5.3.1.6 allows 1,000; real senders write whole pages of HTML in one line."""

STORED = "250 2.0.0 Stored"
NOT_STORED = "451 4.3.0 Not stored; try again later"

MaildirOf = Callable[[str], Path | None]
"""Which Maildir takes the mail of a recipient; None refuses the recipient."""


class SmtpDoor:
    """Listens while its context lasts; `port` is then the real one where 0 was asked for.

    Where a `socket_path` is given it listens there alone. With `lmtp` (RFC 2033) it speaks so: each recipient
    has an answer of its own, and what was delivered to one never comes twice because another failed.

    250 is answered once the mail is on the disk for each recipient; what was delivered before a failure
    comes twice when the sender tries again. The mail's bytes are stored as they came, behind two trace lines
    that final delivery owes (RFC 5321 §4.4): Return-Path, and Delivered-To with the recipient.
    """

    def __init__(
        self,
        host: str,
        port: int,
        maildir_of: MaildirOf,
        *,
        max_bytes: int,
        lmtp: bool = False,
        socket_path: Path | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self._maildir_of = maildir_of
        self._max_bytes = max_bytes
        self._lmtp = lmtp
        self._socket_path = socket_path

    def __enter__(self) -> Self:
        # The library logs every address at level info.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        if self._socket_path is not None:
            listener = _listen_at(self._socket_path)
        else:
            listener = _listen(self.host, self.port)
            self.port = listener.getsockname()[1]
        delivery = (_DeliveryToEach if self._lmtp else _Delivery)(self._maildir_of)
        self._server = _Server(delivery, listener, lmtp=self._lmtp, data_size_limit=self._max_bytes)
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and drop the open connections: their mail was not taken and comes again."""
        self._server.stop()
        if self._socket_path is not None:
            self._socket_path.unlink(missing_ok=True)


class _Delivery:
    def __init__(self, maildir_of: MaildirOf) -> None:
        self._maildir_of = maildir_of

    async def handle_RCPT(
        self, server: SMTP, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._maildir_of(address) is None:
            return "550 5.1.1 No such recipient here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient taken"

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        try:
            await asyncio.to_thread(self._store, envelope)
        except TryAgainLater:
            return NOT_STORED
        return STORED

    async def handle_exception(self, error: Exception) -> str:
        return NOT_STORED  # the library would refuse for good and quote the error

    def _store(self, envelope: Envelope) -> None:
        for recipient in envelope.rcpt_tos:
            self._store_for(recipient, envelope)

    def _store_for(self, recipient: str, envelope: Envelope) -> None:
        maildir = self._maildir_of(recipient)
        if maildir is None:
            raise TryAgainLater("a recipient is no longer known")
        deliver(maildir, _trace(envelope, recipient) + bytes(envelope.original_content or b""))


class _DeliveryToEach(_Delivery):
    """By LMTP the sender hears of each recipient (RFC 2033 §4.2), in the order in which they were named."""

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        stored = [await asyncio.to_thread(self._answer_for, one, envelope) for one in envelope.rcpt_tos]
        return "\r\n".join(stored)

    def _answer_for(self, recipient: str, envelope: Envelope) -> str:
        with suppress(Exception):  # whatever it is: a missing answer would make the sender wait for it
            self._store_for(recipient, envelope)
            return STORED
        return NOT_STORED


def _trace(envelope: Envelope, recipient: str) -> bytes:
    sender = (envelope.mail_from or "").strip("<>")
    lines = f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n"
    return lines.encode("utf-8", "surrogateescape")


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class _Lmtp(LMTP):
    line_length_limit = LONGEST_LINE

    async def push(self, status: AnyStr) -> None:
        """The library refuses what is too large once; by LMTP that, too, is said for each recipient."""
        too_large = isinstance(status, str) and status.startswith(_TOO_LARGE)
        recipients = len(self.envelope.rcpt_tos) if too_large and self.envelope else 1
        for _ in range(max(1, recipients)):
            await super().push(status)


_TOO_LARGE = ("552 Error: Too much mail data", "500 Line too long")


class _Server(BaseThreadedController):
    """The library's controller with our line length, on a socket that is bound already."""

    def __init__(
        self, delivery: _Delivery, listener: socket.socket, *, lmtp: bool, **parameters: Any
    ) -> None:
        super().__init__(delivery, **parameters)
        self._listener = listener
        self._protocol = _Lmtp if lmtp else _Smtp

    def factory(self) -> SMTP:
        return self._protocol(self.handler, **self.SMTP_kwargs)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        if self._listener.family == socket.AF_UNIX:
            return self.loop.create_unix_server(self._factory_invoker, sock=self._listener)
        return self.loop.create_server(self._factory_invoker, sock=self._listener)

    def _trigger_server(self) -> None:
        """The library waits for a first connection before it believes that it serves."""
        with socket.socket(self._listener.family, socket.SOCK_STREAM) as first:
            first.connect(self._listener.getsockname())
            first.recv(1024)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise WrongSetting(f"RECEIVE__PORT: cannot listen on {host}:{port}: {error.strerror}") from None


def _listen_at(path: Path) -> socket.socket:
    """A socket that owner and group may speak to; one that a dead process left behind is replaced."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket() and not _is_served(path):
            path.unlink()
        listener.bind(str(path))
        path.chmod(0o660)
        listener.listen()
    except OSError as error:
        listener.close()
        raise WrongSetting(f"RECEIVE__SOCKET: cannot listen at {path}: {error.strerror or error}") from None
    return listener


def _is_served(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        return caller.connect_ex(str(path)) == 0

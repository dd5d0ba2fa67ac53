"""The SMTP door: takes mail for known recipients into Maildirs and carries nothing on."""
# ruff: noqa: N802, ARG002 - aiosmtpd finds hooks by these names and passes all of this

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.mailbox.maildir import deliver

LONGEST_LINE = 1 << 20
"""Bytes. RFC 5321 §4.5.3.1.6 allows 1,000; real senders write whole pages of HTML in one line."""

NOT_STORED = "451 4.3.0 Not stored; try again later"

MaildirOf = Callable[[str], Path | None]
"""Which Maildir takes the mail of a recipient; None refuses the recipient."""


class SmtpDoor:
    """Listens while its context lasts; `port` is then the real one where 0 was asked for.

    250 is answered once the mail is on the disk for each recipient; what was delivered before a failure
    comes twice when the sender tries again. The mail's bytes are stored as they came, behind two trace lines
    that final delivery owes (RFC 5321 §4.4): Return-Path, and Delivered-To with the recipient.
    """

    def __init__(self, host: str, port: int, maildir_of: MaildirOf, *, max_bytes: int) -> None:
        self.host = host
        self.port = port
        self._maildir_of = maildir_of
        self._max_bytes = max_bytes

    def __enter__(self) -> Self:
        # The library logs every address at level info.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        listener = _listen(self.host, self.port)
        self.port = listener.getsockname()[1]
        self._server = _Server(
            _Delivery(self._maildir_of),
            listener,
            hostname=self.host,
            port=self.port,
            data_size_limit=self._max_bytes,
        )
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and drop the open connections: their mail was not taken and comes again."""
        self._server.stop()


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
        return "250 2.0.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        return NOT_STORED  # the library would refuse for good and quote the error

    def _store(self, envelope: Envelope) -> None:
        for recipient in envelope.rcpt_tos:
            maildir = self._maildir_of(recipient)
            if maildir is None:
                raise TryAgainLater("a recipient is no longer known")
            deliver(maildir, _trace(envelope, recipient) + bytes(envelope.original_content or b""))


def _trace(envelope: Envelope, recipient: str) -> bytes:
    sender = (envelope.mail_from or "").strip("<>")
    lines = f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n"
    return lines.encode("utf-8", "surrogateescape")


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class _Server(Controller):
    """The library's controller with our line length, on a socket that is bound already."""

    def __init__(self, delivery: _Delivery, listener: socket.socket, **parameters: Any) -> None:
        super().__init__(delivery, **parameters)
        self._listener = listener

    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise WrongSetting(f"RECEIVE__PORT: cannot listen on {host}:{port}: {error.strerror}") from None

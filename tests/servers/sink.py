"""A real SMTP relay that carries nothing on: it records what it was given."""

# ruff: noqa: N802, ARG002 - aiosmtpd finds hooks by these names and passes all of this

import asyncio
from base64 import b64decode
from collections import defaultdict, deque
from dataclasses import dataclass
from threading import Condition
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from aiosmtpd.smtp import Envelope as Transaction

from inbox_agent.settings import SmtpSettings
from tests.servers.authority import Authority
from tests.servers.certificate import Certificate
from tests.servers.programs import free_port

Stage = Literal["MAIL", "RCPT", "DATA"]
DROP = "drop"
"""As the answer to DATA: the mail is taken and the connection cut without a word."""


@dataclass(frozen=True)
class Envelope:
    """One mail as the relay got it; kept whatever DATA was answered with, `taken` when with 250 or DROP."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    taken: bool


class SmtpSink:
    """Listens on 127.0.0.1; answers 250 unless told otherwise by `will_answer`.

    With a certificate it offers STARTTLS and insists on it; with a login it insists on AUTH, with an
    authority on one of its tokens (XOAUTH2).
    """

    def __init__(
        self,
        *,
        certificate: Certificate | None = None,
        login: tuple[str, str] | None = None,
        authority: Authority | None = None,
    ) -> None:
        self._authority = authority
        self.port = free_port()
        self.envelopes: list[Envelope] = []
        self.connections = 0
        self._certificate = certificate
        self._login = login
        self._answers: dict[str, deque[str]] = defaultdict(deque)
        self._arrived = Condition()
        self._controller: Controller | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **self._demands())
        self._controller.start()
        self.connections = 0  # the controller tries its own door once

    def stop(self) -> None:
        """Close the port and every connection; `start` opens the same port again."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    def settings(self, **changes: Any) -> SmtpSettings:
        """How to reach it."""
        given: dict[str, Any] = {"host": "127.0.0.1", "port": self.port, "tls": "none"}
        if self._certificate:
            given |= {"tls": "starttls", "ca_file": self._certificate.file}
        if self._login:
            given |= {"user": self._login[0], "password": self._login[1]}
        if self._authority:
            given |= {"user": self._authority.account, "oauth": self._authority.settings()}
        return SmtpSettings(**{**given, **changes})

    def will_answer(self, stage: Stage, *answers: str) -> None:
        """Answer the next commands of this stage with these lines (`451 4.3.0 later`), then with 250."""
        self._answers[stage].extend(answers)

    def taken(self) -> list[Envelope]:
        with self._arrived:
            return [envelope for envelope in self.envelopes if envelope.taken]

    def wait_for(self, count: int, seconds: float = 30) -> list[Envelope]:
        """The mails taken so far, as soon as there are `count`; fails when they do not come."""
        with self._arrived:
            enough = self._arrived.wait_for(lambda: len(self.taken()) >= count, seconds)
        assert enough, f"{len(self.taken())} of {count} mails came within {seconds} s"
        return self.taken()

    async def handle_EHLO(
        self, server: SMTP, session: Any, envelope: Transaction, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return answers

    async def handle_MAIL(
        self, server: SMTP, session: Any, envelope: Transaction, address: str, options: list[str]
    ) -> str:
        answer = self._next("MAIL")
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Transaction, address: str, options: list[str]
    ) -> str:
        answer = self._next("RCPT")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Transaction) -> str:
        answer = self._next("DATA")
        self._record(envelope, taken=answer == DROP or answer.startswith("2"))
        if answer == DROP:
            transport = server.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
            await asyncio.Event().wait()  # until the lost connection cancels this
        return answer

    def _demands(self) -> dict[str, Any]:
        demands: dict[str, Any] = {}
        if self._certificate:
            demands |= {"tls_context": self._certificate.server_context(), "require_starttls": True}
        if self._login or self._authority:
            encrypted = self._certificate is not None
            demands |= {"auth_required": True, "auth_require_tls": encrypted, "authenticator": self._knows}
        return demands

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """As Google and Microsoft do: why not is a challenge, and the answer to it is empty."""
        assert self._authority
        user, _, rest = b64decode(args[1]).decode().partition("\x01")
        token = rest.removeprefix("auth=Bearer ").rstrip("\x01")
        if user == f"user={self._authority.account}" and token in self._authority.valid:
            return AuthResult(success=True)
        assert await server.challenge_auth('{"status":"400"}') == b""
        return AuthResult(success=False, handled=False)

    def _knows(self, server: SMTP, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert self._login
        user, password = self._login
        return AuthResult(success=given == LoginPassword(user.encode(), password.encode()), handled=False)

    def _next(self, stage: Stage) -> str:
        waiting = self._answers[stage]
        return waiting.popleft() if waiting else "250 OK"

    def _record(self, envelope: Transaction, *, taken: bool) -> None:
        content = envelope.original_content
        assert content is not None
        sender = "" if envelope.mail_from in (None, "<>") else str(envelope.mail_from)
        with self._arrived:
            self.envelopes.append(Envelope(sender, tuple(envelope.rcpt_tos), content, taken))
            self._arrived.notify_all()

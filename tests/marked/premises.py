"""A real agent at work: its process, the mailboxes it reads, the relay it sends by, what it prints."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2
from sqlalchemy import create_engine, text

from inbox_agent.mailbox import deliver, make_maildir
from tests.company import ADDRESS
from tests.marked import marks
from tests.marked.watch import Watch
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.programs import free_port
from tests.servers.sink import SmtpSink

RELAY_LOGIN = ("relay", marks.RELAY_PASSWORD)
_PATIENCE = 120.0


class Premises:
    """What stands in `data` and `temporary` is the agent's own; the Maildir is a mailbox like any other.

    `more` are settings; by LMTP mail comes where a socket is named, else by SMTP.
    """

    def __init__(self, folder: Path, dovecot: Dovecot, sink: SmtpSink, **more: str) -> None:
        self.data, self.temporary, self.maildir = folder / "data", folder / "temporary", folder / "maildir"
        self.out, self.err = folder / "out", folder / "err"
        for one in (self.data, self.temporary):
            one.mkdir()
        make_maildir(self.maildir)
        self._folder, self._dovecot, self.sink = folder, dovecot, sink
        self._desk, self._door, self._downloads = free_port(), free_port(), free_port()
        self.settings = self._settings() | {f"INBOX_AGENT_{name}": value for name, value in more.items()}
        self._socket = more.get("RECEIVE__SOCKET", "")
        self.desk = f"http://127.0.0.1:{self._desk}"
        self.downloads = f"http://127.0.0.1:{self._downloads}"
        self.record_url = more.get("DATABASE_URL", f"sqlite:///{self.data}/record.db")
        self.keys_url = more.get("KEYS_URL", f"sqlite:///{self.data}/keys.db")

    def _settings(self) -> dict[str, str]:
        accounts = self._folder / "accounts.csv"
        accounts.write_text(f"address,phone\n{marks.address()},{marks.PHONE}\n")
        imap, smtp = self._dovecot.settings(), self.sink.settings()
        named = {
            "DATA_DIR": self.data,
            "LOG_LEVEL": "debug",
            "SENDING": "live",
            "TIME_ZONE": "UTC",
            "STAFF_ADDRESS": "staff@mittalcloud.com",
            "ACCOUNTS": accounts,
            "IMAP__HOST": imap.host,
            "IMAP__PORT": imap.port,
            "IMAP__USER": USER,
            "IMAP__PASSWORD": PASSWORD,
            "IMAP__CA_FILE": imap.ca_file,
            "MAILDIR__PATH": self.maildir,
            "POLL_SECONDS": 1,
            "RECEIVE__PORT": self._door,
            "SMTP__HOST": smtp.host,
            "SMTP__PORT": smtp.port,
            "SMTP__TLS": smtp.tls,
            "SMTP__CA_FILE": smtp.ca_file,
            "SMTP__USER": RELAY_LOGIN[0],
            "SMTP__PASSWORD": RELAY_LOGIN[1],
            "DESK__PORT": self._desk,
            "DOWNLOADS__PORT": self._downloads,
        }
        return {f"INBOX_AGENT_{name}": str(value) for name, value in named.items()}

    def __enter__(self) -> Self:
        self._start()
        self.watch = Watch(self.process.pid, self.temporary)
        self.watch.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.watch.__exit__(kind, error, trace)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(_PATIENCE)

    def _start(self) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_AGENT_")}
        environment = {**ours, **self.settings, "TMPDIR": str(self.temporary)}
        with self.out.open("ab") as out, self.err.open("ab") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "inbox_agent", "run"],
                stdout=out,
                stderr=err,
                env=environment,
                cwd=self._folder,
            )
        self.until(self._is_open)
        self.until(lambda: self.err.read_text().count("collecting") >= 3)

    def _is_open(self) -> bool:
        assert self.process.poll() is None, self.err.read_text()
        with suppress(httpx2.TransportError):
            return httpx2.get(f"{self.desk}/sign-in").status_code == 200
        return False

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what the agent does by itself."""
        end = time.monotonic() + _PATIENCE
        while not is_so():
            assert time.monotonic() < end, "the agent did not do it in time"
            time.sleep(0.05)

    def asked(self, question: str) -> list[str]:
        """The first column of what the record answers."""
        engine = create_engine(self.record_url)
        try:
            with engine.connect() as record:
                return [str(one) for one in record.execute(text(question)).scalars()]
        finally:
            engine.dispose()

    def by_imap(self, raw: bytes) -> None:
        self._dovecot.append(raw)

    def by_maildir(self, raw: bytes) -> None:
        deliver(self.maildir, raw)

    def by_smtp(self, raw: bytes, sender: str = "") -> None:
        """Through our own door, as another mail server hands mail over."""
        with self._knocking() as client:
            client.sendmail(sender or marks.address("envelope"), [ADDRESS], raw)

    def _knocking(self) -> smtplib.SMTP:
        return smtplib.LMTP(self._socket) if self._socket else smtplib.SMTP("127.0.0.1", self._door)

    def mistyped(self) -> None:
        """Clients of that door that name people and break the rules, and break off."""
        lines = (
            f"{'LHLO' if self._socket else 'EHLO'} {marks.latin('helo')}",
            f"MAIL FROM:<{marks.address('envelope')}",
            f"MAIL FROM:<{marks.arabic('من')}@x.example>",
            f"MAIL FROM:<{marks.address('envelope')}>",
            f"RCPT TO:<{marks.address('nobody')}>",
            f"RCPT TO:<{ADDRESS}> {marks.latin('parameter')}=x",
            f"VRFY {marks.address('verify')}",
            f"{marks.latin('command')} {marks.latin('argument')}",
            f"RCPT TO:<{ADDRESS}>",
            "DATA",
            f"Subject: {marks.latin('cut')}\r\n\r\n{'x' * 70_000}",
        )
        self._say(self._socket or self._door, lines)
        for port in (self._desk, self._downloads):
            self._say(port, [f"GET /{marks.latin('path')} HTTP/9.9\r\n{marks.latin('header')}\r\n"])

    @staticmethod
    def _say(door: int | str, lines: Sequence[str]) -> None:
        with _connected(door) as client, suppress(TimeoutError, OSError):
            for line in lines:
                client.sendall(f"{line}\r\n".encode())
                client.recv(1024)


def _connected(door: int | str) -> socket.socket:
    """A port of this machine, or a socket in a folder."""
    if isinstance(door, int):
        return socket.create_connection(("127.0.0.1", door), timeout=1)
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(1)
    client.connect(door)
    return client

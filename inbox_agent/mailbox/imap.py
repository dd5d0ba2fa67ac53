"""The IMAP door: reads by EXAMINE and BODY.PEEK only, in windows and batches of bounded size."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from threading import Event, Lock
from time import monotonic

from imapclient import IMAPClient

from inbox_agent.errors import TryAgainLater
from inbox_agent.mailbox import imap_commands
from inbox_agent.mailbox.door import Arrival, Position
from inbox_agent.mailbox.imap_commands import ANSWERS_CLOSE_WITHIN, Head, Look
from inbox_agent.mailbox.imap_connection import FOREIGN, BrokenOff, connect, hang_up, translated
from inbox_agent.settings import ImapSettings

WINDOW = 50_000
"""UIDs that one search may find: even with ten digits each the line stays below imaplib's 1,000,000 bytes."""
NAMED_AT_ONCE = 500
"""UIDs named in one command, whose line should not pass 8,192 bytes (RFC 7162 §4)."""
RENEW_IDLE = 28 * 60
"""Seconds; a server may end an IDLE after 30 minutes (RFC 2177)."""
TRIES = 2
"""Connections that a mail asked for alone may cost before it counts as one the server cannot give."""
POLL = 5.0
"""Seconds between looks at a server without IDLE."""


class ImapDoor:
    """One folder of an IMAP server. One thread uses it; `close` may come from any other."""

    def __init__(
        self,
        settings: ImapSettings,
        folder: str,
        *,
        junk: bool = False,
        sent: bool = False,
        max_bytes: int,
        window: int = WINDOW,
        mailbox: str = "imap",
    ) -> None:
        self.name = f"{mailbox}:{folder}"
        self.junk = junk
        self.sent = sent
        self._settings = settings
        self._folder = folder
        self._max_bytes = max_bytes
        self._window = window
        self._client: IMAPClient | None = None
        self._examined = False
        self._told: Position | None = None
        self._lock = Lock()
        self._closed = Event()

    def position(self) -> Position:
        self._told = None
        with self._session() as client:
            self._told = self._look(client).position
            return self._told

    def uids(self, first: int, since: datetime | None = None) -> Sequence[int]:
        # SINCE knows days of the server's own time zone only; a day earlier is surely enough.
        received = ["SINCE", since.date() - timedelta(days=1)] if since else []
        with self._session() as client:
            look = self._look(client)
            self._told = look.position
            windows = self._windows(first, look)
            found = {uid for window in windows for uid in client.search(["UID", window, *received])}
        # A range to `*` always holds the last mail, however low its UID.
        return sorted(uid for uid in found if uid >= first)

    def fetch(self, uids: Sequence[int]) -> Iterator[Arrival]:
        for start in range(0, len(uids), NAMED_AT_ONCE):
            heads = self._heads(uids[start : start + NAMED_AT_ONCE])
            for batch in imap_commands.batches(heads, self._max_bytes):
                whole = heads[batch[0]].size <= self._max_bytes
                for uid, raw in self._bodies(batch, whole=whole).items():
                    yield imap_commands.arrival(uid, raw, heads[uid], whole=whole)

    def wait(self, seconds: float) -> None:
        end = monotonic() + seconds
        while not self._closed.is_set() and (left := end - monotonic()) > 0:
            with self._session() as client:
                if self._moved(client):
                    return
                idle = client.has_capability("IDLE")
                if idle and imap_commands.idle(client, min(left, RENEW_IDLE), self._closed):
                    return
            if not idle:
                self._closed.wait(min(left, POLL))

    def close(self) -> None:
        self._closed.set()
        if self._lock.acquire(timeout=2 * ANSWERS_CLOSE_WITHIN):
            try:
                self._leave()
            finally:
                self._lock.release()
        elif client := self._client:
            # Another thread hangs in a command; without the line it fails and drops the connection.
            with suppress(*FOREIGN):
                client.socket().shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _session(self) -> Iterator[IMAPClient]:
        """The connection, made anew where there is none; after any failure it is dropped."""
        with self._lock, translated(self._settings):
            try:
                if self._client is None and not self._closed.is_set():
                    self._client, self._examined = connect(self._settings), False
                if self._client is None or self._closed.is_set():
                    raise TryAgainLater(f"{self.name}: was left")
                yield self._client
            except BaseException:
                self._drop()
                raise

    def _look(self, client: IMAPClient) -> Look:
        look = imap_commands.examine(client, self._folder, self.name)
        self._examined = True
        if self._told and self._told.uidvalidity != look.position.uidvalidity:
            raise TryAgainLater(f"{self.name}: UIDVALIDITY changed; its UIDs mean other mails now")
        return look

    def _windows(self, first: int, look: Look) -> Iterator[str]:
        first = max(first, 1)
        if 0 < look.mails <= self._window:
            yield f"{first}:*"
        elif look.mails:
            for start in range(first, look.position.next_uid, self._window):
                yield f"{start}:{start + self._window - 1}"

    def _heads(self, uids: Sequence[int]) -> dict[int, Head]:
        with self._folder_open() as client:
            rows = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return {
            uid: Head(row[b"RFC822.SIZE"], imap_commands.utc(row.get(b"INTERNALDATE")))
            for uid, row in sorted(rows.items())
            if b"RFC822.SIZE" in row
        }

    def _bodies(self, uids: Sequence[int], *, whole: bool) -> Mapping[int, bytes | None]:
        """The mails' bytes; None for a mail that is there and still cannot be had, nothing for one gone."""
        try:
            bodies = self._asked(uids, whole=whole)
        except BrokenOff:
            bodies = {uid: raw for alone in uids for uid, raw in self._insisted(alone, whole=whole).items()}
        if len(uids) > 1 and bodies and set(bodies.values()) == {None}:
            raise TryAgainLater(f"{self.name}: the server gives none of its mails")
        return bodies

    def _asked(self, uids: Sequence[int], *, whole: bool) -> dict[int, bytes | None]:
        with self._folder_open() as client:
            bodies: dict[int, bytes | None] = dict(imap_commands.read(client, uids, whole=whole))
            if missing := [uid for uid in uids if uid not in bodies]:
                client.noop()  # the server says which of them are gone
                for uid in client.fetch(missing, ["RFC822.SIZE"]):
                    bodies[uid] = imap_commands.read(client, [uid], whole=whole).get(uid)
        return bodies

    def _insisted(self, uid: int, *, whole: bool) -> dict[int, bytes | None]:
        # Some servers drop the connection at a mail whose file is damaged. It must not stop those behind it.
        for _ in range(TRIES):
            with self._folder_open():
                pass  # the server is there, or this raises
            with suppress(BrokenOff):
                return self._asked([uid], whole=whole)
        return {uid: None}

    @contextmanager
    def _folder_open(self) -> Iterator[IMAPClient]:
        with self._session() as client:
            if not self._examined:
                self._look(client)
            yield client

    def _moved(self, client: IMAPClient) -> bool:
        """Whether mail came since the caller was last told of any; also proves that the server is alive."""
        now = self._look(client).position
        before, self._told = self._told or now, self._told or now
        return now.next_uid != before.next_uid

    def _leave(self) -> None:
        if self._client:
            with suppress(*FOREIGN):
                self._client.socket().settimeout(ANSWERS_CLOSE_WITHIN)
                self._client.logout()
            self._drop()

    def _drop(self) -> None:
        if self._client:
            hang_up(self._client)
            self._client = None

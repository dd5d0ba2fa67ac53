"""A desk with its people, a mailbox behind it and a clock that tests move; no browser is needed."""

import base64
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from starlette.testclient import TestClient

from inbox_agent.agent import Agent
from inbox_agent.cases import search
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.staff import Role
from inbox_agent.desk import application
from inbox_agent.desk.sign_in import hire
from inbox_agent.letters import Stationery, acting
from inbox_agent.mailbox import MaildirDoor, Source, make_maildir
from inbox_agent.settings import MaildirSettings
from tests.beginning import new_record
from tests.company import mail, settings, stationery, understanding

PASSWORD = "correct horse battery"
PEOPLE = {
    "sara": ("Sara Nasser", Role.ADMIN),
    "omar": ("Omar Haddad", Role.APPROVER),
    "huda": ("هدى العلي", Role.AGENT),
    "vera": ("Vera Lind", Role.VIEWER),
}


def totp_code(secret: str, now: datetime) -> str:
    """What an authenticator shows now (RFC 6238: SHA-1, six digits, 30 seconds)."""
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(now.timestamp())).decode()


class Post:
    """Carries every letter nowhere and keeps it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []

    def send(self, _sender: str, recipient: str, raw: bytes) -> None:
        self.sent.append((recipient, raw))

    def close(self) -> None:
        pass


class Browser(TestClient):
    """Somebody's browser: it keeps cookies, and its forms bring the token of the page they stand on."""

    def token(self, path: str = "/sign-in") -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path).text)
        assert found, f"no form on {path}"
        return unescape(found[1])

    def submit(self, path: str, /, on: str = "/queue/decide", **fields: Any) -> Any:
        """A form of the page `on`, sent to `path`; redirects are not followed."""
        data = {"csrf": self.token(on), **fields}
        return self.post(path, data=data, follow_redirects=False)


class Office:
    """The agent looks at its mailbox only when told to."""

    def __init__(self, folder: Path, *, paper: Stationery | None = None, **changes: Any) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        self.maildir = folder / "maildir"
        make_maildir(self.maildir)
        given = {"time_zone": "Asia/Amman", "maildir": MaildirSettings(path=self.maildir), **changes}
        self.record = new_record(settings(folder / "data", **given))
        self.post = Post()
        self.paper = paper or stationery()
        self.desk = application(self.record, self.paper, lambda: self.now)
        self._mails = 0
        for name, (display_name, role) in PEOPLE.items():
            hire(self.record, self.now, name=name, display_name=display_name, role=role, password=PASSWORD)
        self.look()

    def close(self) -> None:
        self.record.close()

    def browser(self) -> Browser:
        """A browser where nobody is signed in."""
        return Browser(self.desk, base_url="http://localhost")

    def signed_in(self, name: str) -> Browser:
        browser = self.browser()
        answer = browser.submit("/sign-in", on="/sign-in", name=name, password=PASSWORD, then="/")
        assert answer.status_code == 303, answer.text
        return browser

    def look(self) -> None:
        """Collect, process, carry out what was decided, send."""
        door = MaildirDoor(self.maildir, max_bytes=1 << 24)
        one = Agent(
            self.record,
            understanding(),
            self.paper,
            sources=[Source.of(door)],
            carrier=self.post,
            clock=lambda: self.now,
        )
        try:
            troubles = one.once()
            assert not troubles, [str(trouble) for trouble in troubles]
        finally:
            one.close()

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.look()

    def receive(self, text: str = "", *, raw: bytes | None = None, **parts: str) -> str:
        """A mail arrives and is brought to its end; gives the reference of the newest case, "" for none."""
        self.now += timedelta(minutes=5)
        self._mails += 1
        file = self.maildir / "new" / f"{self.now.timestamp():.0f}.{self._mails}"
        file.write_bytes(raw if raw is not None else mail(text, **parts))
        at = self.now.timestamp()
        os.utime(file, (at, at))
        self.look()
        found = self.cases()
        return found[-1].ref if found else ""

    def cases(self) -> list[Case]:
        with self.record.reading() as session:
            found = list(search.cases(session))
            for case in found:
                _ = case.letters, case.events, case.challenges, [right.checklist for right in case.rights]
            return found

    def case(self, ref: str) -> Case:
        return next(case for case in self.cases() if case.ref == ref)

    @contextmanager
    def doing(self, ref: str, by: str = "omar") -> Iterator[tuple[Act, Case]]:
        """A verb of the record, for what happened before the test begins."""
        with acting(self.record, self.paper, by=by, now=self.now, is_known_person=True) as (session, act):
            yield act, search.case(session, ref)

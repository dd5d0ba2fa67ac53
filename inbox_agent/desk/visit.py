"""One request of one person: who they are, what they sent, and how they are answered."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from inbox_agent.cases.act import Act
from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Staff
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.company import Company
from inbox_agent.desk import frame
from inbox_agent.desk.sparing import Sparing
from inbox_agent.desk.words import Words
from inbox_agent.letters import Stationery, acting
from inbox_agent.rendering import Templates

DONE_SECONDS = 30
_WORTH_KEEPING = 20

Reread = Callable[[InboundEmail], bytes | None]


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page is made with.

    `secure` says that staff reach it by https; `send_test` sends a test mail, `trials` says how often;
    `reread` gives the bytes of a mail that was left alone, None where its mailbox has it no more; `company`
    has the systems of its own, where connectors are set.
    """

    record: Record
    stationery: Stationery
    templates: Templates
    clock: Callable[[], datetime]
    secure: bool
    send_test: Callable[[str], None] | None = None
    trials: Sparing = field(default_factory=lambda: Sparing(timedelta(minutes=1)))
    reread: Reread | None = None
    company: Company | None = None

    @property
    def cookie(self) -> str:
        """`__Host-`: only from this host, only by https, for all paths (RFC 6265bis)."""
        return "__Host-desk" if self.secure else "desk"


@dataclass(slots=True)
class Visit:
    """A request, with the person who is signed in (`staff`) and the token of their browser."""

    desk: Desk
    request: Request
    now: datetime
    token: str
    staff: Staff | None
    words: Words
    form: FormData = field(default_factory=FormData)

    @property
    def me(self) -> Staff:
        assert self.staff is not None, "only reached by those who are signed in"
        return self.staff

    @property
    def record(self) -> Record:
        return self.desk.record

    @property
    def csrf(self) -> str:
        """What a form of this browser must bring along: nobody else can know it."""
        digest = self.record.keyring.hash("token", b"csrf:" + self.token.encode())
        return base64.urlsafe_b64encode(digest[:24]).decode()

    def path(self, name: str) -> str:
        """A part of the address, as the route names it."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "").strip()

    def given(self, name: str, most: int = 2000) -> str:
        """What was typed into a field; "" where nothing or a file was."""
        value = self.form.get(name, "")
        return value[:most].strip().replace("\x00", "") if isinstance(value, str) else ""

    def secret(self, name: str) -> str:
        """A password, just as it was typed."""
        value = self.form.get(name, "")
        return value[:1000] if isinstance(value, str) else ""

    def file(self, name: str) -> tuple[str, bytes] | None:
        """The name and the bytes of a file that was chosen; None where none was."""
        value = self.form.get(name)
        if not isinstance(value, UploadFile) or not value.filename:
            return None
        return value.filename, value.file.read()

    def typed(self) -> list[str]:
        """Longer texts of the form, as a person types them: they are worth keeping."""
        texts = (value for value in self.form.values() if isinstance(value, str))
        return [text for text in texts if len(text) > _WORTH_KEEPING and " " in text]

    def chosen(self, name: str) -> list[str]:
        """All values of a field that may come several times."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    @contextmanager
    def acting(self) -> Iterator[tuple[Session, Act]]:
        """For the verbs of the record, by a person whom we know."""
        desk, me = self.desk, self.me
        with acting(desk.record, desk.stationery, by=me.name, now=self.now, is_known_person=True) as both:
            both[1].let_in_by = me.let_in_by if me.was_let_in_lately(self.now) else None
            yield both

    def page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """A page in the reader's language."""
        return HTMLResponse(self.render(template, **facts), status)

    def render(self, template: str, **facts: Any) -> str:
        return self.desk.templates.render(f"desk/{template}", **frame.facts(self), **facts)

    def to(self, path: str, done: str = "", undo: str = "") -> Response:
        """On to another page of ours after a form; it says what was just done and how to undo it."""
        response = RedirectResponse(path, 303)
        if done:
            response.set_cookie(
                "done",
                self._signed({"text": done, "undo": undo}),
                DONE_SECONDS,
                httponly=True,
                samesite="lax",
            )
        return response

    def just_done(self) -> dict[str, str] | None:
        """What `to` said half a minute ago at most; nobody but us can have said it."""
        value, _, mark = self.request.cookies.get("done", "").partition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(value).encode()):
            return None
        said: dict[str, str] = json.loads(base64.urlsafe_b64decode(value))
        return said

    def _signed(self, value: Mapping[str, str]) -> str:
        text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
        return f"{text}.{self._mark(text)}"

    def _mark(self, value: str) -> str:
        return self.record.keyring.hash("token", f"done:{self.token}:{value}".encode()).hex()[:32]

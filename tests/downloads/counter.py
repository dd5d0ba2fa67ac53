"""A listener at work, and a customer whose package waits behind it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases import checklist, package, search, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.findings import Column, Findings, Value
from inbox_agent.cases.package import handing
from inbox_agent.cases.package.tables import DownloadLink
from inbox_agent.cases.record import Record
from inbox_agent.cases.request import Request
from inbox_agent.cases.states import Outcome
from inbox_agent.desk import serving
from inbox_agent.downloads import application
from inbox_agent.evidence.package import build
from inbox_agent.letters import acting
from inbox_agent.settings import DownloadsSettings
from inbox_agent.understanding import Language, RequestType
from tests.beginning import new_record
from tests.company import settings, stationery

LINK = re.compile(r"https://downloads\.example\.com/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")
COLUMNS = [Column("name", "Name", "الاسم"), Column("since", "Customer since", "عميل منذ")]
ROWS: list[list[Value]] = [["Rana Haddad", "2024-02-11"], ["رنا حداد", "2025-06-30"]]


@dataclass
class Counter:
    """The record behind the listener, whose clock tests move, and where the listener is reached."""

    record: Record
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    address: str = ""

    @contextmanager
    def acting(self, by: str = "mona") -> Iterator[tuple[Session, Act]]:
        with acting(self.record, stationery(), by=by, now=self.now, is_known_person=True) as both:
            yield both

    def case(self, language: Language = Language.EN, *types: RequestType) -> str:
        """The reference of a case whose person has shown who they are; its checklist is done."""
        request = Request("rana@example.com", language, types or (RequestType.ACCESS,), self.now)
        with self.acting() as (session, act):
            new = Case.begin(act, request, state="open")
            act.keyring.save()
            session.add(new)
            session.flush()
            for right in new.rights:
                right.raise_trust(act, "T3", "test")
                work.start(act, right)
            access = next(one for one in new.rights if one.type is RequestType.ACCESS)
            for item in checklist.items(access.type):
                found = Found.DONE if item is Item.ACCOUNT else Found.NOTHING_HELD
                work.look_at(act, access, item, found)
            return new.ref

    def fill(self, ref: str, *findings: Findings) -> None:
        with self.acting() as (session, act):
            for one in findings or [Findings(Item.ACCOUNT, "billing", COLUMNS, ROWS)]:
                package.fill(act, session, search.case(session, ref), one)

    def build(self, ref: str) -> None:
        with self.acting() as (session, act):
            build(act, session, search.case(session, ref))

    def hand_over(self, ref: str, **told: Any) -> tuple[str, str]:
        """The secret of the link that the letter brings, and the password that staff are told."""
        outcome = Outcome.PARTIAL if told.get("reason") else Outcome.FULFILLED
        with self.acting() as (session, act):
            password = handing.hand_over(
                act, session, search.case(session, ref), outcome, Told(**{"as_it_is": True} | told)
            )
        return self.token(ref), password

    def ready(self, ref: str = "") -> tuple[str, str]:
        """A package with some rows, built and handed over."""
        ref = ref or self.case()
        self.fill(ref)
        self.build(ref)
        return self.hand_over(ref)

    def token(self, ref: str) -> str:
        """What the last letter to the customer says; "" where it brings no link."""
        found = LINK.findall(self.letter(ref))
        return found[0] if found else ""

    def letter(self, ref: str) -> str:
        with self.record.reading() as session:
            letters = search.case(session, ref).letters
            if not letters:
                return ""
            raw = letters[-1].content(self.record.keyring)
        body = message_from_bytes(raw, policy=default).get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace(" \n", " ")

    def links(self) -> list[DownloadLink]:
        with self.record.reading() as session:
            found = list(session.scalars(select(DownloadLink).order_by(DownloadLink.made_at)))
            session.expunge_all()
        return found

    def events(self, ref: str) -> list[str]:
        with self.record.reading() as session:
            return [event.kind for event in search.case(session, ref).events]

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return httpx2.get(f"{self.address}{path}", timeout=30, **more)

    def post(self, token: str, password: str, **more: Any) -> httpx2.Response:
        return httpx2.post(f"{self.address}{token}", data={"password": password}, timeout=60, **more)


@contextmanager
def counter_in(folder: Path, **changes: Any) -> Iterator[Counter]:
    """A listener on any free port, over a record of its own."""
    downloads = DownloadsSettings(**{"url": "https://downloads.example.com", **changes.pop("downloads", {})})
    given = settings(folder, downloads=downloads, sending="live", **changes)
    record = Record.open(given) if changes else new_record(given)
    counter = Counter(record)
    try:
        with serving(application(record, lambda: counter.now), "127.0.0.1", 0) as counter.address:
            yield counter
    finally:
        record.close()

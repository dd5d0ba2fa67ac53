"""A company's mailbox, relay, record and staff, and a clock that tests move: cases from first to last."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

from inbox_agent.agent import Agent
from inbox_agent.cases import answers, identity, search, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import NOTHING_TOLD, Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, items
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.record import Record
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome
from inbox_agent.cases.suppression import suppressed
from inbox_agent.letters import Relay, acting
from inbox_agent.mailbox import ImapDoor, Source
from inbox_agent.understanding import RequestType
from tests.company import ADDRESS, settings, stationery, understanding
from tests.servers.dovecot import Dovecot
from tests.servers.sink import Envelope, SmtpSink

# A server takes no mail from the future, so all of this is in the past.
MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
CODE = re.compile(r"(?<!\d)\d{4} \d{4}(?!\d)")
LINA = "lina@example.com"


class Office:
    """The agent looks at its mailbox only when told to; between two looks any time may pass."""

    def __init__(self, dovecot: Dovecot, sink: SmtpSink, folder: Path, **changes: Any) -> None:
        self.now = MONDAY
        self._dovecot = dovecot
        self._sink = sink
        self._folder = folder
        self._changes = changes
        self.record = self._opened()
        self.look()

    def _opened(self) -> Record:
        return Record.open(settings(self._folder, smtp=self._sink.settings(), **self._changes))

    def close(self) -> None:
        self.record.close()

    def restart(self, **changes: Any) -> None:
        """The agent starts again, perhaps with other settings."""
        self._changes |= changes
        self.record.close()
        self.record = self._opened()
        self.look()

    def look(self) -> None:
        """Collect, process, tick, send: twice, because a letter that left may let time do something more."""
        for _ in range(2):
            door = ImapDoor(self._dovecot.settings(), "INBOX", junk=False, max_bytes=1 << 24)
            agent = Agent(
                self.record,
                understanding(),
                stationery(),
                sources=[Source.of(door)],
                carrier=Relay(self.record.settings.smtp),
                clock=lambda: self.now,
            )
            try:
                troubles = agent.once()
                assert not troubles, [str(trouble) for trouble in troubles]
            finally:
                agent.close()

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.look()

    def receive(
        self,
        text: str,
        sender: str = LINA,
        answers: Envelope | None = None,
        subject: str = "hello",
        **headers: str,
    ) -> None:
        """A customer writes, perhaps in answer to a letter."""
        self.now += timedelta(minutes=5)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, ADDRESS, subject
        mail["Date"], mail["Message-ID"] = format_datetime(self.now), make_msgid(domain="customers.example")
        if answers is not None:
            mail["In-Reply-To"] = mail["References"] = str(read(answers)["Message-ID"])
        for name, value in headers.items():
            del mail[name.replace("_", "-")]
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self._come(mail.as_bytes())

    def bounce(self, letter: Envelope) -> None:
        """A mail server far away says that the letter cannot be delivered, for good."""
        self.now += timedelta(minutes=5)
        report = EmailMessage()
        report["From"], report["To"] = "MAILER-DAEMON@mx.example.com", ADDRESS
        report["Subject"], report["Date"] = "Undelivered Mail Returned to Sender", format_datetime(self.now)
        report["Message-ID"], report["Auto-Submitted"] = make_msgid(domain="mx.example.com"), "auto-replied"
        lines = (
            'Content-Type: multipart/report; boundary="=_b"; report-type=delivery-status',
            "",
            "--=_b\nContent-Type: text/plain\n\nYour mail could not be delivered.",
            "--=_b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n",
            f"Final-Recipient: rfc822; {LINA}\nAction: failed\nStatus: 5.1.1\n",
            f"--=_b\nContent-Type: message/rfc822\n\nMessage-ID: {read(letter)['Message-ID']}\n\nx",
            "--=_b--",
        )
        self._come(report.as_bytes().rstrip(b"\n") + b"\nMIME-Version: 1.0\n" + "\n".join(lines).encode())

    def deliver(self, raw: bytes) -> None:
        """A mail comes as these bytes."""
        self.now += timedelta(minutes=5)
        self._come(raw)

    def _come(self, raw: bytes) -> None:
        self._dovecot.append(raw, at=self.now)
        self.look()

    @property
    def letters(self) -> list[Envelope]:
        return self._sink.taken()

    @property
    def last(self) -> Envelope:
        return self.letters[-1]

    def kinds(self, at: int = 0) -> list[str]:
        """The kinds of the letters of a case, in order."""
        with self.record.reading() as session:
            return [letter.kind for letter in search.cases(session)[at].letters]

    def case(self, at: int = 0) -> dict[str, Any]:
        """What a case looks like now."""
        with self.record.reading() as session:
            case = search.cases(session)[at]
            assert case.broken_at() is None, "its history has been changed"
            return {
                "ref": case.ref,
                "state": case.state,
                "outcome": case.outcome,
                "attention": case.attention,
                "trust": case.trust,
                "rights": {str(r.type): (r.state, r.outcome, r.trust) for r in case.rights},
                "due": {str(r.type): self.record.law.day(r.legal_due).isoformat() for r in case.rights},
                "events": [event.kind for event in case.events],
            }

    def suppressed(self) -> list[str]:
        with self.record.reading() as session:
            return [address for address, _ in suppressed(session, self.record.keyring)]

    def count(self) -> int:
        with self.record.reading() as session:
            return len(search.cases(session))

    @contextmanager
    def acting(self, by: str = "Sami", *, known: bool = False, at: int = 0) -> Iterator[tuple[Act, Case]]:
        """A member of staff does something to a case; `known` means signed in, as at the desk."""
        self.now += timedelta(minutes=1)
        with acting(self.record, stationery(), by=by, now=self.now) as (session, act):
            act.is_known_person = known
            ref = search.cases(session)[at].ref
            yield act, search.case(session, ref)

    def do(
        self,
        verb: Callable[..., Any],
        kind: RequestType,
        *arguments: Any,
        by: str = "Sami",
        known: bool = False,
        at: int = 0,
        **more: Any,
    ) -> None:
        """A verb on one right of a case; letters that it writes leave at once."""
        with self.acting(by, known=known, at=at) as (act, case):
            verb(act, right_of(case, kind), *arguments, **more)
        self.look()

    def identify(self, kind: RequestType, at: int = 0) -> None:
        """From T1 to T3: the address is on file, and the person answered when called back."""
        self.do(identity.record_check, kind, CheckKind.ADDRESS_ON_FILE, "in the portal", passed=True, at=at)
        self.do(
            identity.record_check,
            kind,
            CheckKind.CALL_BACK,
            "answered on the number on file",
            passed=True,
            at=at,
        )

    def settle_rows(self, kind: RequestType, found: Found = Found.DONE, but: Sequence[Item] = ()) -> None:
        for item in items(kind):
            if item not in but:
                self.do(work.look_at, kind, item, found)

    def finish(self, kind: RequestType, outcome: Outcome, told: Told = NOTHING_TOLD, at: int = 0) -> None:
        self.do(answers.finish, kind, outcome, told, at=at)


def right_of(case: Case, kind: RequestType) -> Right:
    return next(right for right in case.rights if right.type is kind)


def read(envelope: Envelope) -> EmailMessage:
    return message_from_bytes(envelope.content, _class=EmailMessage, policy=default)


def text_of(envelope: Envelope) -> str:
    body = read(envelope).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").replace(" \n", " ")


def code_in(envelope: Envelope) -> str:
    found = CODE.search(text_of(envelope))
    assert found, "the letter holds no code"
    return found[0]

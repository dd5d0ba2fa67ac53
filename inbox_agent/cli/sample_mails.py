"""The demo's mails: ordinary ones from customers, and what else comes to a public address."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail before it is sent; `answers` names the sample whose acknowledgement it reacts to."""

    name: str
    sender: str
    answers: str | None
    content: bytes

    def mail(self, to: str, now: datetime, answered: bytes | None = None) -> bytes:
        """The finished mail, dated now, in the thread of the letter that it answers."""
        mail = message_from_bytes(self.content, policy=SMTP)
        bounced = mail["X-Demo-Bounce"]
        for header in ("X-Demo-Answers", "X-Demo-Bounce"):
            del mail[header]
        mail["To"] = to
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<demo.{self.name}.{int(now.timestamp() * 1000)}@customers.example>"
        if answered is not None:
            letter = message_from_bytes(answered, policy=SMTP)
            if bounced:
                return _bounce(mail, letter, str(bounced))
            mail["In-Reply-To"] = mail["References"] = letter["Message-ID"]
        return mail.as_bytes()


def samples() -> Iterator[Sample]:
    """All sample mails, in the order of their names."""
    for file in sorted(SAMPLES.glob("*.txt")):
        content = _with_encoding(file.read_text("utf-8"))
        mail = message_from_bytes(content, policy=SMTP)
        yield Sample(file.stem, _envelope_sender(mail), mail["X-Demo-Answers"], content)


def _envelope_sender(mail: EmailMessage) -> str:
    if "X-Demo-Bounce" in mail:
        return ""
    return parseaddr(str(mail["From"] or ""))[1] or "somebody@example.org"


def _with_encoding(text: str) -> bytes:
    head, _, body = text.partition("\n\n")
    parsed = message_from_bytes(head.encode(), policy=SMTP.clone(utf8=True))
    mail = EmailMessage(policy=SMTP)
    for name, value in parsed.items():
        mail[name] = value
    mail.set_content(body, charset="utf-8", cte="8bit" if body.isascii() else "base64")
    return mail.as_bytes()


def _bounce(note: EmailMessage, letter: EmailMessage, recipient: str) -> bytes:
    """A delivery status notification as RFC 3464 has it: a note, the status, the returned letter's header."""
    names = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
    head = [f"{name}: {note[name]}" for name in names]
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="demo"'
    status = ["Reporting-MTA: dns; mx.example.com", "", f"Final-Recipient: rfc822; {recipient}"]
    parts = {
        "text/plain; charset=utf-8": note.get_content().splitlines(),
        "message/delivery-status": [*status, "Action: failed", "Status: 4.2.2"],
        "text/rfc822-headers": [f"Message-ID: {letter['Message-ID']}", f"To: {recipient}"],
    }
    body = [line for kind, lines in parts.items() for line in ("--demo", f"Content-Type: {kind}", "", *lines)]
    return "\r\n".join([*head, "MIME-Version: 1.0", kind, "", *body, "--demo--", ""]).encode()

"""The customers: they write mails, get our letters, and answer them with the codes that stand there."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from inbox_agent.cli.sample_office.stories import Step
from inbox_agent.letters import Refused
from inbox_agent.letters.outbox import Carrier

CODE = re.compile(r"(?<!\d)\d{4} \d{4}(?!\d)")
_ARABIC = re.compile(r"[\u0600-\u06FF]")
_WROTE = {
    False: "On {date}, {ours} wrote:",
    True: "في {date}، كتب {ours}:",
}
_PASTED = "{number:06} | ext 204 | queue sales | answered | 00:01:12"


class Customers:
    """All customers' mailboxes, as the carrier of our letters sees them."""

    def __init__(self, ours: str, carrier: Carrier | None) -> None:
        self._ours = ours
        self._carrier = carrier
        self._letters: dict[str, list[EmailMessage]] = {}
        self._closed: set[str] = set()

    def send(self, sender: str, recipient: str, raw: bytes) -> None:
        if recipient in self._closed:
            raise Refused("550 5.1.1", permanent=True)
        letter = message_from_bytes(raw, _class=EmailMessage, policy=SMTP)
        self._letters.setdefault(recipient, []).append(letter)
        if self._carrier is not None:
            self._carrier.send(sender, recipient, raw)

    def close(self) -> None:
        """What we pass letters on to is its owner's to close."""

    def close_mailbox(self, address: str) -> None:
        """From now on its server refuses all mail to it."""
        self._closed.add(address)

    def write(self, step: Step, ref: str | None) -> bytes:
        """The mail of a step; `ref` is the case that has come of its story so far."""
        given, mail = step.given, EmailMessage(policy=SMTP)
        letter = self._last_letter(step, ref) if given.get("answers") else None
        mail["From"], mail["To"] = given.get("from", step.story.who), self._ours
        mail["Subject"] = given.get("subject") or f"Re: {letter['Subject'] if letter else ''}"
        mail["Date"] = format_datetime(step.at)
        mail["Message-ID"] = f"<{step.story.name}.{step.number}@mail.{step.story.address.partition('@')[2]}>"
        for name, value in given.get("headers", {}).items():
            mail[name] = value
        if letter is not None:
            mail["In-Reply-To"] = mail["References"] = letter["Message-ID"]
        _fill(mail, step, letter)
        return mail.as_bytes()

    def _last_letter(self, step: Step, ref: str | None) -> EmailMessage:
        """The last one about this case; its Message-ID begins with the case's reference."""
        assert ref is not None, f"{step.story.name}: there is no case to answer about"
        about = f"<{ref.lower()}-"
        letters = self._letters[step.story.address]
        return next(one for one in reversed(letters) if one["Message-ID"].startswith(about))


def _fill(mail: EmailMessage, step: Step, letter: EmailMessage | None) -> None:
    given = step.given
    text = given["text"].strip() + "\n"
    if letter is not None:
        ours = _text_of(letter)
        text = _with_code(text, ours) + _quoted(text, letter, ours)
    if lines := given.get("pastes", 0):
        text += "".join(f"{_PASTED.format(number=number)}\n" for number in range(lines))
    mail.set_content(text, cte="8bit" if text.isascii() else "base64")
    if html := given.get("html"):
        mail.add_alternative(html, subtype="html", cte="base64")
    for name in given.get("attaches", ()):
        mail.add_attachment(b"%PDF-1.4 an invented invoice\n", "application", "pdf", filename=name)


def _text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None, "every letter has a plain text"
    return str(body.get_content())


def _with_code(text: str, ours: str) -> str:
    if "{code}" not in text:
        return text
    code = CODE.search(ours)
    assert code is not None, "the letter that is answered holds no code"
    return text.replace("{code}", code[0])


def _quoted(text: str, letter: EmailMessage, ours: str) -> str:
    """Our letter below the answer, as mail programs put it there."""
    wrote = _WROTE[bool(_ARABIC.search(text))]
    head = wrote.format(
        date=f"{letter['Date'].datetime:%Y-%m-%d %H:%M}", ours=f"<{letter['From'].addresses[0].addr_spec}>"
    )
    return "\n".join(["", head, *(f"> {line}".rstrip() for line in ours.splitlines()), ""])

"""What parsing makes of a mail: the Message and the words it is described with."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inbox_agent.message.imitation import Imitation


class Automatic(StrEnum):
    """How a machine, not a person, came to write a mail."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    BULK = "bulk"
    NO_REPLY = "no_reply"
    OWN = "own"
    CALENDAR = "calendar"
    REPORT = "report"

    @property
    def is_read(self) -> bool:
        """Never answered is not never seen: these may carry a person's words (a list, a web form)."""
        return self in _READ_ALL_THE_SAME


_READ_ALL_THE_SAME = frozenset({Automatic.LIST, Automatic.BULK, Automatic.NO_REPLY, Automatic.OWN})


@dataclass(frozen=True, slots=True)
class Screening:
    """What one company knows about its own mail; `parse` works without any of it.

    `addresses` are our own (lower-case), `own_lists` list ids that are our own address, `guessed_lists` ids
    that look so (they make a customer's mail ordinary, but nobody else's name counts), `forms` addresses
    our website's forms write from, `authserv_id` the only server whose Authentication-Results count.
    """

    addresses: frozenset[str] = frozenset()
    own_lists: frozenset[str] = frozenset()
    guessed_lists: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    authserv_id: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A leaf part that is neither the body text nor its HTML twin. `size` in bytes, decoded.

    `inside` names what a winmail.dat or a signed envelope holds besides its text.
    """

    name: str
    content_type: str
    size: int
    inline: bool = False
    inside: tuple[str, ...] = ()


_NOBODY_THERE = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address of a bounce; `status` as RFC 3463 writes it ("5.1.1"), "" where the bounce does not say."""

    address: str
    status: str = ""
    action: str = ""

    @property
    def permanent(self) -> bool:
        """This mail will not arrive, whatever is the matter."""
        return self.status.startswith("5") and self.action != "delayed"

    @property
    def is_dead(self) -> bool:
        """Nobody is there (RFC 3463, 3.2 and 3.3): no other mail will arrive either."""
        return self.permanent and self.status in _NOBODY_THERE


@dataclass(frozen=True, slots=True)
class Bounce:
    """`mentioned` are the addresses in the words of one that names no recipient: it failed for one of them.

    Which one only the letter tells that came back.
    """

    recipients: tuple[FailedRecipient, ...] = ()
    returned_message_id: str | None = None
    mentioned: tuple[FailedRecipient, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, read. Text is Unicode without NUL, surrogates or bare carriage returns.

    `text` is what the writer newly wrote (no quotes, signature, disclaimer); `removed` is what was
    taken away, in order; `body` is all of it before anything was taken away. `sender` is the lower-case
    address of the first mailbox in From, or of the person behind one of our own web forms or groups
    (then `form_sender` holds its address), or None. `forwarded` says that the text contains a
    forwarded mail. `dmarc` is pass where the sender's domain vouches for the mail, fail where it says no;
    None is unknown. `imitation` says how the sender seems to be somebody else,
    `complained` who complains about our mail by a feedback report. `error` is a reason code
    when the mail could only be read in part; a person must look.
    """

    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: str | None = None
    sender_name: str = ""
    form_sender: str | None = None
    reply_to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    body: str = ""
    removed: tuple[str, ...] = ()
    forwarded: bool = False
    attachments: tuple[Attachment, ...] | None = ()
    automatic: Automatic | None = None
    rule: str = ""
    dmarc: str | None = None
    content_digest: bytes = b""
    error: str | None = None
    list_ids: tuple[str, ...] = field(default=())
    bounce: Bounce | None = None
    imitation: Imitation | None = None
    complained: str | None = None

    @property
    def reply_to_differs(self) -> bool:
        """An answer sent to Reply-To would go to somebody else than the one who wrote."""
        return bool(self.reply_to) and self.sender is not None and self.sender not in self.reply_to

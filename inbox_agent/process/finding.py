"""The first half: what can be found out about a mail without asking the record about other mails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from inbox_agent.attachments import Patience
from inbox_agent.cases import inbound, threads
from inbox_agent.cases.inbound import Taken
from inbox_agent.cases.known import Traces
from inbox_agent.cases.letter import address_hash, mailbox_hash
from inbox_agent.cases.record import Record
from inbox_agent.errors import where
from inbox_agent.message import Message, Screening, parse
from inbox_agent.process.attached import NOTHING_ATTACHED, Attached, look_into
from inbox_agent.process.vouching import vouched_for
from inbox_agent.settings import Settings
from inbox_agent.understanding import Decision, Reading, ReplyReading, Understanding, codes_in

log = structlog.get_logger()

_UNREADABLE = Reading(language=None, decision=Decision.ASK_STAFF)
_NO_REPLY = ReplyReading(acts={})
_MATTERS = frozenset({Decision.OPEN_CASE, Decision.ASK_STAFF})
_SECONDS_FOR_FILES = 60.0
"""That the attachments of one batch may take to be read; what is left then a person looks at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A mail and everything that could be found out about it without asking the record.

    `reply` says what it would do on an open case; without acts where nothing points to one. `attached` is
    what its attachments say and are.
    """

    taken: Taken
    message: Message
    reading: Reading
    traces: Traces
    reply: ReplyReading
    failure: str | None = None
    attached: Attached = NOTHING_ATTACHED


def find_out(record: Record, understanding: Understanding, taken: Sequence[Taken]) -> list[Finding]:
    """Parse and read every mail, each in its own try."""
    screening = screening_of(record.settings)
    parsed = [_parsed(record, one, screening) for one in taken]
    readings = read_each(understanding, [message for message, _ in parsed])
    patience = Patience(_SECONDS_FOR_FILES)
    return [
        _found(record, understanding, one, _Read(message, reading, failure or trouble), patience)
        for one, (message, failure), (reading, trouble) in zip(taken, parsed, readings, strict=True)
    ]


def screening_of(settings: Settings) -> Screening:
    """What the settings say about our own mail."""
    return Screening(
        addresses=frozenset({settings.address}),
        own_lists=frozenset(settings.own_lists),
        guessed_lists=frozenset({settings.address}),
        forms=frozenset(settings.forms),
        authserv_id=settings.authserv_id or None,
    )


def _with_signature(record: Record, taken: Taken, message: Message) -> Message:
    """What its DKIM signature says, where our mail server told nothing and the settings ask for it."""
    if not record.settings.verify_dkim or message.dmarc is not None or not taken.complete:
        return message
    return replace(message, dmarc="pass" if vouched_for(taken.raw(record.keyring), message.sender) else None)


def _parsed(record: Record, taken: Taken, screening: Screening) -> tuple[Message, str | None]:
    try:
        if taken.tries >= inbound.GIVE_UP_AFTER:
            return Message(), "crashed"
        message = parse(taken.raw(record.keyring), received_at=taken.received_at, screening=screening)
        return message, message.error if taken.complete else ("too_large" if taken.size else "not_given")
    except Exception as error:
        return Message(), unexpected(error)


def read_each(understanding: Understanding, messages: Sequence[Message]) -> list[tuple[Reading, str | None]]:
    """Each message's reading; where there is none, the reason code that tells staff so."""
    try:
        return [(reading, None) for reading in understanding.read_all(messages)]
    except Exception as error:
        if len(messages) == 1:
            return [(_UNREADABLE, unexpected(error))]
        return [alone for message in messages for alone in read_each(understanding, [message])]


def unexpected(error: Exception) -> str:
    """Log an error that nobody expected, and give the reason code under which staff see its mail."""
    log.error("unexpected_error", error=where(error))
    return "unexpected_error"


def _failed(message: Message) -> list[str]:
    return [one.address for one in message.bounce.recipients] if message.bounce else []


@dataclass(frozen=True, slots=True)
class _Read:
    """A mail parsed and read, and why it could not be."""

    message: Message
    reading: Reading
    failure: str | None


def _found(
    record: Record, understanding: Understanding, taken: Taken, read: _Read, patience: Patience
) -> Finding:
    try:
        return _finding(record, understanding, taken, read, patience)
    except Exception as error:
        read = _Read(Message(), _UNREADABLE, unexpected(error))
        return _finding(record, understanding, taken, read, patience)


def _finding(
    record: Record, understanding: Understanding, taken: Taken, read: _Read, patience: Patience
) -> Finding:
    keyring, message, reading, attached = record.keyring, read.message, read.reading, NOTHING_ATTACHED
    marks = threads.marks(message, keyring)
    points_to_case = marks != threads.Marks()
    if read.failure is None and message.attachments:
        raw = taken.raw(keyring)
        reading, attached = look_into(understanding, raw, message, reading, patience, on_case=points_to_case)
    if reading.decision in _MATTERS:
        message = _with_signature(record, taken, message)
    traces = Traces(
        digest=keyring.hash("digest", message.content_digest if taken.size else taken.id.bytes),
        sender=address_hash(keyring, message.sender) if message.sender else None,
        mailbox=mailbox_hash(keyring, message.sender) if message.sender else None,
        marks=marks,
        failed=tuple(mailbox_hash(keyring, address) for address in _failed(message)),
    )
    may_answer = points_to_case or codes_in(message.text)
    reply = understanding.read_reply(message) if may_answer else _NO_REPLY
    return Finding(taken, message, reading, traces, reply, read.failure, attached)

"""The attachments of one mail, those opened that may say something."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from inbox_agent.attachments.budget import Limits
from inbox_agent.attachments.files import Kind, kind_of
from inbox_agent.attachments.words import Words, words_of
from inbox_agent.message import Attachment, Message, attachments_of, files_within, parse

OPENED = 3
"""Attachments of one mail that are opened."""
_SHORTEST_WAIT = 0.5


@dataclass(slots=True)
class Patience:
    """Seconds that files may take altogether, so that many slow ones do not add up."""

    seconds: float = 12.0
    limits: Limits = field(default_factory=Limits)

    def words_of(self, kind: Kind, octets: bytes) -> Words:
        if self.seconds < _SHORTEST_WAIT:
            return Words(trouble="attachment_over_limits")
        began = monotonic()
        words = words_of(kind, octets, replace(self.limits, wait=min(self.limits.wait, self.seconds)))
        self.seconds -= monotonic() - began
        return words


@dataclass(frozen=True, slots=True)
class File:
    """An attachment by its place in `Message.attachments`; `words` where it was opened.

    `within` is the place of a file that stands in that attachment: in a mail, winmail.dat or signed envelope.
    """

    number: int
    attachment: Attachment
    kind: Kind
    words: Words | None = None
    within: int | None = None


def read_files(raw: bytes, message: Message, patience: Patience) -> list[File]:
    """Every attachment of the mail, the first few that can be read with their words; then what is in them."""
    files = [File(number, one, kind_of(one)) for number, one in enumerate(message.attachments or ())]
    wanted = [file.number for file in files if _may_say_something(file)][:OPENED]
    found = attachments_of(raw, wanted) if wanted else {}
    read = [_opened(file, *found[file.number], patience) if file.number in found else file for file in files]
    return [*read, *_read_within(raw, files, patience, OPENED - len(wanted))]


def _read_within(raw: bytes, files: Sequence[File], patience: Patience, left: int) -> Iterator[File]:
    holders = [file.number for file in files if file.kind in {Kind.MAIL, Kind.WRAPPING}]
    for number in holders[:OPENED]:
        for within, (attachment, octets) in enumerate(files_within(raw, number)):
            file = File(number, attachment, kind_of(attachment), within=within)
            opens = left > 0 and _may_say_something(file)
            left -= opens
            yield _opened(file, attachment, octets, patience) if opens else file


def _may_say_something(file: File) -> bool:
    """What calls itself any other bytes may be a PDF all the same."""
    unnamed = file.kind is Kind.OTHER and file.attachment.content_type == "application/octet-stream"
    return file.kind is Kind.PDF or ((file.kind.is_read or unnamed) and not file.attachment.inline)


def _opened(file: File, attachment: Attachment, octets: bytes, patience: Patience) -> File:
    kind = kind_of(attachment, octets)
    if kind is Kind.MAIL:
        return replace(file, words=Words(parse(octets).text))
    return replace(file, kind=kind, words=patience.words_of(kind, octets) if kind.is_read else None)


def trouble_with(files: Sequence[File]) -> str | None:
    """Why what the files say is not known; None where none of them could carry a letter."""
    for file in files:
        if file.words is not None and file.words.trouble:
            return file.words.trouble
    for file in files:
        if file.kind is Kind.PICTURE and not file.attachment.inline:
            return "attachment_without_text"
        if file.kind is Kind.FOR_PEOPLE or (file.kind.is_read and file.words is None):
            return "attachment_not_read"
    return None

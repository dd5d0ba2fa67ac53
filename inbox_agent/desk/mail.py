"""Mail and letters as staff see them: every word a stranger wrote is harmless, private numbers are hidden."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default as readable
from itertools import chain
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from inbox_agent.cases.act import opened
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.tables import IdentityDocument, InboundEmail
from inbox_agent.desk.harmless import harmless, harmless_file_name, harmless_line
from inbox_agent.desk.marking import NUMBERS, paragraphs, places
from inbox_agent.errors import Erased
from inbox_agent.letters.hidden_codes import code_of, hidden
from inbox_agent.message import Attachment, Message, Screening, attachment_of, html_of, parse
from inbox_agent.message.content_types import holds_files
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import masked

_ADDRESS_LETTERS = 254  # RFC 5321, 4.5.3.1.3
_NAME_LETTERS = 100
_SUBJECT_LETTERS = 300
_MOST_REPLY_TO = 3

_RULE = re.compile(r"^-{40}$", re.MULTILINE)
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; `number` names it in an address, `inside` what stands in a winmail.dat.

    `apart` says that it is an identity document, and no longer in the mail.
    """

    number: int
    name: str
    size: int
    inline: bool
    inside: tuple[str, ...] = ()
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """An identity document that came with a mail; what stands in it is not for this page."""

    id: str
    destroy_at: datetime
    destroyed_at: datetime | None
    seen: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a type was read in a mail; `number` is the type's place, the same on every page."""

    number: int
    type: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One inbound mail, ready for a page.

    `reply_to` is there only where an answer would go to somebody else than the writer. `paragraphs` are the
    new text with the words that decided marked, `quoted` what was taken away from it. `flags`, `trouble`,
    `automatic`, `dmarc` and `imitation` are codes; parts_mail.html has their words. `attached` is what
    was read in the files `read_from`, because the mail itself says little. `by_hand` is what staff wrote in
    a mail program of their own.
    """

    id: str
    received_at: datetime
    erased: bool = False
    by_hand: bool = False
    who: str = ""
    address: LeftToRight | None = None
    reply_to: tuple[LeftToRight, ...] = ()
    subject: str = ""
    language: str = ""
    dmarc: str = ""
    imitation: str = ""
    automatic: str = ""
    trouble: str = ""
    flags: tuple[str, ...] = ()
    paragraphs: tuple[Markup, ...] = ()
    quoted: tuple[Markup, ...] = ()
    reasons: tuple[Reason, ...] = ()
    files: tuple[File, ...] = ()
    documents: tuple[Document, ...] = ()
    read_from: tuple[str, ...] = ()
    attached: tuple[Markup, ...] = ()
    has_html: bool = False

    @property
    def lang(self) -> str:
        """For the attribute: only where the whole text is in one language that has a name here."""
        return self.language if self.language in {"en", "ar"} else ""

    @property
    def quoted_lines(self) -> int:
        return sum(paragraph.count("\n") + 1 for paragraph in self.quoted)


def shown(email: InboundEmail, keyring: Keyring, screening: Screening) -> Shown:
    """The mail as it may be shown; one whose words are gone says only that. No mail makes it raise."""
    try:
        raw, reading = raw_of(email, keyring), reading_of(email, keyring)
    except Erased:
        return Shown(email.id.hex, email.received_at, erased=True, by_hand=email.sent)
    message = parse(raw, received_at=email.received_at, screening=screening)
    return _shown(email, message, reading, has_html=html_of(raw) is not None, documents=email.documents)


def text_shown(email: InboundEmail, message: Message, reading: Mapping[str, Any] | None = None) -> Shown:
    """Its words alone: of mail that stands on no case, no file and no layout is given out."""
    return replace(_shown(email, message, reading or {}, has_html=False), files=())


def reading_of(email: InboundEmail, keyring: Keyring) -> dict[str, Any]:
    """Language, scores, evidence and flags as they were read; empty where it was not read; raises Erased."""
    return opened(keyring, email.sealed_reading, "inbound_email.reading", email.id) or {}


def raw_of(email: InboundEmail, keyring: Keyring) -> bytes:
    """The bytes as they arrived; raises Erased, also where they were not kept or their time is over."""
    if email.sealed_raw is None:
        raise Erased("nothing of this mail is kept")
    return keyring.open(email.sealed_raw, "inbound_email.raw", email.id)


def _shown(
    email: InboundEmail,
    message: Message,
    reading: Mapping[str, Any],
    *,
    has_html: bool,
    documents: Sequence[IdentityDocument] = (),
) -> Shown:
    evidence: Mapping[str, Sequence[str]] = reading.get("evidence", {})
    attached = reading.get("attachments", {})
    heard: Mapping[str, Sequence[str]] = attached.get("evidence", {})
    text, words = harmless(message.text), harmless(attached.get("text", ""))
    files = tuple(_files(message.attachments or (), {one.number for one in documents}))
    other = message.reply_to[:_MOST_REPLY_TO] if message.reply_to_differs else ()
    return Shown(
        id=email.id.hex,
        received_at=email.received_at,
        by_hand=email.sent,
        who=harmless_line(masked(message.sender_name), _NAME_LETTERS),
        address=_address(message.sender) if message.sender else None,
        reply_to=tuple(map(_address, other)),
        subject=_subject(message.subject),
        language=reading.get("language") or "",
        dmarc=message.dmarc or reading.get("dmarc") or "",
        imitation=message.imitation or "",
        automatic=email.automatic or "",
        trouble=message.error or email.reason or "",
        flags=tuple(reading.get("flags", ())),
        paragraphs=tuple(paragraphs(masked(text), places(text, evidence), email.id.hex)),
        quoted=tuple(chain.from_iterable(paragraphs(masked(harmless(one))) for one in message.removed)),
        reasons=tuple(_reasons(evidence or heard, reading.get("scores", {}))),
        files=files,
        documents=tuple(_documents(documents)),
        read_from=tuple(one.name for one in files if one.number in attached.get("numbers", ())),
        attached=tuple(paragraphs(masked(words), places(words, heard), email.id.hex)),
        has_html=has_html,
    )


def _address(address: str) -> LeftToRight:
    return LeftToRight(harmless_line(address, _ADDRESS_LETTERS))


def _subject(subject: str) -> str:
    return masked(harmless_line(subject, _SUBJECT_LETTERS))


def _reasons(evidence: Mapping[str, Sequence[str]], scores: Mapping[str, float]) -> Iterator[Reason]:
    for kind, number in NUMBERS.items():
        if words := evidence.get(kind):
            said = tuple(masked(harmless_line(one)) for one in words)
            yield Reason(number, kind, scores.get(kind, 0.0), said)


def _files(attachments: Iterable[Attachment], apart: Container[int]) -> Iterator[File]:
    for number, one in enumerate(attachments):
        inside = tuple(harmless_file_name(name, "?") for name in one.inside)
        is_apart = number in apart and not holds_files(one.content_type, one.name)  # only something in it is
        yield File(number, _file_name(one, number), one.size, one.inline, inside, is_apart)


def _documents(documents: Iterable[IdentityDocument]) -> Iterator[Document]:
    for one in documents:
        yield Document(one.id.hex, one.destroy_at, one.destroyed_at, one.seen_by is not None)


def _file_name(attachment: Attachment, number: int) -> str:
    ending = ".eml" if attachment.content_type == "message/rfc822" else ""
    return harmless_file_name(attachment.name, f"attachment-{number + 1}{ending}")


@dataclass(frozen=True, slots=True)
class Section:
    """A letter's text in one language."""

    language: str
    paragraphs: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class LetterShown:
    """One letter of ours, ready for a page; `by` is the person who let it go, "" where nobody had to."""

    id: str
    kind: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    by: str = ""
    hold_reason: str = ""
    refusal: str = ""
    returned: str = ""
    erased: bool = False
    to: LeftToRight | None = None
    subject: str = ""
    sections: tuple[Section, ...] = ()


def letter_shown(letter: Letter, keyring: Keyring, by: str = "") -> LetterShown:
    """The letter as its customer reads it; one whose words are gone says only that."""
    head = LetterShown(
        id=letter.id.hex,
        kind=letter.kind,
        state=letter.state,
        created_at=letter.created_at,
        sent_at=letter.sent_at,
        by=by,
        hold_reason=letter.hold_reason or "",
        refusal=letter.refusal or "",
        returned=letter.returned or "",
    )
    try:
        to, content = letter.to(keyring), letter.content(keyring) if letter.sealed_content else b""
        code = code_of(letter.facts(keyring))
    except Erased:
        content = b""
    if not content:
        return replace(head, erased=True)
    mail = message_from_bytes(content, policy=readable)
    body = mail.get_body(("plain",))
    text = hidden(body.get_content(), code) if body else ""
    sections = tuple(_sections(text, letter.language.split(",")))
    subject = _subject(hidden(str(mail["Subject"]), code))
    return replace(head, to=_address(to), subject=subject, sections=sections)


def _sections(text: str, languages: Sequence[str]) -> Iterator[Section]:
    """The text twin by language: a line of dashes divides it (RFC 3676 joins its lines again)."""
    joined = re.sub(r" \r?\n", " ", text)
    stretches = _RULE.split(harmless(joined))
    if len(stretches) != len(languages):
        stretches, languages = [harmless(joined)], [""]
    for language, stretch in zip(languages, stretches, strict=True):
        yield Section(language, tuple(paragraphs(masked(stretch.strip()))))


def download(raw: bytes, number: int) -> tuple[bytes, dict[str, str]] | None:
    """An attachment's bytes and the headers to give them with; None where there is no such attachment.

    Whatever it calls itself, a browser stores it and opens nothing.
    """
    found = attachment_of(raw, number) if number >= 0 else None
    if found is None:
        return None
    attachment, octets = found
    return octets, to_be_saved(_file_name(attachment, number))


def document_download(octets: bytes) -> tuple[bytes, dict[str, str]]:
    """An identity document for the one look at it; its own name might say whose it is."""
    return octets, to_be_saved("identity-document")


def to_be_saved(name: str) -> dict[str, str]:
    # RFC 6266, 4.3: the plain name for old browsers, and the true one as RFC 8187 writes it.
    plain = _NOT_PLAIN.sub("_", name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Type": "application/octet-stream",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }

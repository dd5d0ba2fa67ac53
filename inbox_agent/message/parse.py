"""From bytes to a Message. Nothing here raises: what cannot be read becomes an error code and the rest."""

import contextlib
import hashlib
import re
from dataclasses import replace
from datetime import datetime

from inbox_agent.message import budget
from inbox_agent.message.addresses import addresses, mailboxes
from inbox_agent.message.authentication import dmarc_result
from inbox_agent.message.automatic import Evidence, is_from_list, is_nobody, list_ids, rule_for
from inbox_agent.message.body import body_lines, newly_written, paired
from inbox_agent.message.bounces import complained, read_bounce
from inbox_agent.message.headers import Headers, date_of, message_ids
from inbox_agent.message.imitation import imitation
from inbox_agent.message.lines import Line, key_of
from inbox_agent.message.newtext import NewText, joined
from inbox_agent.message.parts import Automatic, Message, Screening
from inbox_agent.message.structure import Structure, read_headers, read_part, read_structure

_NOBODY = Screening()
_OPENED = 5  # mails attached to attached mails that are opened
_TAG = r"(?:\[[^\]]{1,40}\]\s*)*"
_REPLY = re.compile(
    rf"{_TAG}(?:re|aw|sv|antw|ref|odp|ynt|yan|vá|ответ|отв|(?:ال)?رد|رد علي|回复|答复)\s*(?:\[\d+\])?\s*:"
)
_FORWARD = re.compile(
    rf"{_TAG}\[?(?:fwd?|wg|tr|rv|enc|vs|vl|doorst|pd|i|ilt|пересл|fs|اعادة توجيه|معاد توجيهها?|"
    rf"معاد توجيهه|تحويل|محول|محولة|转发)"
    r"\s*(?:\[\d+\])?\s*:"
)
_PEOPLE_BEHIND = ("x-original-from", "reply-to", "x-original-sender")


def parse(raw: bytes, *, received_at: datetime | None = None, screening: Screening = _NOBODY) -> Message:
    """Never raises. `error` names one of `budget.REASONS` where only a part could be read."""
    try:
        budget.check(raw)
        return _message(read_structure(raw), received_at, screening)
    except budget.OverBudget as over:
        return _what_can_be_read(raw, over.reason, received_at, screening)
    except Exception:
        return _what_can_be_read(raw, "unreadable", received_at, screening)


def _what_can_be_read(raw: bytes, reason: str, received_at: datetime | None, screening: Screening) -> Message:
    """The beginning of the mail with its structure, or else its headers, or else only the error."""
    beginning = budget.excerpt(raw)
    body = hashlib.sha256(raw[len(budget.header_block(raw)) :]).digest()
    for read in (read_structure, read_headers):
        with contextlib.suppress(Exception):
            structure = read(beginning)
            structure.digest = body
            return replace(_message(structure, received_at, screening), attachments=None, error=reason)
    return Message(attachments=None, error=reason, content_digest=hashlib.sha256(raw).digest())


def _message(structure: Structure, received_at: datetime | None, screening: Screening) -> Message:
    """Long, but flat: what several fields need is worked out first, then each field has its line."""
    headers = structure.headers
    name, writer = _writer(headers)
    person = _person_behind(headers, writer, screening)
    subject = headers.text("subject")[:2000]
    in_reply_to, references = message_ids(headers.raw("in-reply-to")), message_ids(headers.raw("references"))
    is_reply = bool(in_reply_to or references) or _REPLY.match(key_of(subject)) is not None
    structure.texts = paired(structure.texts)
    lines = body_lines(structure.texts)
    new = _new_text(structure, lines, subject, is_reply=is_reply)
    behind = person[1] if person else None
    rule = rule_for(Evidence(structure, writer, behind, subject, new.text, is_reply, screening))
    copied = addresses(headers.all_raw("cc"))
    is_bounce = rule is not None and rule.kind is Automatic.BOUNCE
    is_complaint = rule is not None and rule.name == "feedback_report"
    return Message(
        message_id=next(iter(message_ids(headers.raw("message-id"))), None),
        in_reply_to=in_reply_to,
        references=references,
        sender=person[1] if person else writer,
        sender_name=person[0] if person else name,
        form_sender=writer if person else None,
        reply_to=addresses(headers.all_raw("reply-to")),
        recipients=_recipients(headers, copied),
        copied=copied,
        subject=subject,
        date=date_of(headers.raw("date")),
        text=new.text,
        body=joined(lines),
        removed=new.removed,
        forwarded=new.forwarded,
        attachments=tuple(structure.attachments),
        automatic=rule.kind if rule else None,
        rule=rule.name if rule else "",
        dmarc=dmarc_result(headers, screening.authserv_id, writer),
        content_digest=_content_digest(structure, received_at),
        error=structure.error or ("encrypted" if new.encrypted else None),
        list_ids=list_ids(headers),
        imitation=imitation(writer, name, screening.addresses),
        bounce=read_bounce(structure.enclosed, headers, joined(lines)) if is_bounce else None,
        complained=complained(structure.enclosed) if is_complaint else None,
    )


def _writer(headers: Headers) -> tuple[str, str | None]:
    for value in headers.all_raw("from"):
        for name, address in mailboxes(value, headers.charset):
            return name, address
    return "", None


def _person_behind(headers: Headers, writer: str | None, screening: Screening) -> tuple[str, str] | None:
    """Our own form or group writes in its own name and names the person elsewhere."""
    rewritten = writer in screening.addresses and is_from_list(headers, screening.own_lists)
    if writer is None or not (rewritten or writer in screening.forms):
        return None
    for field in _PEOPLE_BEHIND:
        for name, address in mailboxes(headers.raw(field), headers.charset):
            if address not in screening.forms and not is_nobody(address, screening):
                return name, address
    return None


def _recipients(headers: Headers, copied: tuple[str, ...]) -> tuple[str, ...]:
    to = addresses(headers.all_raw("to"))
    delivered = addresses(headers.all_raw("delivered-to") + headers.all_raw("x-original-to"))
    return tuple(dict.fromkeys(to + copied + delivered))


def _new_text(
    structure: Structure, lines: list[Line], subject: str, *, is_reply: bool, opened: int = 0
) -> NewText:
    """With the text of a mail that was attached in order to pass it on."""
    # Where a broken line cut the headers short, the others are a block of headers above the words.
    is_forward = structure.headers_cut_short or _FORWARD.match(key_of(subject)) is not None
    new = newly_written(structure.texts, lines, is_reply=is_reply, is_forward=is_forward)
    passed_on = next(
        (leaf.part for leaf in structure.enclosed if leaf.content_type == "message/rfc822"), None
    )
    if passed_on is None or opened >= _OPENED or (new.text and not is_forward):
        return new
    inner = read_part(passed_on)
    inner_subject = inner.headers.text("subject")
    inside = _new_text(inner, body_lines(inner.texts), inner_subject, is_reply=True, opened=opened + 1)
    text = "\n\n".join(filter(None, (new.text, inside.text)))
    return replace(new, text=text, removed=new.removed + inside.removed, forwarded=True)


def _content_digest(structure: Structure, received_at: datetime | None) -> bytes:
    """Equal for the same mail on two routes: no trace headers, and text without its line ends."""
    identity = [structure.headers.raw(name) for name in ("message-id", "from", "date", "subject")]
    if not identity[0] and not identity[2] and received_at is not None:
        identity.append(received_at.date().isoformat())
    canonical = "\0".join(identity).encode("utf-8", "surrogateescape")
    return hashlib.sha256(canonical + b"\0" + structure.digest).digest()

"""What a bounce says: for whom delivery failed, for good or for now, and which mail came back."""

import re
from collections.abc import Iterable

from inbox_agent.message.charsets import decode
from inbox_agent.message.headers import Headers, message_ids
from inbox_agent.message.parts import Bounce, FailedRecipient
from inbox_agent.message.structure import Leaf

_RECIPIENTS = 50
_FIELD = re.compile(r"^([A-Za-z][\w-]{0,60}):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


def read_bounce(enclosed: Iterable[Leaf], headers: Headers) -> Bounce:
    """RFC 3464 where the report keeps to it, X-Failed-Recipients where there is no report."""
    failed: list[FailedRecipient] = []
    returned: str | None = None
    for leaf in enclosed:
        if leaf.content_type.endswith("delivery-status"):
            failed += _failed_recipients(decode(leaf.octets[:64_000]))
        elif leaf.content_type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            returned = returned or _returned_id(decode(leaf.octets[:64_000]))
    if not failed:
        names = headers.raw("x-failed-recipients").split(",")
        failed = [FailedRecipient(name.strip().lower()) for name in names if "@" in name]
    return Bounce(tuple(failed[:_RECIPIENTS]), returned)


def _failed_recipients(report: str) -> list[FailedRecipient]:
    """Each group of fields after an empty line is about one recipient."""
    found: list[FailedRecipient] = []
    for group in re.split(r"\n\s*\n", report):
        fields = {name.lower(): value for name, value in _FIELD.findall(group)}
        recipient = fields.get("final-recipient") or fields.get("original-recipient", "")
        address = recipient.partition(";")[2].strip().strip("<>").lower()
        if "@" in address:
            status = _STATUS.search(fields.get("status", ""))
            action = fields.get("action", "").strip().lower()
            found.append(FailedRecipient(address, status[0] if status else "", action))
    return found


def _returned_id(headers: str) -> str | None:
    fields = {name.lower(): value for name, value in _FIELD.findall(headers.partition("\n\n")[0])}
    ids = message_ids(" ".join(fields.get("message-id", "").split()))
    return ids[0] if ids else None

"""What a bounce says: for whom delivery failed, for good or for now, and which mail came back.

And what a feedback report says (RFC 5965): who does not want our mail.
"""

import re
from collections.abc import Iterable

from inbox_agent.message.charsets import decode
from inbox_agent.message.headers import Headers, message_ids
from inbox_agent.message.parts import Bounce, FailedRecipient
from inbox_agent.message.structure import Leaf

_RECIPIENTS = 50
_FIELD = re.compile(r"^([A-Za-z][\w-]{0,60}):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_ANSWER = re.compile(r"\b([45])\d\d[ :-]")
_COPIED_ID = re.compile(r"^Message-ID:\s{0,3}(<[^<>\s]{1,500}>)", re.MULTILINE | re.IGNORECASE)
_NAMED = re.compile(r"^[ \t]{0,8}<?([^\s<>@:,]{1,64}@[^\s<>@:,]{1,255})>?:?", re.MULTILINE)
_MENTIONED = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_FAILED = re.compile(
    r"\bundeliver|\b(?:could|can|was|is) ?n?[o']t (?:be )?(?:deliver|accept|sen[dt])|"
    r"\bdelivery (?:\w+ ){0,2}fail|\bfailed\b|\breturned to sender|\bnot listed\b|\bno such user|"
    r"\bdoes not exist|\bnot accepting|تعذ\u0651?ر|فشل"
)
_DELAYED = re.compile(
    r"\bdelay|\bnot yet\b|\bwill (?:\w+ ){0,2}(?:be )?(?:re)?tr(?:y|ied)\b|تأخ\u0651?ر|تأخير"
)
_READ = 64_000
_REASON = 500
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})


def read_bounce(enclosed: Iterable[Leaf], headers: Headers, text: str) -> Bounce:
    """RFC 3464 where the report keeps to it; else X-Failed-Recipients, else the addresses that stand first
    on a line of the text, as qmail and Exim write them, with the server's answer behind them, above a copy
    of the mail that came back. Where none of them names anybody, the words mention somebody at best."""
    failed: list[FailedRecipient] = []
    returned: str | None = None
    for leaf in enclosed:
        if leaf.content_type.endswith("delivery-status"):
            failed += _failed_recipients(decode(leaf.octets[:_READ]))
        elif leaf.content_type in _RETURNED:
            returned = returned or _returned_id(decode(leaf.octets[:_READ]))
    if not returned and (copied := _COPIED_ID.search(text[:_READ])):
        returned = copied[1]
    if not failed:
        text = text.lower()
        names = headers.raw("x-failed-recipients").lower().split(",")
        told = [name.strip() for name in names if "@" in name] or _named(text[:_READ])
        failed = [FailedRecipient(name, _status_behind(name, text)) for name in told[:_RECIPIENTS]]
    mentioned = () if failed else _mentioned(f"{headers.text('subject').lower()}\n{text[:_READ]}")
    return Bounce(tuple(failed[:_RECIPIENTS]), returned, mentioned)


def complained(enclosed: Iterable[Leaf]) -> str | None:
    """Whose complaint about our mail a feedback report passes on; None where it does not say."""
    for leaf in enclosed:
        if leaf.content_type == "message/feedback-report":
            fields = _fields(decode(leaf.octets[:_READ]))
            named = fields.get("original-rcpt-to") or fields.get("removal-recipient") or ""
            address = named.strip().strip("<>").lower()
            return address if _NAMED.fullmatch(address) else None
    return None


def _named(text: str) -> list[str]:
    """Only a line that a server's answer follows names a failed address; a letter may quote others."""
    return [name for name in dict.fromkeys(_NAMED.findall(text)) if _status_behind(name, text)]


def _mentioned(text: str) -> tuple[FailedRecipient, ...]:
    """Notes and GroupWise say in words alone that something failed; a delay, or a receipt, is none."""
    if _DELAYED.search(text) or not _FAILED.search(text):
        return ()
    found = list(dict.fromkeys(_MENTIONED.findall(text)))[:_RECIPIENTS]
    return tuple(FailedRecipient(one, _status_behind(one, text) or "5.0.0") for one in found)


def _status_behind(address: str, text: str) -> str:
    """The enhanced code behind an address, or the class of the server's answer; "" where neither stands."""
    at = text.find(address)
    end = at + len(address)
    behind = text[end : end + _REASON] if at >= 0 else ""
    if enhanced := _STATUS.search(behind):
        return enhanced[0]
    return _class_of(_ANSWER.search(behind))


def _failed_recipients(report: str) -> list[FailedRecipient]:
    """Each group of fields after an empty line is about one recipient."""
    found: list[FailedRecipient] = []
    for group in re.split(r"\n\s*\n", report):
        fields = _fields(group)
        named = [fields.get(name, "") for name in ("final-recipient", "original-recipient")]
        written = (name.partition(";")[2].strip().strip("<>").lower() for name in named)
        if address := next((address for address in written if "@" in address), None):
            action = fields.get("action", "").strip().lower()
            found.append(FailedRecipient(address, _status(fields), action))
    return found


def _status(fields: dict[str, str]) -> str:
    """What the server said tells more than no status at all, or one that tells only its class."""
    said = _STATUS.search(fields.get("status", ""))
    diagnosis = fields.get("diagnostic-code", "")
    diagnosed = _STATUS.search(diagnosis)
    if diagnosed and (said is None or said[0] == f"{diagnosed[1]}.0.0"):
        return diagnosed[0]
    return said[0] if said else _class_of(_ANSWER.search(diagnosis))


def _class_of(answer: re.Match[str] | None) -> str:
    return f"{answer[1]}.0.0" if answer else ""


def _returned_id(headers: str) -> str | None:
    fields = _fields(headers.partition("\n\n")[0])
    ids = message_ids(" ".join(fields.get("message-id", "").split()))
    return ids[0] if ids else None


def _fields(block: str) -> dict[str, str]:
    return {name.lower(): value for name, value in _FIELD.findall(block)}

"""Did a machine write this mail? The policy is the table RULES; the first rule that holds names it.

Sources: RFC 3834 (Auto-Submitted), RFC 2369 and 2919 (List-*), RFC 6522 and 3464 (bounces), RFC 8098
(receipts), RFC 5965 (feedback), RFC 5546 (calendar methods), RFC 7489 (DMARC reports), and what mail
programs and providers really set. X-Auto-Response-Suppress is no rule: Exchange puts it on people's mail.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from inbox_agent.message.absence import is_away_subject, is_away_text
from inbox_agent.message.addresses import plain
from inbox_agent.message.filters import CHALLENGING_HEADERS, asks_for_proof
from inbox_agent.message.headers import Headers
from inbox_agent.message.lines import key_of
from inbox_agent.message.parts import Automatic, Screening
from inbox_agent.message.structure import Structure


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules look at. `writer` is the address in From, `person` who stands behind our form."""

    structure: Structure
    writer: str | None
    person: str | None
    subject: str
    text: str
    is_reply: bool
    screening: Screening

    @property
    def headers(self) -> Headers:
        return self.structure.headers

    @property
    def local_part(self) -> str:
        return (self.writer or "").rpartition("@")[0]

    def has(self, *names: str) -> bool:
        return any(name in self.headers for name in names)

    def precedence(self, *values: str) -> bool:
        return any(self.headers.token(name) in values for name in ("precedence", "x-precedence"))

    def reports(self, kind: str) -> bool:
        """A multipart/report says what it reports, or its second part does (RFC 6522)."""
        if self.structure.content_type != "multipart/report":
            return False
        said = self.structure.parameters.get("report-type", "").lower()
        return said.endswith(kind) or any(
            leaf.content_type.endswith(kind) for leaf in self.structure.enclosed
        )

    @property
    def returns_to_nobody(self) -> bool:
        return self.headers.raw("return-path").replace(" ", "") == "<>"


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    kind: Automatic
    holds: Callable[[Evidence], bool]


def rule_for(mail: Evidence) -> Rule | None:
    """None for mail that a person wrote."""
    excused = _excused(mail)
    return next((rule for rule in RULES if rule.kind not in excused and rule.holds(mail)), None)


def is_from_list(headers: Headers, names: frozenset[str]) -> bool:
    ids = {_list_name(value) for value in headers.all_raw("list-id")}
    return not ids.isdisjoint(_list_name(name) for name in names)


def is_nobody(address: str, screening: Screening) -> bool:
    """An address that no person reads, or our own: never one to write to, whoever names it."""
    local = address.rpartition("@")[0]
    machine = _DAEMON.search(local) or _NO_REPLY.search(local) or local == "postmaster"
    return bool(machine) or _is_ours(address, screening)


def _is_ours(address: str | None, screening: Screening) -> bool:
    return address is not None and plain(address) in {plain(own) for own in screening.addresses}


def list_ids(headers: Headers) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_bracketed(value) for value in headers.all_raw("list-id")))


def _excused(mail: Evidence) -> frozenset[Automatic]:
    """What our own web form or our own list puts on a customer's mail says nothing about the customer."""
    if mail.writer in mail.screening.forms:
        return _FORM_MARKS if mail.person else frozenset()
    if is_from_list(mail.headers, mail.screening.own_lists):
        return _LIST_MARKS if mail.person else _LIST_MARKS - {Automatic.OWN}
    guessed = is_from_list(mail.headers, mail.screening.guessed_lists)
    return _LIST_MARKS - {Automatic.OWN} if guessed else frozenset()


_LIST_MARKS = frozenset({Automatic.LIST, Automatic.BULK, Automatic.OWN})
_FORM_MARKS = _LIST_MARKS | {Automatic.AUTO_REPLY, Automatic.NO_REPLY}


def _bracketed(value: str) -> str:
    """The id of "Name <id>" (RFC 2919), without the name."""
    return value.rpartition("<")[2].partition(">")[0].strip().lower()


def _list_name(value: str) -> str:
    return _bracketed(value).replace("@", ".")


_DAEMON = re.compile(
    r"mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mail[-_.]delivery|microsoftexchange[0-9a-f]{32}"
)
_NO_REPLY = re.compile(
    r"noreply|do-?not-?reply|(?:^|[\W_])(?:do|please|pls)?[._-]?(?:no|not|dont|donot)[._-]?(?:reply|replies|replay|respond|response|answer)s?(?=$|[\W_\d])"
    r"|(?:^|[\W_])(?:auto-?(?:reply|responder)|unmonitored)(?=$|[\W_\d])"
    r"|(?:^|[\W_])(?:ne[._-]?pas[._-]?repondre|nicht[._-]?antworten|no[._-]?(?:responder|respuesta)|nao[._-]?responda|"
    r"non[._-]?rispondere|لا[._-]?ترد)(?=$|[\W_\d])"
)
_UNDELIVERED = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|returned mail|failure notice|"
    r"mail delivery (?:failed|system)|"
    r"could not (?:be delivered|send message)|تعذر (?:ال)?تسليم|فشل (?:ال)?تسليم|لم يتم (?:ال)?تسليم"
)
_DMARC_REPORT = re.compile(r"report domain: ?\S+ submitter: ?\S+")
_AUTOREPLYING = ("x-autoreply", "x-auto-reply", "x-autorespon", "x-mail-autoreply")
_ANSWERED = {"reply", "counter", "declinecounter"}
_ANSWERED_INSIDE = re.compile(rb"^METHOD:(?:REPLY|COUNTER|DECLINECOUNTER)\s*$", re.MULTILINE | re.IGNORECASE)


def _away_subject(mail: Evidence) -> bool:
    answers = mail.is_reply or mail.has("x-auto-response-suppress")
    return is_away_subject(mail.subject, answers=answers)


def _away_text(mail: Evidence) -> bool:
    return mail.is_reply and is_away_text(mail.text)


def _answers_invitation(mail: Evidence) -> bool:
    return any(
        leaf.parameters.get("method", "").lower() in _ANSWERED or _ANSWERED_INSIDE.search(leaf.octets[:4000])
        for leaf in mail.structure.enclosed
        if leaf.content_type == "text/calendar"
    )


def _auto_submitted(mail: Evidence) -> bool:
    return mail.headers.token("auto-submitted").partition(";")[0].strip() not in {"", "no"}


def _answers_by_itself(mail: Evidence) -> bool:
    marks = (mail.headers.token("delivered-to"), mail.headers.token("x-post-messageclass"))
    return any(name.startswith(_AUTOREPLYING) for name in mail.headers) or any(
        "autoresponder" in mark for mark in marks
    )


def _from_daemon(mail: Evidence) -> bool:
    """Some write no address at all, only their name."""
    return _DAEMON.search(mail.local_part or mail.headers.token("from")) is not None


def _challenges(mail: Evidence) -> bool:
    """By a header of such a filter, or by what it says; words count only in an answer."""
    named = any(name.startswith(CHALLENGING_HEADERS) for name in mail.headers)
    return named or (mail.is_reply and asks_for_proof(mail.subject, mail.text))


def _through_a_list(mail: Evidence) -> bool:
    """List-Unsubscribe alone is what a newsletter carries; it names no list."""
    names = ("mailing-list", "x-mailing-list")
    return mail.has(*names) or any(
        name.startswith("list-") and not name.startswith("list-unsubscribe") for name in mail.headers
    )


RULES = (
    Rule("delivery_report", Automatic.BOUNCE, lambda m: m.reports("delivery-status")),
    Rule("failed_recipients", Automatic.BOUNCE, lambda m: m.has("x-failed-recipients")),
    Rule("from_mailer_daemon", Automatic.BOUNCE, _from_daemon),
    Rule("from_postmaster", Automatic.BOUNCE, lambda m: m.local_part.partition("+")[0] == "postmaster"),
    Rule(
        "returned_to_nobody",
        Automatic.BOUNCE,
        lambda m: m.returns_to_nobody and _UNDELIVERED.search(key_of(m.subject)) is not None,
    ),
    Rule("invitation_answered", Automatic.CALENDAR, _answers_invitation),
    Rule("feedback_report", Automatic.REPORT, lambda m: m.reports("feedback-report")),
    Rule("report", Automatic.REPORT, lambda m: m.structure.content_type == "multipart/report"),
    Rule("dmarc_report", Automatic.REPORT, lambda m: _DMARC_REPORT.match(key_of(m.subject)) is not None),
    Rule("auto_submitted", Automatic.AUTO_REPLY, _auto_submitted),
    Rule("autoreply_header", Automatic.AUTO_REPLY, _answers_by_itself),
    Rule("precedence_auto_reply", Automatic.AUTO_REPLY, lambda m: m.precedence("auto_reply", "auto-reply")),
    Rule("challenge_response", Automatic.AUTO_REPLY, _challenges),
    Rule("null_return_path", Automatic.AUTO_REPLY, lambda m: m.returns_to_nobody),
    Rule("away_subject", Automatic.AUTO_REPLY, _away_subject),
    Rule("away_text", Automatic.AUTO_REPLY, _away_text),
    Rule("own_address", Automatic.OWN, lambda m: _is_ours(m.writer, m.screening)),
    Rule("list_header", Automatic.LIST, _through_a_list),
    Rule("precedence_list", Automatic.LIST, lambda m: m.precedence("list")),
    Rule("precedence_bulk", Automatic.BULK, lambda m: m.precedence("bulk", "junk")),
    Rule("unsubscribe_header", Automatic.BULK, lambda m: m.has("list-unsubscribe", "list-unsubscribe-post")),
    Rule("feedback_id", Automatic.BULK, lambda m: m.has("feedback-id")),
    Rule("x_loop", Automatic.BULK, lambda m: m.has("x-loop")),
    Rule("no_reply_address", Automatic.NO_REPLY, lambda m: _NO_REPLY.search(m.local_part) is not None),
    Rule("form_without_person", Automatic.NO_REPLY, lambda m: m.writer in m.screening.forms and not m.person),
)

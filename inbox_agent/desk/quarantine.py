"""Quarantine: mail that the agent could not bring to its end, and what a person does with it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import joining, search
from inbox_agent.cases.act import Act
from inbox_agent.cases.joining import Role
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.desk import labels, mail
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.mail import Shown
from inbox_agent.desk.opening import language_of, languages, open_case, types_of
from inbox_agent.desk.paths import whole
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.process import quarantine
from inbox_agent.process.by_hand import ByHand
from inbox_agent.understanding import Language

PAGE = 25


@dataclass(frozen=True, slots=True)
class Stuck:
    """A quarantined mail as far as it can be shown, the types read in it, the case it seems to belong to."""

    shown: Shown
    types: Sequence[str] = ()
    belongs_to: str | None = None


def show(visit: Visit) -> Response:
    """All of them, the one that has waited longest first."""
    with visit.record.reading() as session:
        found = search.quarantined(session)
        pages = max(1, math.ceil(len(found) / PAGE))
        page = min(_page_asked_for(visit), pages)
        mails = [_stuck(visit, session, one) for one in found[PAGE * (page - 1) : PAGE * page]]
    return visit.page(
        "quarantine.html", mails=mails, total=len(found), this_page=page, pages=pages, labels=labels
    )


def _page_asked_for(visit: Visit) -> int:
    asked = visit.query("page")[:6]
    return max(1, whole(asked, 1))


def one(visit: Visit) -> Response:
    """One of them, with what can be done."""
    return _page(visit)


def read_again(visit: Visit) -> Response:
    """The agent reads it, or all, once more with its next look."""
    with visit.record.writing() as session:
        ids = (
            [visit.given("mail")] if visit.given("mail") else [m.id.hex for m in search.quarantined(session)]
        )
        for mail_id in ids:
            quarantine.taken(session, mail_id).read_again(visit.me.name)
    return visit.to("/quarantine", N_("The agent reads it again within a minute."))


def release(visit: Visit) -> Response:
    """It is no request: it is forgotten here."""
    quarantine.release(visit.record, visit.path("mail"), by=visit.me.name, now=visit.now)
    return visit.to("/quarantine", N_("Not a request: forgotten here. It stays in the mailbox."))


def begin(visit: Visit) -> Response:
    """A case of its own: its first letter goes to who wrote it, or to nobody."""
    types = types_of(visit)
    return _page(visit, 422, "no_type") if not types else _doing(visit, lambda *on: _open(visit, *on))


def _open(visit: Visit, session: Session, act: Act, email: InboundEmail) -> Response:
    raw = quarantine.raw_of(visit.record, email)
    read = mail.reading_of(email, act.keyring).get("language")
    language = language_of(visit) or (Language(read) if read else None)
    return open_case(visit, session, act, ByHand.of(email, raw, types_of(visit), language))


def file(visit: Visit) -> Response:
    """Onto a case, whoever wrote it; perhaps they are somebody to that case."""
    return _doing(visit, lambda *on: _file(visit, *on))


def _file(visit: Visit, session: Session, act: Act, email: InboundEmail) -> Response:
    case = search.case(session, visit.given("reference", 40))
    quarantine.file(act, email, case)
    if (role := visit.given("role")) in set(Role):
        message = quarantine.message_of(visit.record, email)
        joining.add_party(act, case, Role(role), f"{message.sender_name} <{message.sender or '?'}>".strip())
    return visit.to(f"/cases/{case.ref}", N_("The mail is on the case now."))


def _doing(visit: Visit, do: Callable[[Session, Act, InboundEmail], Response]) -> Response:
    """Something with the mail, in one transaction; what cannot be done is said on its page."""
    try:
        with visit.acting() as (session, act):
            email = quarantine.taken(session, visit.path("mail"))
            if email.reason in quarantine.NOT_TO_BE_OPENED:
                raise PersonNeeded("not_to_be_opened")
            return do(session, act, email)
    except PersonNeeded as error:
        return _page(visit, 409, error.reason)


def _page(visit: Visit, status: int = 200, refusal: str = "") -> Response:
    with visit.record.reading() as session:
        email = search.quarantined_mail(session, visit.path("mail"))
        stuck = _stuck(visit, session, email)
    may_open = email.reason not in quarantine.NOT_TO_BE_OPENED
    return visit.page(
        "quarantined.html",
        status=status,
        may_open=may_open,
        roles=[(role, visit.words.say(labels.PARTIES[role])) for role in Role],
        one=stuck,
        refusal=refusal,
        ticked=types_of(visit) if refusal else stuck.types,
        languages=languages(visit, N_("As the mail says")),
        labels=labels,
        refusals=REFUSALS,
        typed=visit.given,
    )


def _stuck(visit: Visit, session: Session, email: InboundEmail) -> Stuck:
    record, reason = visit.record, email.reason or ""
    if reason in quarantine.NOT_TO_BE_OPENED:  # it brought down who read it: not here
        return Stuck(Shown(email.id.hex, email.received_at, trouble=reason))
    try:
        message, reading = quarantine.message_of(record, email), mail.reading_of(email, record.keyring)
        belongs_to = quarantine.belongs_to(session, record, email, visit.now)
    except Erased:
        return Stuck(Shown(email.id.hex, email.received_at, erased=True))
    return Stuck(mail.text_shown(email, message, reading), reading.get("asserted", ()), belongs_to)

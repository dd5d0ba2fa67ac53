"""Mail that was left alone: of today's and yesterday's those that came nearest to being taken for a request.

Nothing of such mail is kept, so its words are read from the mailbox each time, and only shown.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import search
from inbox_agent.cases.case import Case
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.desk import labels, mail
from inbox_agent.desk.harmless import harmless_line
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.mail import Shown
from inbox_agent.desk.opening import language_of, languages, open_case, types_of
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import InboxAgentError, PersonNeeded
from inbox_agent.message import Message, parse
from inbox_agent.process import screening_of
from inbox_agent.process.by_hand import ByHand
from inbox_agent.understanding import masked

PER_DAY = 10
_FIRST_LETTERS = 300
_NEARNESS = (
    (0.8, N_("Very near to a request")),
    (0.5, N_("Near to a request")),
    (0.0, N_("Far from a request")),
)


@dataclass(frozen=True, slots=True)
class Left:
    """One mail that was left alone; without words where the mailbox does not give them."""

    shown: Shown
    has_words: bool
    nearness: str
    first_words: str = ""


def show(visit: Visit) -> Response:
    """Ten of each day, the nearest first."""
    today = visit.record.law.day(visit.now)
    with visit.record.reading() as session:
        found = [(day, _of_day(session, visit, day)) for day in (today, today - timedelta(days=1))]
    reading = _Reading(visit)
    days = [(day, [reading.left(email) for email in emails]) for day, emails in found]
    return visit.page("left.html", days=days, today=today, away=reading.away, labels=labels)


def one(visit: Visit) -> Response:
    """One of them, to be opened as a case."""
    return _page(visit)


def begin(visit: Visit) -> Response:
    """It is a request: read it once more from the mailbox, and open a case from it."""
    types, reading = types_of(visit), _Reading(visit)
    if not types:
        return _page(visit, 422, "no_type")
    try:
        with visit.record.reading() as session:
            raw = reading.raw(_mail(session, visit))
        if raw is None:
            raise PersonNeeded("mailbox_away" if reading.away else "not_in_mailbox")
        with visit.acting() as (session, act):
            email = _mail(session, visit)
            session.refresh(email, with_for_update=True)
            given = ByHand.of(email, raw, types, language_of(visit))
            return open_case(visit, session, act, given)
    except PersonNeeded as error:
        return _page(visit, 409, error.reason)


class _Reading:
    """The mailbox in one visit: once it is out of reach it is asked no more."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.away = visit.desk.reread is None

    def left(self, email: InboundEmail) -> Left:
        raw, nearness = self.raw(email), self._visit.words.say(_nearness(email.nearness or 0.0))
        if raw is None:
            return Left(Shown(email.id.hex, email.received_at), False, nearness)
        message = self._read(email, raw)
        first_words = harmless_line(masked(message.text), _FIRST_LETTERS)
        return Left(mail.text_shown(email, message), True, nearness, first_words)

    def raw(self, email: InboundEmail) -> bytes | None:
        """The very mail that was left alone; None where it is gone, or out of reach."""
        reread = self._visit.desk.reread
        if self.away or reread is None:
            return None
        try:
            raw = reread(email)
        except InboxAgentError:
            self.away = True
            return None
        return raw if raw is not None and self._is_the_same(email, raw) else None

    def _is_the_same(self, email: InboundEmail, raw: bytes) -> bool:
        digest = self._read(email, raw).content_digest
        return email.digest == self._visit.record.keyring.hash("digest", digest)

    def _read(self, email: InboundEmail, raw: bytes) -> Message:
        return parse(raw, received_at=email.received_at, screening=screening_of(self._visit.record.settings))


def _of_day(session: Session, visit: Visit, day: date) -> Sequence[InboundEmail]:
    law = visit.record.law
    return search.left_alone(session, law.end_of(day - timedelta(days=1)), law.end_of(day), PER_DAY)


def _nearness(value: float) -> str:
    return next(text for least, text in _NEARNESS if value >= least)


def _mail(session: Session, visit: Visit) -> InboundEmail:
    """The mail of the address; raises PersonNeeded for one that was neither left alone nor opened since."""
    try:
        email = session.get(InboundEmail, uuid.UUID(hex=visit.path("mail")))
    except ValueError:
        email = None
    if email is None or (email.case_id is None and not _is_left_alone(email)):
        raise PersonNeeded("no_such_id")
    return email


def _is_left_alone(email: InboundEmail) -> bool:
    return (email.state, email.decision, email.reason) == ("left", "leave", None)


def _page(visit: Visit, status: int = 200, refusal: str = "") -> Response:
    with visit.record.reading() as session:
        email = _mail(session, visit)
        if email.case_id is not None:
            ref = session.get_one(Case, email.case_id).ref
            return visit.to(f"/cases/{ref}", N_("This mail is on a case already."))
    reading = _Reading(visit)
    return visit.page(
        "left_one.html",
        status=status,
        one=reading.left(email),
        away=reading.away,
        refusal=refusal,
        ticked=types_of(visit),
        languages=languages(visit, N_("Not known: both languages")),
        labels=labels,
        refusals=REFUSALS,
        typed=visit.given,
    )

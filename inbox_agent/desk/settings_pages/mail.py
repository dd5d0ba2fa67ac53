"""How mail comes in and goes out: each folder, the letters by state, and a test mail."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases.letter import Letter
from inbox_agent.cases.tables import Mailbox
from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import InboxAgentError
from inbox_agent.rendering import LeftToRight
from inbox_agent.settings import checked_address

log = structlog.get_logger()

_LATELY = 50


@dataclass(frozen=True, slots=True)
class Folder:
    """How far a folder is read; `silent` where that was too long ago."""

    name: LeftToRight
    polled_at: datetime
    next_uid: int
    silent: bool


@dataclass(frozen=True, slots=True)
class Pile:
    """Letters in one state: how many, and since when the oldest is there (where it still has to go)."""

    label: str
    count: int
    oldest: datetime | None


def show(visit: Visit) -> Response:
    return _page(visit)


def send_test(visit: Visit) -> Response:
    """A mail to an address of their choice, once a minute at most; what keeps it from going is shown."""
    to = visit.given("to", 254)
    try:
        address = checked_address(to)
    except ValueError:
        return _page(visit, status=422, to=to, problem=REFUSALS["no_address"])
    send = visit.desk.send_test
    if send is None:
        return _page(visit, status=409, to=to, problem=N_("This desk cannot send by itself."))
    if not visit.desk.trials.may(visit.now):
        return _page(visit, status=429, to=to, problem=N_("One test mail a minute. Wait a moment."))
    try:
        send(address)
    except InboxAgentError as error:
        return _page(visit, status=502, to=to, problem=N_("The test mail did not leave."), why=str(error))
    log.info("test_mail_sent", by=str(visit.me.id))
    return visit.to("/settings/mail", N_("The relay took the test mail. Look whether it arrives."))


def _page(visit: Visit, *, status: int = 200, to: str = "", problem: str = "", why: str = "") -> Response:
    settings = visit.record.settings
    with visit.record.reading() as session:
        boxes = session.scalars(select(Mailbox).order_by(Mailbox.name)).all()
        piles, sent = _piles(visit, session), _last_sent(session)
    return menu.page(
        visit,
        "mail",
        status=status,
        folders=[_folder(visit, box) for box in boxes],
        piles=piles,
        last_sent=sent,
        address=LeftToRight(settings.address),
        sending=settings.sending,
        imap=_server(settings.imap.host, settings.imap.port, settings.imap.tls),
        relay=_server(settings.smtp.host, settings.smtp.port, settings.smtp.tls),
        to=to,
        problem=visit.words.say(problem) if problem else "",
        why=why,
    )


def _server(host: str, port: int, tls: str) -> LeftToRight | None:
    return LeftToRight(f"{host}:{port} ({tls})") if host else None


def _folder(visit: Visit, box: Mailbox) -> Folder:
    silent = visit.now - box.polled_at > visit.record.settings.silent_after
    return Folder(LeftToRight(box.name), box.polled_at, box.next_uid, silent)


def _piles(visit: Visit, session: Session) -> list[Pile]:
    by_state = select(Letter.state, func.count()).group_by(Letter.state)
    counts = dict(session.execute(by_state).all())
    return [
        Pile(visit.words.say(text), counts.get(state, 0), _oldest(session, state))
        for state, text in labels.LETTER_STATES.items()
    ]


def _oldest(session: Session, state: str) -> datetime | None:
    if state == "sent":
        return None
    return session.scalar(select(func.min(Letter.created_at)).where(Letter.state == state))


def _last_sent(session: Session) -> datetime | None:
    """Of the letters that were due last, the one that left last: the index has them at hand."""
    lately = (
        select(Letter.sent_at)
        .where(Letter.state == "sent")
        .order_by(Letter.next_try_at.desc())
        .limit(_LATELY)
        .subquery()
    )
    last: datetime | None = session.scalar(select(func.max(lately.c.sent_at)))
    return last

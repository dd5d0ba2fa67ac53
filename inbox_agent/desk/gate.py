"""Before every page: who asks, may they, and do they ask from a page of ours.

Sessions stand on the server under random tokens, each new at sign-in; cookies are of no use to scripts and
other sites; every form brings a token, and the browser's own word on where it comes from; the policy lets no
inline script run; roles are checked here and nowhere else.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from inbox_agent.cases import staff
from inbox_agent.cases.staff import Role, Staff
from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.visit import Desk, Visit, here, ours, quoted
from inbox_agent.desk.words import LANGUAGES, Words
from inbox_agent.errors import InboxAgentError, PersonNeeded

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SEEN_EVERY = timedelta(minutes=1)
_TOO_MUCH = 1 << 20
_NO_CASE = frozenset({"no_such_case", "no_such_id", "no_such_link"})

_ROLES = {
    Role.VIEWER: "",
    Role.AGENT: N_("You may look at everything. To act on cases you need the role of an agent."),
    Role.APPROVER: N_("Only an approver or an administrator may do this."),
    Role.ADMIN: N_("Only an administrator may do this."),
}

Page = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Door:
    """One address of the desk: what it shows, by which method, and for whom (None: whoever comes)."""

    path: str
    page: Page
    role: Role | None = Role.VIEWER
    method: str = "GET"


def route(desk: Desk, door: Door) -> Route:
    """The address with its checks."""

    async def answer(request: Request) -> Response:
        form = await _form(request) if request.method == "POST" else FormData()
        return await run_in_threadpool(_answer, desk, door, request, form)

    endpoint: Callable[[Request], Awaitable[Response]] = answer
    return Route(door.path, endpoint, methods=[door.method], name=f"{door.method} {door.path}")


async def _form(request: Request) -> FormData:
    """Text fields only: no page of the desk takes files."""
    if int(request.headers.get("content-length") or 0) > _TOO_MUCH:
        return FormData()
    return await request.form(max_files=0, max_fields=500, max_part_size=_TOO_MUCH)


def _answer(desk: Desk, door: Door, request: Request, form: FormData) -> Response:
    visit = _visit(desk, request, form)
    response = _checked(visit, door)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if desk.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if visit.request.cookies.get(desk.cookie) != visit.token:
        keep(visit, response)
    return response


def _visit(desk: Desk, request: Request, form: FormData) -> Visit:
    now, token = desk.clock(), request.cookies.get(desk.cookie, "")
    person = _person(desk, token, now) if token else None
    language = person.language if person else _language(request)
    words = Words(language, person.digits if person else "latin", desk.record.law.zone)
    return Visit(desk, request, now, token or secrets.token_urlsafe(32), person, words, form)


def _person(desk: Desk, token: str, now: datetime) -> Staff | None:
    """Who is signed in; their session lives on, which is noted once a minute."""
    with desk.record.reading() as session:
        found = staff.session_of(session, token, now)
        if found is None or not found[0].proved:
            return None
        entry, person = found
        session.expunge(person)
        is_stale = now - entry.seen_at > _SEEN_EVERY
    if is_stale:
        with desk.record.writing() as session:
            _note_seen(session, token, now)
    return person


def _note_seen(session: Session, token: str, now: datetime) -> None:
    found = staff.session_of(session, token, now)
    if found is not None:
        found[0].seen_at = now


def _language(request: Request) -> str:
    """Of a browser before sign-in: what was chosen there, else what it asks for."""
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    wanted = (
        part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").split(",")
    )
    return next((one for one in wanted if one in LANGUAGES), "en")


def keep(visit: Visit, response: Response) -> None:
    """Give the browser its token."""
    response.set_cookie(
        visit.desk.cookie, visit.token, httponly=True, secure=visit.desk.secure, samesite="lax", path="/"
    )


def _checked(visit: Visit, door: Door) -> Response:
    if visit.request.method == "POST" and not _from_our_page(visit):
        return refused(visit, 403, N_("This form is too old. Go back, load the page anew and try again."))
    if door.role is not None and visit.staff is None:
        return visit.to(f"/sign-in?then={_then(visit)}")
    if door.role is not None and not visit.me.may(door.role):
        return refused(visit, 403, _ROLES[door.role])
    try:
        return door.page(visit)
    except PersonNeeded as error:
        status = 404 if error.reason in _NO_CASE else 409
        return refused(visit, status, labels.REFUSALS.get(error.reason, error.reason))
    except InboxAgentError:
        return refused(
            visit, 503, N_("The record is out of reach just now. Nothing is lost; try again in a moment.")
        )


def refused(visit: Visit, status: int, reason: str) -> Response:
    """A page that says in one sentence why not, and leads back."""
    back = ours(urlsplit(visit.request.headers.get("referer", "")).path)
    return visit.page("refused.html", status=status, reason=visit.words.say(reason), back=back)


def _then(visit: Visit) -> str:
    return quoted(here(visit.request) if visit.request.method == "GET" else "/")


def _from_our_page(visit: Visit) -> bool:
    """The form brings this browser's own token, and the browser does not say that another site sent it."""
    headers = visit.request.headers
    elsewhere = headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    sent = headers.get("x-csrf") or visit.given("csrf")
    return not elsewhere and secrets.compare_digest(sent.encode(), visit.csrf.encode())

"""Before every page: who asks, may they, and do they ask from a page of ours.

Sessions stand on the server under random tokens, each new at sign-in; cookies are of no use to scripts and
other sites; every form brings a token, and the browser's own word on where it comes from; the policy lets no
inline script run; roles are checked here and nowhere else.
"""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from inbox_agent.cases import staff
from inbox_agent.cases.staff import Role, Staff
from inbox_agent.desk import second_factor
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.paths import here, ours, quoted
from inbox_agent.desk.visit import Desk, Visit
from inbox_agent.desk.words import LANGUAGES, Words
from inbox_agent.errors import Erased, InboxAgentError, NotWritten, PersonNeeded, WrongSetting, where

log = structlog.get_logger()

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
LARGEST_FORM = 1 << 20
_NO_CASE = frozenset({"no_such_case", "no_such_id", "no_such_link", "no_such_search"})

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
    takes_file: bool = False


def route(desk: Desk, door: Door) -> Route:
    """The address with its checks."""

    largest = LARGEST_FORM + (desk.record.settings.downloads.max_bytes if door.takes_file else 0)

    async def answer(request: Request) -> Response:
        form = FormData()
        if request.method == "POST":
            takes_file = door.takes_file and await run_in_threadpool(_knows, desk, request)
            form = await (_form_with_file(request, largest) if takes_file else _form(request))
        try:
            return await run_in_threadpool(_answer, desk, door, request, form)
        finally:
            await form.close()

    endpoint: Callable[[Request], Awaitable[Response]] = answer
    name = f"{door.method} {door.path}"
    return Route(door.path, endpoint, methods=[door.method], name=name, max_body_size=largest)


def _knows(desk: Desk, request: Request) -> bool:
    """Whether somebody is signed in: of strangers no large file is taken into memory first."""
    with suppress(InboxAgentError):
        return _person(desk, request.cookies.get(desk.cookie, ""), desk.clock(), by_itself=True) is not None
    return False


async def _form(request: Request) -> FormData:
    """Text fields only: hardly a page of the desk takes files."""
    return await request.form(max_files=0, max_fields=500, max_part_size=LARGEST_FORM)


async def _form_with_file(request: Request, largest: int) -> FormData:
    """One file, all of it in memory: nothing that is not sealed ever lies on the disk."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _form(request)
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=50)
    parser.spool_max_size = largest
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise HTTPException(400) from error


def _answer(desk: Desk, door: Door, request: Request, form: FormData) -> Response:
    visit = _visit(desk, request, form)
    response = _guarded(desk, _checked(visit, door))
    if visit.request.cookies.get(desk.cookie) != visit.token:
        keep(visit, response)
    return response


def _guarded(desk: Desk, response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if desk.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def lost(desk: Desk) -> Callable[[Request, Exception], Response]:
    """What stands where there is no page, or none for this method."""

    def answer(request: Request, error: Exception) -> Response:
        visit = _visit(desk, request, FormData())
        status = error.status_code if isinstance(error, HTTPException) else 404
        return _guarded(desk, refused(visit, status, N_("There is no such page.")))

    return answer


def stream(desk: Desk, path: str, told: Callable[[], AsyncIterator[Sequence[str]]]) -> Route:
    """An address that goes on telling hints to a page (HTML Standard, 9.2 Server-sent events).

    Whoever is not signed in any more is told nothing further: that is looked at before each hint. 204 tells
    their browser not to come back by itself.
    """

    async def answer(request: Request) -> Response:
        token = request.cookies.get(desk.cookie, "")

        async def is_signed_in() -> bool:
            with suppress(InboxAgentError):
                return await run_in_threadpool(_person, desk, token, desk.clock(), by_itself=True) is not None
            return False

        if not await is_signed_in():
            return _guarded(desk, Response(status_code=204))
        lines = _lines(told(), is_signed_in)
        headers = {"X-Accel-Buffering": "no"}  # nginx would keep hints back until there are many
        return _guarded(desk, StreamingResponse(lines, headers=headers, media_type="text/event-stream"))

    return Route(path, answer, methods=["GET"])


async def _lines(
    told: AsyncIterator[Sequence[str]], goes_on: Callable[[], Awaitable[bool]]
) -> AsyncIterator[str]:
    """A comment where there was no hint for a while: so a broken connection is noticed."""
    yield "retry: 3000\n\n"
    async for hints in told:
        if not await goes_on():
            return
        yield "".join(f"event: {hint}\ndata:\n\n" for hint in hints) or ":\n\n"


def _visit(desk: Desk, request: Request, form: FormData) -> Visit:
    now, token = desk.clock(), request.cookies.get(desk.cookie, "")
    by_itself = "x-by-itself" in request.headers
    person = _person(desk, token, now, by_itself=by_itself) if token else None
    language = person.language if person else _language(request)
    law = desk.record.law
    words = Words(language, person.digits if person else "latin", law.zone, law.calendar.country)
    return Visit(desk, request, now, token or secrets.token_urlsafe(32), person, words, form)


def _person(desk: Desk, token: str, now: datetime, *, by_itself: bool) -> Staff | None:
    """Who is signed in; their session lives on, which is noted once a minute.

    Not by what an open page asks `by_itself`: nobody may be there any more.
    """
    with desk.record.reading() as session:
        found = staff.session_of(session, token, now)
        if found is None or not found[0].proved:
            return None
        entry, person = found
        session.expunge(person)
        is_stale = now - entry.seen_at > _SEEN_EVERY
    if is_stale and not by_itself:
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
    return _barred(visit, door) or _opened_once(visit, door)


def _opened_once(visit: Visit, door: Door) -> Response:
    """A form of somebody signed in counts once, however often its button is pressed; in vain it may again.

    Not so what a page saves by itself while somebody types: that is one form, many times.
    """
    pressed = visit.request.method == "POST" and "x-csrf" not in visit.request.headers
    form = visit.given("once") if pressed and visit.staff is not None else ""
    if not form:
        return _opened(visit, door)
    try:
        with visit.record.writing() as session:
            staff.take_form(session, form, visit.now)
    except NotWritten:
        return refused(visit, 409, REFUSALS["sent_before"])
    response = _opened(visit, door)
    if response.status_code >= 400:
        with visit.record.writing() as session:
            staff.give_form_back(session, form)
    return response


def _barred(visit: Visit, door: Door) -> Response | None:
    """Why this door stays shut for them; None where it opens."""
    if visit.request.method == "POST" and not _from_our_page(visit):
        too_old = N_("This form is too old. Go back, load the page anew and try again.")
        return _kept(visit) or refused(visit, 403, too_old)
    if door.role is None:
        return None
    if visit.staff is None:
        return _kept(visit) or visit.to(f"/sign-in?then={_then(visit)}")
    if not visit.me.may(door.role):
        return refused(visit, 403, _ROLES[door.role])
    lacks_factor = second_factor.is_asked_of(visit, visit.me) and visit.me.sealed_totp is None
    if lacks_factor and not door.path.startswith("/settings/me"):
        return visit.to("/settings/me", N_("Switch on the second factor first: administrators need it here."))
    return None


def _kept(visit: Visit) -> Response | None:
    """What a person of ours typed is shown once more, lest it is lost; another site's words are not."""
    ours_sent = visit.request.headers.get("sec-fetch-site") == "same-origin"
    typed = visit.typed() if ours_sent else []
    return visit.page("kept.html", status=403, typed=typed) if typed else None


def _opened(visit: Visit, door: Door) -> Response:
    try:
        return door.page(visit)
    except Exception as error:
        return refused(visit, *_why_not(door, error))


def _why_not(door: Door, error: Exception) -> tuple[int, str]:
    """Status and sentence; what nobody expected is logged by type and place, without its words."""
    match error:
        case PersonNeeded():
            status = 404 if error.reason in _NO_CASE else 409
            return status, REFUSALS.get(error.reason, error.reason)
        case Erased():
            return 410, REFUSALS["erased"]
        case WrongSetting():
            return 409, N_("A setting of the machine is missing or wrong for this.")
        case InboxAgentError():
            return 503, N_("The record is out of reach. Nothing is lost; try again soon.")
    log.error("unexpected_error", step=f"{door.method} {door.path}", error=where(error))
    return 500, N_("Something went wrong and nothing was kept of it. Try again.")


def refused(visit: Visit, status: int, reason: str) -> Response:
    """A page that says in one sentence why not, and leads back."""
    try:
        back = ours(urlsplit(visit.request.headers.get("referer", "")).path)
    except ValueError:
        back = "/"
    return visit.page("refused.html", status=status, reason=visit.words.say(reason), back=back)


def _then(visit: Visit) -> str:
    return quoted(here(visit.request) if visit.request.method == "GET" else "/")


def _from_our_page(visit: Visit) -> bool:
    """The form brings this browser's own token, and the browser does not say that another site sent it."""
    headers = visit.request.headers
    elsewhere = headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    sent = headers.get("x-csrf") or visit.given("csrf")
    return not elsewhere and secrets.compare_digest(sent.encode(), visit.csrf.encode())

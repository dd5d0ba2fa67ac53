"""Where customers fetch their access packages: a listener of its own, which serves nothing else.

Every address that looks like a link shows the same form, whether it is one or not, so that mail scanners may
open it as they like; only the form with the right password delivers, and counts. Whatever is wrong, the
answer is the same one, after the same time.
"""

import base64
import hashlib
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

import anyio
import structlog
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from inbox_agent import resources
from inbox_agent.cases.package import links
from inbox_agent.cases.record import Record
from inbox_agent.downloads.guesses import Guesses
from inbox_agent.downloads.words import LANGUAGES
from inbox_agent.errors import InboxAgentError, where
from inbox_agent.rendering import Templates

log = structlog.get_logger()

LARGEST_FORM = 4096
FORM_SECONDS = 15.0
AT_LEAST_SECONDS = 0.6
"""No answer to a wrong try comes sooner: how long the work took cannot be told from it."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}
_PAGE = (
    "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FILE = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class _Counter:
    """What every answer is made with; `secure` says that customers come by https."""

    record: Record
    clock: Callable[[], datetime]
    secure: bool
    style: str
    templates: Templates = field(default_factory=Templates)
    guesses: Guesses = field(default_factory=Guesses)

    @property
    def policy(self) -> str:
        """Nothing but the page's own style, which is known by its hash."""
        return _PAGE.format(base64.b64encode(hashlib.sha256(self.style.encode()).digest()).decode())


def application(record: Record, clock: Callable[[], datetime]) -> Starlette:
    """The listener over this record; `clock` tells the time."""
    settings = record.settings.downloads
    url = urlsplit(settings.url)
    counter = _Counter(record, clock, secure=url.scheme == "https", style=_style())
    hosts = {"127.0.0.1", "localhost", "[::1]", settings.host, url.hostname or "localhost"}

    async def show(request: Request) -> Response:
        return _shown(counter, request)

    async def deliver(request: Request) -> Response:
        return await _delivered(counter, request)

    listener = Starlette(
        routes=[Route("/{token}", show, methods=["GET"]), Route("/{token}", deliver, methods=["POST"])],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts), www_redirect=False)],
        exception_handlers={HTTPException: lambda _, error: _lost(counter, error)},
        max_body_size=LARGEST_FORM,
    )
    listener.router.redirect_slashes = False
    return listener


def _style() -> str:
    return (resources.TEMPLATES / "downloads" / "page.css").read_text("utf-8")


def _shown(counter: _Counter, request: Request) -> Response:
    """The form, for every address that looks like a link: nothing is looked up, nothing counts."""
    if not _TOKEN.fullmatch(request.path_params["token"]):
        return _page(counter, 404, "nothing", only=True)
    return _page(counter, 200)


def _lost(counter: _Counter, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _page(counter, status, "nothing", only=True)


async def _delivered(counter: _Counter, request: Request) -> Response:
    token, address = request.path_params["token"], request.client.host if request.client else ""
    if not _TOKEN.fullmatch(token):
        return _page(counter, 404, "nothing", only=True)
    try:
        password = await _password(request)
    except (TimeoutError, ClientDisconnect):
        return _page(counter, 408, "busy")
    began, now = monotonic(), counter.clock()  # not before: who held the form back is no earlier
    if not counter.guesses.begin(address, now):
        return _page(counter, 429, "slowly")
    try:
        found = await run_in_threadpool(links.deliver, counter.record, token, password, now)
    except InboxAgentError:
        counter.guesses.take_back(address, now)
        return _page(counter, 503, "busy")
    if found is not None:
        counter.guesses.take_back(address, now)
        return _file(counter, *found)
    await anyio.sleep(max(0.0, AT_LEAST_SECONDS - (monotonic() - began)))
    return _page(counter, 403, "no")


async def _password(request: Request) -> str:
    """Raises TimeoutError for a form that comes too slowly, ClientDisconnect for one that never ends."""
    with anyio.fail_after(FORM_SECONDS):
        form = await request.form(max_files=0, max_fields=5, max_part_size=LARGEST_FORM)
    password = form.get("password")
    return password if isinstance(password, str) else ""


def _file(counter: _Counter, package_id: uuid.UUID, size: int) -> Response:
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": 'attachment; filename="personal-data.zip"',
        "Content-Security-Policy": _FILE,
    }
    stretches = _logged(links.stream(counter.record, package_id))
    return _guarded(counter, StreamingResponse(stretches, media_type="application/zip", headers=headers))


def _logged(stretches: Iterator[bytes]) -> Iterator[bytes]:
    """What ends in the middle is no whole file: its length tells the browser so."""
    try:
        yield from stretches
    except InboxAgentError as error:
        log.warning("download_ended", error=where(error))
        raise


def _page(counter: _Counter, status: int, said: str = "", *, only: bool = False) -> Response:
    facts = {"title": LANGUAGES[0]["say"]["title"], "style": Markup(counter.style), "languages": LANGUAGES}  # noqa: S704 - ours
    text = counter.templates.render("downloads/page.html", **facts, said=said, only=only)
    return _guarded(counter, HTMLResponse(text, status))


def _guarded(counter: _Counter, response: Response) -> Response:
    for name, value in _ALWAYS.items():
        response.headers[name] = value
    response.headers.setdefault("Content-Security-Policy", counter.policy)
    if counter.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response

"""The desk: the staff's web console, one queue that always shows what to do next.

`gate` stands before every page (who asks, may they); `visit` is one request; `frame` what stands around every
page; `words` and `labels` what is said in which language. Each other module is one place: `queue`, `case`,
`triage`, `letters`, `sign_in`, `settings`, `reports`.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role
from inbox_agent.desk import case, queue, reports_page, sign_in, visit
from inbox_agent.desk.gate import HEADERS, Door, route
from inbox_agent.desk.visit import Desk
from inbox_agent.errors import TryAgainLater
from inbox_agent.letters import Stationery
from inbox_agent.rendering import Templates

START_SECONDS = 10
_FOREVER = "public, max-age=31536000, immutable"

DOORS = (
    Door("/", queue.home),
    Door("/queue/several", queue.several, Role.AGENT, "POST"),
    Door("/queue/{view}", queue.show),
    Door("/cases/{ref}", case.show),
    Door("/cases/{ref}/conversation", case.conversation),
    Door("/cases/{ref}/history", case.history),
    Door("/cases/{ref}/print", case.printed),
    Door("/cases/{ref}/mail/{mail}/body", case.body),
    Door("/cases/{ref}/mail/{mail}/attachments/{number}", case.attachment),
    Door("/cases/{ref}/do/{action}", case.form, Role.AGENT),
    Door("/cases/{ref}/do/{action}", case.do, Role.AGENT, "POST"),
    Door("/reports", reports_page.show),
    Door("/reports/{table}.csv", reports_page.csv),
    Door("/sign-in", sign_in.show, None),
    Door("/sign-in", sign_in.sign_in, None, "POST"),
    Door("/sign-in/code", sign_in.show_code, None),
    Door("/sign-in/code", sign_in.check_code, None, "POST"),
    Door("/sign-out", sign_in.sign_out, None, "POST"),
    Door("/first/{token}", sign_in.show_link, None),
    Door("/first/{token}", sign_in.use_link, None, "POST"),
    Door("/language", sign_in.language, None, "POST"),
)
"""Every address of the desk, what it shows and for whom."""


def application(record: Record, stationery: Stationery, clock: Callable[[], datetime]) -> Starlette:
    """The desk over this record; `clock` tells the time."""
    settings = record.settings.desk
    url = urlsplit(settings.url)
    desk = Desk(
        record=record,
        stationery=stationery,
        templates=Templates(),
        clock=clock,
        secure=url.scheme == "https",
    )
    hosts = {"127.0.0.1", "localhost", "[::1]", settings.host, url.hostname or "localhost"}
    # Without the check of Host, a web page elsewhere could reach this one by a name that points here.
    ours = Middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts), www_redirect=False)
    routes = [Route("/static/{hash}/{name}", _static), *(route(desk, door) for door in DOORS)]
    return Starlette(routes=routes, middleware=[ours])


def _static(request: Request) -> Response:
    """A file of ours under the hash of its content; nothing else can be reached by a name."""
    name = request.path_params["name"]
    if name not in {file.name for file in visit.STATIC.iterdir()} or visit.static(name) != request.url.path:
        return PlainTextResponse("not here", 404, headers=dict(HEADERS))
    headers = {**HEADERS, "Cache-Control": _FOREVER}
    return FileResponse(visit.STATIC / name, headers=headers)


@contextmanager
def serving(application: Starlette, host: str, port: int) -> Iterator[str]:
    """Serve pages in a thread of their own; gives their address. Port 0 is any free one.

    Raises TryAgainLater where the port is taken.
    """
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise TryAgainLater(f"the page cannot be served on {host}:{port}: {error.strerror}") from None
    server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)
        listener.close()

"""The desk, for now one read-only page: the queue, and each letter as its customer sees it.

It has no sign-in, so it is served on this machine only (loopback), by the demo.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as readable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from inbox_agent.cases import search
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.errors import Erased, InboxAgentError, TryAgainLater
from inbox_agent.rendering import Templates
from inbox_agent.understanding import masked

START_SECONDS = 10
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(record: Record) -> Starlette:
    """The application: `/` is the queue, `/letters/ID` one letter."""
    templates = Templates()

    def queue(_: Request) -> Response:
        with record.reading() as session:
            rows = [_row(case, record) for case in search.cases(session)]
        return HTMLResponse(templates.render("desk/queue.html", cases=rows), headers=_HEADERS)

    def letter(request: Request) -> Response:
        try:
            with record.reading() as session:
                found = search.letter(session, request.path_params["short"])
                shown = _letter(found, record)
        except InboxAgentError as error:
            return PlainTextResponse(str(error), 404, headers=_HEADERS)
        return HTMLResponse(templates.render("desk/letter.html", **shown), headers=_HEADERS)

    def body(request: Request) -> Response:
        try:
            with record.reading() as session:
                mail = _mail(search.letter(session, request.path_params["short"]), record)
        except InboxAgentError as error:
            return PlainTextResponse(str(error), 404, headers=_HEADERS)
        return HTMLResponse(_part(mail, "html"), headers=_HEADERS)

    routes = [Route("/", queue), Route("/letters/{short}", letter), Route("/letters/{short}/body", body)]
    # Without the check of Host, a web page elsewhere could reach this one by a name that points here.
    ours = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[ours])


def _row(case: Case, record: Record) -> dict[str, Any]:
    try:
        kept = case.request(record.keyring)
    except Erased:
        kept = {"requester": None, "subject": ""}
    return {
        "ref": case.ref,
        "state": case.state,
        "attention": (case.attention or "").replace("_", " "),
        "requester": kept["requester"] or "unknown",
        "subject": masked(kept["subject"]),
        "language": case.language,
        "rights": [
            (right.type.replace("_", " "), right.legal_due.date().isoformat()) for right in case.rights
        ],
        "letters": [(search.short_id(one.id), one.kind.replace("_", " "), one.state) for one in case.letters],
    }


def _letter(letter: Letter, record: Record) -> dict[str, str]:
    mail = _mail(letter, record)
    heads = {name.lower(): str(mail[name]) for name in ("From", "To", "Subject")}
    return heads | {"short": search.short_id(letter.id), "text": _part(mail, "plain")}


def _mail(letter: Letter, record: Record) -> EmailMessage:
    return message_from_bytes(letter.content(record.keyring), policy=readable)


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return "" if part is None else str(part.get_content())


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

"""The desk: the staff's web console, one queue that always shows what to do next.

`gate` stands before every page (who asks, may they); `visit` is one request; `frame` what stands around every
page; `words` and `labels` what is said in which language. Each other module is one place: `queue`, `case`,
`triage`, `letters`, `sign_in`, `settings_pages`, `reports`.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role
from inbox_agent.company import load
from inbox_agent.desk import (
    bundles,
    case,
    data,
    guide,
    keeping,
    left,
    letters,
    live,
    new,
    notice,
    package,
    paths,
    quarantine,
    queue,
    report_years,
    reports_page,
    sign_in,
    triage,
    writing,
)
from inbox_agent.desk.gate import HEADERS, LARGEST_FORM, Door, lost, route, stream
from inbox_agent.desk.patience import Impatient
from inbox_agent.desk.settings_pages import (
    audit,
    law,
    mail,
    me,
    menu,
    people,
    retention,
    suppression,
    understanding,
    wordings,
)
from inbox_agent.desk.visit import Desk, Reread
from inbox_agent.errors import TryAgainLater
from inbox_agent.letters import Stationery
from inbox_agent.rendering import Templates

START_SECONDS = 10
_FOREVER = "public, max-age=31536000, immutable"

DOORS = (
    Door("/", queue.home),
    Door("/search", queue.search_for, method="POST"),
    Door("/queue/several", queue.several, Role.AGENT, "POST"),
    Door("/queue/{view}", queue.show),
    Door("/queue/{view}/more", live.more),
    Door("/around", live.around),
    Door("/triage", triage.first),
    Door("/triage/{ref}", triage.show),
    Door("/triage/{ref}", triage.decide, Role.AGENT, "POST"),
    Door("/triage/{ref}/known", triage.file, Role.AGENT, "POST"),
    Door("/triage/{ref}/undo", triage.undo, Role.AGENT, "POST"),
    Door("/quarantine", quarantine.show),
    Door("/quarantine/again", quarantine.read_again, Role.AGENT, "POST"),
    Door("/quarantine/{mail}", quarantine.one),
    Door("/quarantine/{mail}/open", quarantine.begin, Role.AGENT, "POST"),
    Door("/quarantine/{mail}/file", quarantine.file, Role.AGENT, "POST"),
    Door("/quarantine/{mail}/release", quarantine.release, Role.AGENT, "POST"),
    Door("/left", left.show),
    Door("/left/{mail}", left.one),
    Door("/left/{mail}", left.begin, Role.AGENT, "POST"),
    Door("/new", new.form, Role.AGENT),
    Door("/new", new.save, Role.AGENT, "POST"),
    Door("/cases/{ref}", case.show),
    Door("/cases/{ref}/here", live.here, method="POST"),
    Door("/cases/{ref}/others", live.others),
    Door("/cases/{ref}/wrote", live.wrote),
    Door("/cases/{ref}/conversation", case.conversation),
    Door("/cases/{ref}/history", case.history),
    Door("/cases/{ref}/bundle", bundles.take, Role.APPROVER, "POST"),
    Door("/cases/{ref}/print", case.printed),
    Door("/cases/{ref}/mail/{mail}/body", case.body),
    Door("/cases/{ref}/mail/{mail}/attachments/{number}", case.attachment),
    Door("/cases/{ref}/documents/{document}/look", case.look_at_document, Role.APPROVER, "POST"),
    Door("/cases/{ref}/documents/{document}/destroy", case.destroy_document, Role.AGENT, "POST"),
    Door("/cases/{ref}/data", data.show),
    Door("/cases/{ref}/data/find", data.find, Role.AGENT, "POST"),
    Door("/cases/{ref}/data/choose", data.choose, Role.AGENT, "POST"),
    Door("/cases/{ref}/data/look", data.look, Role.AGENT, "POST"),
    Door("/cases/{ref}/data/rows", data.rows, Role.AGENT, "POST"),
    Door("/cases/{ref}/data/mask", data.raise_mask, Role.AGENT, "POST"),
    Door("/cases/{ref}/data/preview", data.preview, Role.AGENT, "POST"),
    Door("/cases/{ref}/data/erase", data.erase, Role.AGENT, "POST"),
    Door("/cases/{ref}/do/{action}", case.form, Role.AGENT),
    Door("/cases/{ref}/do/{action}", case.do, Role.AGENT, "POST"),
    Door("/cases/{ref}/letters/{letter}", letters.show),
    Door("/cases/{ref}/letters/{letter}/body", letters.body),
    Door("/cases/{ref}/letters/{letter}/edit", letters.form, Role.AGENT),
    Door("/cases/{ref}/letters/{letter}/edit", letters.edit, Role.AGENT, "POST"),
    Door("/cases/{ref}/letters/{letter}/reset", letters.reset, Role.AGENT, "POST"),
    Door("/cases/{ref}/letters/{letter}/release", letters.release, Role.AGENT, "POST"),
    Door("/cases/{ref}/letters/{letter}/discard", letters.discard, Role.AGENT, "POST"),
    Door("/cases/{ref}/letters/{letter}/undo", letters.undo, Role.AGENT, "POST"),
    Door("/cases/{ref}/letters/{letter}/hold", letters.hold, Role.AGENT, "POST"),
    Door("/cases/{ref}/write", writing.show, Role.AGENT),
    Door("/cases/{ref}/write", writing.submit, Role.AGENT, "POST"),
    Door("/cases/{ref}/draft", keeping.keep, Role.AGENT, "POST"),
    Door("/cases/{ref}/draft/discard", keeping.drop, Role.AGENT, "POST"),
    Door("/cases/{ref}/package", package.show),
    Door("/cases/{ref}/package/file", package.attach, Role.AGENT, "POST", takes_file=True),
    Door("/cases/{ref}/package/rows", package.fill, Role.AGENT, "POST"),
    Door("/cases/{ref}/package/parts/{part}", package.part),
    Door("/cases/{ref}/package/parts/{part}/remove", package.remove, Role.AGENT, "POST"),
    Door("/cases/{ref}/package/build", package.build, Role.AGENT, "POST"),
    Door("/cases/{ref}/package/hand-over", package.hand_over, Role.AGENT, "POST"),
    Door("/cases/{ref}/package/told", package.password_told, Role.AGENT, "POST"),
    Door("/cases/{ref}/package/revoke", package.revoke, Role.AGENT, "POST"),
    Door("/cases/{ref}/package/destroy", package.destroy, Role.AGENT, "POST"),
    Door("/reports", reports_page.show),
    Door("/reports/requests.csv", report_years.requests_csv, Role.APPROVER),
    Door("/reports/year.csv", report_years.year_csv),
    Door("/reports/{table}.csv", reports_page.csv),
    Door("/notice", notice.show),
    Door("/notice/{language}.html", notice.page),
    Door("/help", guide.show),
    Door("/help/keys", guide.keys),
    Door("/settings", menu.home),
    Door("/settings/me", me.show),
    Door("/settings/me", me.save, Role.VIEWER, "POST"),
    Door("/settings/me/password", me.change_password, Role.VIEWER, "POST"),
    Door("/settings/me/second-factor", me.begin_second_factor),
    Door("/settings/me/second-factor", me.confirm_second_factor, Role.VIEWER, "POST"),
    Door("/settings/me/second-factor/off", me.end_second_factor, Role.VIEWER, "POST"),
    Door("/settings/me/sign-out-elsewhere", me.sign_out_elsewhere, Role.VIEWER, "POST"),
    Door("/settings/law", law.show, Role.ADMIN),
    Door("/settings/law", law.choose, Role.ADMIN, "POST"),
    Door("/settings/staff", people.show, Role.ADMIN),
    Door("/settings/staff/invite", people.invite, Role.ADMIN, "POST"),
    Door("/settings/staff/links/{link}/withdraw", people.withdraw_link, Role.ADMIN, "POST"),
    Door("/settings/staff/{name}/role", people.change_role, Role.ADMIN, "POST"),
    Door("/settings/staff/{name}/active", people.switch, Role.ADMIN, "POST"),
    Door("/settings/staff/{name}/password", people.give_password_link, Role.ADMIN, "POST"),
    Door("/settings/staff/{name}/second-factor-off", people.end_second_factor, Role.ADMIN, "POST"),
    Door("/settings/letters", wordings.show, Role.ADMIN),
    Door("/settings/letters/{kind}", wordings.show_kind, Role.ADMIN),
    Door("/settings/letters/{kind}/{language}", wordings.edit, Role.ADMIN),
    Door("/settings/letters/{kind}/{language}", wordings.save, Role.ADMIN, "POST"),
    Door("/settings/letters/{kind}/{language}/body", wordings.body, Role.ADMIN),
    Door("/settings/letters/{kind}/{language}/product", wordings.give_up, Role.ADMIN, "POST"),
    Door("/settings/understanding", understanding.show, Role.ADMIN),
    Door("/settings/mail", mail.show, Role.ADMIN),
    Door("/settings/mail/test", mail.send_test, Role.ADMIN, "POST"),
    Door("/settings/suppression", suppression.show, Role.ADMIN),
    Door("/settings/suppression.csv", suppression.csv, Role.ADMIN),
    Door("/settings/retention", retention.show, Role.ADMIN),
    Door("/settings/audit", audit.show, Role.ADMIN),
    Door("/settings/audit", audit.verify, Role.ADMIN, "POST"),
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


def application(
    record: Record,
    stationery: Stationery,
    clock: Callable[[], datetime],
    *,
    send_test: Callable[[str], None] | None = None,
    reread: Reread | None = None,
) -> Starlette:
    """The desk over this record; `clock` tells the time.

    `send_test` sends a test mail to an address, `reread` reads a mail that was left alone from its mailbox.
    """
    settings = record.settings.desk
    url = urlsplit(settings.url)
    desk = Desk(
        record=record,
        stationery=stationery,
        templates=Templates(),
        clock=clock,
        secure=url.scheme == "https",
        send_test=send_test,
        reread=reread,
        company=load(record.settings.connectors),
    )
    hosts = {"127.0.0.1", "localhost", "[::1]", settings.host, url.hostname or "localhost"}
    # Without the check of Host, a web page elsewhere could reach this one by a name that points here.
    ours = Middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts), www_redirect=False)
    hints = live.Hints(record, clock)
    events = stream(desk, "/events", hints.listen)
    routes = [Route("/static/{hash}/{name}", _static), events, *(route(desk, door) for door in DOORS)]
    console = Starlette(
        routes=routes,
        middleware=[ours],
        exception_handlers={HTTPException: lost(desk)},
        max_body_size=LARGEST_FORM,
    )
    console.state.end_streams = hints.end
    return console


def _static(request: Request) -> Response:
    """A file of ours under the hash of its content; nothing else can be reached by a name."""
    name = request.path_params["name"]
    if name not in {file.name for file in paths.STATIC.iterdir()} or paths.static(name) != request.url.path:
        return PlainTextResponse("not here", 404, headers=dict(HEADERS))
    headers = {**HEADERS, "Cache-Control": _FOREVER}
    return FileResponse(paths.STATIC / name, headers=headers)


@contextmanager
def serving(application: Starlette, host: str, port: int) -> Iterator[str]:
    """Serve pages in a thread of their own; gives their address. Port 0 is any free one.

    Raises TryAgainLater where the port is taken.
    """
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise TryAgainLater(f"the page cannot be served on {host}:{port}: {error.strerror}") from None
    # Head and body of an answer are written apart; without this the body waits 40 ms for an acknowledgement.
    # Connections inherit it on Linux; asyncio sets it only on sockets that were made as TCP's by number.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        application, http=Impatient, ws="none", log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        getattr(application.state, "end_streams", lambda: None)()  # it waits for answers that go on
        thread.join(timeout=START_SECONDS)
        listener.close()

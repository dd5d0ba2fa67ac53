"""What changes while a page is open: hints that something did, and the parts a page then asks for.

A hint never says what changed, so the stream has nothing to protect; and a part never holds typed text.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from inbox_agent.cases import notes, search
from inbox_agent.cases import queue as shelves
from inbox_agent.cases.case import Case
from inbox_agent.cases.event import Event
from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role
from inbox_agent.database import first_id
from inbox_agent.desk import mail, queue
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import InboxAgentError
from inbox_agent.process import screening_of

LOOK_EVERY = 2.0
BEAT_EVERY = 15.0
MOST = 1000
_LATE = timedelta(seconds=15)
"""An event has its id when its act begins and is seen when that is committed: at most so much later."""


class Hints:
    """Tells every open page that something changed; one look at the record every two seconds serves them all.

    It looks only while somebody listens. All of it runs in one event loop, but for `end`.
    """

    def __init__(self, record: Record, clock: Callable[[], datetime]) -> None:
        self._record, self._clock = record, clock
        self._listeners: set[asyncio.Queue[Sequence[str] | None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last = clock()
        self._seen: set[uuid.UUID] = set()

    async def listen(self) -> AsyncIterator[Sequence[str]]:
        """The hints of each look that found some; none after a while without; until `end`."""
        mine: asyncio.Queue[Sequence[str] | None] = asyncio.Queue(MOST)
        self._listeners.add(mine)
        try:
            if self._looking is None:
                self._looking, self._loop = asyncio.create_task(self._look_on()), asyncio.get_running_loop()
            while (hints := await _next(mine)) is not None:
                yield hints
        finally:
            self._listeners.discard(mine)
            self._rest()

    def end(self) -> None:
        """Every stream ends; called from whichever thread."""
        if loop := self._loop:
            loop.call_soon_threadsafe(self._tell, None)

    def _rest(self) -> None:
        """Nobody listens: nothing is looked for."""
        if not self._listeners and self._looking is not None:
            self._looking.cancel()
            self._looking = self._loop = None

    async def _look_on(self) -> None:
        await self._looked()  # what is there already is no news
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if hints := await self._looked():
                self._tell(hints)

    async def _looked(self) -> list[str]:
        with suppress(InboxAgentError):  # the record is out of reach: later
            return await run_in_threadpool(self._look)
        return []

    def _look(self) -> list[str]:
        """Hints of what was done since the last look, each once."""
        now = self._clock()
        with self._record.reading() as session:
            rows = session.execute(_done_after(self._last - _LATE)).all()
        refs = dict.fromkeys(ref for event, ref in rows if event not in self._seen)
        self._last, self._seen = now, {event for event, _ in rows}
        return ["queue", *(f"case:{ref}" for ref in refs)] if refs else []

    def _tell(self, hints: Sequence[str] | None) -> None:
        for listener in self._listeners:
            with suppress(asyncio.QueueFull):  # it has stopped reading, and will ask for everything anew
                listener.put_nowait(hints)


async def _next(looks: asyncio.Queue[Sequence[str] | None]) -> Sequence[str] | None:
    try:
        return await asyncio.wait_for(looks.get(), BEAT_EVERY)
    except TimeoutError:
        return ()


def _done_after(moment: datetime) -> Select[uuid.UUID, str]:
    """Ids are ordered by time, so the primary key finds the newest events however many there are."""
    found = select(Event.id, Case.ref).join(Case, Case.id == Event.case_id)
    newest = found.where(Event.id >= first_id(moment), Event.kind != "case_viewed")
    return newest.order_by(Event.id.desc()).limit(MOST)


def around(visit: Visit) -> Response:
    """The counts of the navigation, and how the machine is."""
    return visit.page("around.html")


def more(visit: Visit) -> Response:
    """A button that says how many cases of a shelf the page does not show yet; nothing where it shows all."""
    known = visit.query("known")[:2000].split(",")
    with visit.record.reading() as session:
        wanted = queue.wanted_by(visit)
        found = shelves.look(session, visit.record, wanted, me=visit.me.name, now=visit.now)
        refs = {line.case.ref for line in found.lines}
    if refs == set(filter(None, known)):
        return Response(status_code=204)
    return visit.page("more.html", more=len(refs.difference(known)))


def here(visit: Visit) -> Response:
    """A browser says that its person still has the case open."""
    writes = visit.given("doing") == "writing" and visit.me.may(Role.AGENT)
    doing = "writing" if writes else "reading"
    with visit.record.writing() as session:
        notes.is_here(session, search.case(session, visit.path("ref")), visit.me, doing, visit.now)
    return Response(status_code=204)


def others(visit: Visit) -> Response:
    """Who else has the case open."""
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        return visit.page("others.html", others=notes.others_here(session, case, visit.me, visit.now))


def wrote(visit: Visit) -> Response:
    """That mail came after the one whose id the page knows; nothing where none did."""
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        mails = search.mails_of(session, case)
        if not mails or mails[-1].id.hex == visit.query("after"):
            return Response(status_code=204)
        newest = mail.shown(mails[-1], visit.record.keyring, screening_of(visit.record.settings))
        return visit.page("wrote.html", newest=newest, ref=case.ref)

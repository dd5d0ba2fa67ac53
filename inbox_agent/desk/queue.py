"""The queue's pages: shelves, filters, and what is done to several cases at once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import queue, search, staff
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.queue import Filter, Line
from inbox_agent.cases.standing import View, Why
from inbox_agent.cases.states import State
from inbox_agent.desk import labels, searching
from inbox_agent.desk.harmless import harmless_line
from inbox_agent.desk.paths import address, whole
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import Language, RequestType, masked

_GROUPS = (
    ("now", (Why.CHILD, Why.LEGAL_THREAT, Why.NOT_ME, Why.OVERDUE)),
    ("next", (Why.DUE_SOON,)),
)
_SNOOZES = {"tomorrow": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Row:
    """One line as the page shows it."""

    ref: LeftToRight
    plain_ref: str
    why: str
    badge: str
    who: str
    words: str
    due: datetime | None
    left: str
    late: bool
    types: str
    person: str
    group: str


def home(visit: Visit) -> Response:
    return visit.to("/queue/decide")


def show(visit: Visit) -> Response:
    """One shelf, or what a search finds."""
    wanted = wanted_by(visit)
    with visit.record.reading() as session:
        found = queue.look(session, visit.record, wanted, me=visit.me.name, now=visit.now)
        people = {person.name: person.display_name for person in staff.everybody(session)}
        next_date = queue.next_date(session, visit.now)
        rows = [row_of(visit, line, people) for line in found.lines]
        stuck = queue.in_quarantine(session) if wanted.view is View.DECIDE else 0
    pages = max(1, math.ceil(found.total / queue.PAGE))
    return visit.page(
        "queue.html",
        rows=rows,
        view=wanted.view,
        title=labels.VIEWS[wanted.view],
        total=found.total,
        wanted=wanted,
        sought=visit.query("q"),
        shelf=_href(visit, wanted),
        page_href=_href(visit, replace(wanted, page=0), page="%d"),
        pages=pages,
        people=people,
        filters=_filters(visit, people),
        next_date=next_date,
        stuck=stuck,
    )


def search_for(visit: Visit) -> Response:
    """On to what the search finds; its words are in no address that others may read."""
    return visit.to(address("/queue/all", q=searching.query_of(visit.record.keyring, visit.given("q"))))


def several(visit: Visit) -> Response:
    """What is done to all selected cases: assigned, or put off."""
    back = _back(visit)
    with visit.acting() as (session, act):
        for ref in visit.chosen("ref"):
            case = search.case(session, ref)
            _do(visit, session, act, case)
    return visit.to(back, "Done.") if visit.chosen("ref") else visit.to(back)


def _do(visit: Visit, session: Session, act: Act, case: Case) -> None:
    match visit.given("do"):
        case "assign":
            queue.assign(act, case, queue.colleague(session, visit.given("to")))
        case "snooze":
            days = _SNOOZES.get(visit.given("until"), 1)
            queue.snooze(act, case, visit.now + timedelta(days=days))
        case _:
            raise PersonNeeded("no_such_id")


def row_of(visit: Visit, line: Line, people: Mapping[str, str]) -> Row:
    say, case = visit.words.say, line.case
    who, words = _who_and_words(visit, case)
    return Row(
        ref=LeftToRight(case.ref),
        plain_ref=case.ref,
        why=say(labels.WHY[line.why]) if labels.WHY[line.why] else "",
        badge=labels.WHY_BADGES[line.why],
        who=who,
        words=words,
        due=line.due,
        left=time_left(visit, line.due),
        late=line.due is not None and line.due < visit.now,
        types=visit.words.listed([say(labels.TYPES[right.type]) for right in case.rights]),
        person=people.get(case.assigned_to or "", case.assigned_to or ""),
        group=next((name for name, whys in _GROUPS if line.why in whys), "then"),
    )


def time_left(visit: Visit, due: datetime | None) -> str:
    """Days until a date, or since it, in words."""
    if due is None:
        return ""
    law, count = visit.record.law, visit.words.count
    days = (law.day(due) - law.day(visit.now)).days
    if days == 0 and due >= visit.now:
        return visit.words.say("today")
    if due < visit.now:
        return count("%(num)s day late", "%(num)s days late", max(1, -days))
    return count("%(num)s day left", "%(num)s days left", days)


def _who_and_words(visit: Visit, case: Case) -> tuple[str, str]:
    """Who asks and the subject of their mail, as safe text."""
    try:
        kept = case.request(visit.record.keyring)
    except Erased:
        return visit.words.say("erased"), ""
    who = LeftToRight(kept["requester"]) if kept["requester"] else visit.words.say("unknown sender")
    return who, harmless_line(masked(str(kept["subject"])))


def _filters(visit: Visit, people: Mapping[str, str]) -> dict[str, Sequence[tuple[str, str]]]:
    """The filters as pairs of value and text, each beginning with `all`."""
    say = visit.words.say
    everything = ("", say("all"))
    told: dict[str, Sequence[tuple[str, str]]] = {
        name: [everything, *((value, say(text)) for value, text in texts.items())]
        for name, texts in choices().items()
    }
    return told | {"person": [everything, ("nobody", say("nobody")), *people.items()]}


def choices() -> dict[str, dict[str, str]]:
    """What can be filtered by."""
    return {
        "type": {kind: labels.TYPES[kind] for kind in RequestType},
        "language": {one: labels.LANGUAGES[one] for one in Language},
        "state": {state: labels.STATES[state] for state in State},
    }


def wanted_by(visit: Visit) -> Filter:
    """What the address asks for; what makes no sense there is left out."""
    view = visit.path("view")
    if view not in set(View):
        raise PersonNeeded("no_such_id", "there is no such shelf")
    allowed = choices()
    given = {name: visit.query(name) for name in allowed}
    sought = searching.words_of(visit.record.keyring, visit.query("q"))
    if sought is None:
        raise PersonNeeded("no_such_search", "the address holds words that were not sealed here")
    return Filter(
        view=View(view),
        q=sought,
        person=visit.query("person")[:64],
        since=_date(visit.query("from")),
        until=_date(visit.query("to")),
        page=max(1, whole(visit.query("page"), 1)),
        **{name: value for name, value in given.items() if value in allowed[name]},
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _href(visit: Visit, wanted: Filter, *, page: str = "") -> str:
    """The shelf's address with its filters; a `page` of "%d" is left for the pager to fill in."""
    given = asdict(wanted) | {"q": visit.query("q")}
    given["from"], given["to"] = given.pop("since"), given.pop("until")
    shelf = address(f"/queue/{given.pop('view')}", **given | {"page": wanted.page if wanted.page > 1 else ""})
    return f"{shelf}{'&' if '?' in shelf else '?'}page={page}" if page else shelf


def _back(visit: Visit) -> str:
    back = visit.given("back")
    return back if back.startswith("/queue/") else "/queue/decide"

"""Drafts are kept and dropped: by a script after each pause, by a button where there is none."""

from starlette.responses import JSONResponse, Response

from inbox_agent.cases import notes, search
from inbox_agent.cases.case import Case
from inbox_agent.desk import drafts, letters, writing
from inbox_agent.desk.drafts import ANSWER
from inbox_agent.desk.labels import N_
from inbox_agent.desk.paths import whole
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import PersonNeeded


def keep(visit: Visit) -> Response:
    """Save what was typed; a script is answered in JSON, a form by its page again."""
    ref, place = visit.path("ref"), visit.given("place", 40)
    number = visit.given("version", 10)
    version = whole(number, 0)
    try:
        with visit.acting() as (session, act):
            case = search.case(session, ref)
            _must_be_a_place(case, place)
            draft = notes.keep_draft(
                session, act, case, visit.me, place, text=drafts.typed(visit), version=version
            )
    except PersonNeeded as error:
        if error.reason != "draft_changed":
            raise
        return _both(visit, place)
    if _is_script(visit):
        return JSONResponse({"version": draft.version, "saved": drafts.time_of(visit, draft.saved_at)})
    return visit.to(_sheet(ref, place), N_("The draft is saved."))


def drop(visit: Visit) -> Response:
    """Only who wrote it drops it."""
    ref, place = visit.path("ref"), visit.given("place", 40)
    with visit.acting() as (session, _):
        case = search.case(session, ref)
        _must_be_a_place(case, place)
        notes.drop_draft(session, case, visit.me, place)
    then = f"/cases/{ref}" if place == ANSWER else f"/cases/{ref}/letters/{place}"
    return visit.to(then, N_("The draft is discarded."))


def _both(visit: Visit, place: str) -> Response:
    """Another window saved meanwhile: both texts, so that neither is lost."""
    typed = drafts.typed(visit)
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        kept = drafts.kept(visit, session, case, place)
        if _is_script(visit):
            fields, version = (kept.fields, kept.version) if kept else ({}, 0)
            saved = kept.time if kept else ""
            said = {"version": version, "saved": saved, "yours": typed, "theirs": fields}
            return JSONResponse(said, 409)
        if place == ANSWER:
            return writing.page(visit, session, typed, refusal="draft_changed", other=kept)
        return letters.editor(visit, session, typed, place=place, refusal="draft_changed", other=kept)


def _must_be_a_place(case: Case, place: str) -> None:
    if place != ANSWER and place not in {letter.id.hex for letter in case.letters}:
        raise PersonNeeded("no_such_id")


def _sheet(ref: str, place: str) -> str:
    return f"/cases/{ref}/write" if place == ANSWER else f"/cases/{ref}/letters/{place}/edit"


def _is_script(visit: Visit) -> bool:
    return "x-csrf" in visit.request.headers

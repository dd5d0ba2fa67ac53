"""Letters before they leave: read as the customer reads them, changed, released, held, taken back."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from inbox_agent.cases import notes
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.triage import UNDO_FOR
from inbox_agent.desk import drafts, mail_html
from inbox_agent.desk.case_facts import last_mail, looked_at
from inbox_agent.desk.drafts import Kept
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.letter_facts import CHANGEABLE, RELEASABLE, checks, facts, found, opened, version
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import PersonNeeded
from inbox_agent.letters import editing
from inbox_agent.letters.finished import LONGEST
from inbox_agent.letters.hidden_codes import code_of, hidden, hidden_in_source
from inbox_agent.letters.writing import Source

# A letter is a page of ours, laid out by style attributes as mail programs want it; nothing runs or loads.
FRAME_HEADERS = {
    **mail_html.FRAME_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src-attr 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox",
}


def show(visit: Visit) -> Response:
    """The letter as its customer sees it, and what can be done with it."""
    looked_at(visit)
    with visit.record.reading() as session:
        return _page(visit, session)


def body(visit: Visit) -> Response:
    """Its page, for the frame without rights."""
    with visit.record.reading() as session:
        _, letter = found(visit, session)
        return HTMLResponse(opened(visit, letter).shown.html, headers=FRAME_HEADERS)


def form(visit: Visit) -> Response:
    """Its text, to be changed; colleagues see that somebody does."""
    with visit.record.writing() as session:
        case, letter = found(visit, session)
        _must_stand(letter, CHANGEABLE)
        notes.is_here(session, case, visit.me, "writing", visit.now)
    with visit.record.reading() as session:
        return editor(visit, session)


def edit(visit: Visit) -> Response:
    """What was typed is what leaves; where it cannot be kept, it stands in the form again."""

    def changed(session: Session, act: Act, case: Case, letter: Letter) -> None:
        _must_stand(letter, CHANGEABLE)
        _must_be_as_shown(visit, letter)
        opened(visit, letter)
        typed = _source(drafts.typed(visit))
        if any(len(text) > LONGEST for text in (typed.subject, *typed.bodies.values())):
            raise PersonNeeded("too_long")
        editing.edit(act, case, letter, visit.desk.stationery, typed)
        notes.drop_draft(session, case, visit.me, letter.id.hex)

    try:
        _do(visit, changed)
    except PersonNeeded as error:
        with visit.record.reading() as session:
            return editor(visit, session, drafts.typed(visit), refusal=error.reason)
    return visit.to(_path(visit), N_("The letter is changed. Read it once more, then release it."))


def reset(visit: Visit) -> Response:
    """The standard text again."""

    def standard(_session: Session, act: Act, case: Case, letter: Letter) -> None:
        _must_stand(letter, CHANGEABLE)
        _must_be_as_shown(visit, letter)
        opened(visit, letter)
        editing.reset(act, case, letter, visit.desk.stationery)

    return _done(visit, standard, _path(visit), N_("The letter has its standard text again."))


def release(visit: Visit) -> Response:
    """Let it go in half a minute: as it was read, and after everything that the customer wrote was seen."""

    def let_go(session: Session, act: Act, case: Case, letter: Letter) -> None:
        _must_stand(letter, RELEASABLE)
        _must_be_as_shown(visit, letter)
        if case.frozen:
            raise PersonNeeded("frozen")
        if visit.given("last_mail") != last_mail(session, case):
            raise PersonNeeded("new_mail")
        if not all(one.passed for one in checks(visit, case, opened(visit, letter))):
            raise PersonNeeded("checks_failed")
        letter.release(act, case)
        letter.next_try_at = act.at + UNDO_FOR

    said = N_("The letter leaves in half a minute.")
    if visit.record.settings.sending == "off":
        said = N_("The letter is released. It leaves when sending is switched on.")
    return _done(visit, let_go, f"/cases/{visit.path('ref')}", said, undo=f"{_path(visit)}/undo")


def discard(visit: Visit) -> Response:
    """It shall never leave; what it would have answered goes on."""

    def thrown_away(_session: Session, act: Act, case: Case, letter: Letter) -> None:
        _must_be_as_shown(visit, letter)
        letter.discard(act, case)

    return _done(visit, thrown_away, f"/cases/{visit.path('ref')}", N_("The letter is not sent."))


def undo(visit: Visit) -> Response:
    """Take it back while it has not left: it waits with its text, and that is what leaves later."""
    said = N_("Sending was undone. The letter waits for you.")
    return _done(visit, _kept_back("undone", "too_late_to_undo"), _path(visit), said)


def hold(visit: Visit) -> Response:
    """Keep it from leaving; why is told to colleagues."""
    kept = _kept_back("staff", "letter_left", visit.given("why", 500))
    return _done(visit, kept, _path(visit), N_("The letter is held."))


def editor(
    visit: Visit,
    session: Session,
    typed: dict[str, str] | None = None,
    *,
    place: str | None = None,
    refusal: str = "",
    other: Kept | None = None,
) -> HTMLResponse:
    """The form with what was just typed, else with this person's draft, else with the letter as it stands.

    `other` is what another window of theirs saved meanwhile; both are shown.
    """
    case, letter = found(visit, session, place)
    draft = opened(visit, letter).draft
    code = code_of(draft.facts)
    source = hidden_in_source(editing.as_it_stands(draft, visit.desk.stationery), code)
    stands = _fields(source, draft.ref)
    kept = drafts.kept(visit, session, case, letter.id.hex)
    shown = typed or (kept.fields if kept else stands)
    is_other = refusal == "letter_changed" or shown.get("shown", version(letter)) != version(letter)
    return visit.page(
        "letter_edit.html",
        status=409 if refusal or other else 200,
        **facts(visit, session, case, letter),
        fields={name: hidden(text, code) for name, text in {**stands, **shown}.items()},
        stands=stands if is_other else None,
        shown=version(letter) if refusal else shown.get("shown", version(letter)),
        draft=kept,
        from_draft=typed is None and kept is not None,
        other=other,
        refusal=refusal and visit.words.say(REFUSALS.get(refusal, refusal)),
    )


def _page(visit: Visit, session: Session, refusal: str = "") -> HTMLResponse:
    case, letter = found(visit, session)
    said = refusal and visit.words.say(REFUSALS.get(refusal, refusal))
    told = facts(visit, session, case, letter)
    return visit.page("letter.html", status=409 if refusal else 200, refusal=said, **told)


Verb = Callable[[Session, Act, Case, Letter], None]


def _kept_back(why: str, too_late: str, words: str = "") -> Verb:
    def keep(_session: Session, act: Act, case: Case, letter: Letter) -> None:
        if letter.state == "ready":
            letter.hold(act, case, why, words)
        elif letter.state != "held":  # a second press finds it held: that is what was wanted
            raise PersonNeeded(too_late)

    return keep


def _do(visit: Visit, verb: Verb) -> None:
    with visit.acting() as (session, act):
        verb(session, act, *found(visit, session, lock=True))


def _done(visit: Visit, verb: Verb, then: str, said: str, undo: str = "") -> Response:
    """On to the next page; where it could not be done, the letter's own page says why."""
    try:
        _do(visit, verb)
    except PersonNeeded as error:
        with visit.record.reading() as session:
            return _page(visit, session, error.reason)
    return visit.to(then, said, undo)


def _must_stand(letter: Letter, states: frozenset[str]) -> None:
    if letter.state not in states:
        raise PersonNeeded("letter_leaves" if letter.state == "ready" else "letter_left")


def _must_be_as_shown(visit: Visit, letter: Letter) -> None:
    if visit.given("shown") != version(letter):
        raise PersonNeeded("letter_changed")


def _source(fields: dict[str, str]) -> Source:
    bodies = {name.removeprefix("text-"): text for name, text in fields.items() if name.startswith("text-")}
    return Source(fields.get("subject", ""), bodies)


def _fields(source: Source, ref: str) -> dict[str, Any]:
    bodies = {f"text-{language}": text for language, text in source.bodies.items()}
    return {"subject": f"{source.subject} [{ref}]", **bodies}


def _path(visit: Visit) -> str:
    return f"/cases/{visit.path('ref')}/letters/{visit.path('letter')}"

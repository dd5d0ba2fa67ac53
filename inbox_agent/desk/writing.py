"""An answer in a person's own words: written, kept as a draft, made a letter that is read once more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, JSONResponse, Response

from inbox_agent.cases import answers, notes, search
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State
from inbox_agent.desk import drafts, labels, letters, mail
from inbox_agent.desk.case_facts import last_mail
from inbox_agent.desk.drafts import ANSWER, Kept
from inbox_agent.desk.labels import N_
from inbox_agent.desk.letter_facts import direction, newer_mail, spoken
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.letters import editing
from inbox_agent.letters.finished import LONGEST
from inbox_agent.letters.sentences import ready_sentences
from inbox_agent.letters.writing import Draft
from inbox_agent.process import screening_of
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import RequestType

_ANSWERED = frozenset({RequestType.OTHER_PRIVACY, RequestType.COOKIES})
_HERE = "\ue000"


@dataclass(frozen=True, slots=True)
class Part:
    """The answer in one language: what stands before and after the person's own words."""

    language: str
    direction: str
    before: Sequence[Markup]
    after: Sequence[Markup]
    sentences: Mapping[str, Sequence[str]]


def show(visit: Visit) -> Response:
    """The sheet to write on; colleagues see that somebody does."""
    with visit.record.writing() as session:
        case = search.case(session, visit.path("ref"))
        notes.is_here(session, case, visit.me, "writing", visit.now)
    with visit.record.reading() as session:
        return _page(visit, session)


def submit(visit: Visit) -> Response:
    """The letter is made and waits to be read; where it cannot be, the words stand in the form again."""
    typed = drafts.typed(visit)
    if added := _added(visit, typed):
        with visit.record.reading() as session:
            return _page(visit, session, added)
    ref = visit.path("ref")
    try:
        with visit.acting() as (session, act):
            case = search.case(session, ref)
            if visit.given("last_mail") != last_mail(session, case):
                raise PersonNeeded("new_mail_writing")
            letter = _written(act, case, typed)
            notes.drop_draft(session, case, visit.me, ANSWER)
    except PersonNeeded as error:
        with visit.record.reading() as session:
            return _page(visit, session, typed, refusal=error.reason)
    path = f"/cases/{ref}/letters/{letter.id.hex}"
    return visit.to(path, N_("The letter is written. Read it once more, then release it."))


def keep_draft(visit: Visit) -> Response:
    """Save what was typed; a script is answered in JSON, a form by its page again."""
    ref, place = visit.path("ref"), visit.given("place", 40)
    number = visit.given("version", 10)
    version = int(number) if number.isascii() and number.isdecimal() else 0
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


def drop_draft(visit: Visit) -> Response:
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
            return _page(visit, session, typed, refusal="draft_changed", other=kept)
        return letters.editor(visit, session, typed, place=place, refusal="draft_changed", other=kept)


def _page(
    visit: Visit,
    session: Session,
    typed: dict[str, str] | None = None,
    *,
    refusal: str = "",
    other: Kept | None = None,
) -> HTMLResponse:
    case = search.case(session, visit.path("ref"))
    try:
        address = case.request(visit.record.keyring)["requester"]
        kept = drafts.kept(visit, session, case, ANSWER)
        writable = case.state != State.TRIAGE and case.may_be_written_to(visit.record.keyring)
    except Erased:
        raise PersonNeeded("erased") from None
    why_not = "" if writable else "wrong_state" if case.state == State.TRIAGE else "nobody_to_write_to"
    reason = refusal or why_not
    return visit.page(
        "write.html",
        status=409 if refusal else 200,
        case=case,
        ref=LeftToRight(case.ref),
        latest=_latest(visit, session, case),
        address=LeftToRight(address) if address else "",
        labels=labels,
        writable=writable,
        parts=[_part(visit, case, language) for language in case.languages()],
        answerable=[(one.type, visit.words.say(labels.TYPES[one.type])) for one in _answerable(case)],
        fields=typed if typed is not None else kept.fields if kept else {},
        draft=kept,
        from_draft=typed is None and kept is not None,
        other=other,
        last_mail=last_mail(session, case),
        newer=newer_mail(session, case, kept.at) if kept else None,
        others=notes.others_here(session, case, visit.me, visit.now),
        refusal=reason and visit.words.say(labels.REFUSALS.get(reason, reason)),
    )


def _latest(visit: Visit, session: Session, case: Case) -> mail.Shown | None:
    """What the customer wrote last, to be answered with a look at it."""
    mails = search.mails_of(session, case)
    return mail.shown(mails[-1], visit.record.keyring, screening_of(visit.record.settings)) if mails else None


def _part(visit: Visit, case: Case, language: str) -> Part:
    """The letter's frame, found by writing it around one sign that nobody types."""
    stationery = visit.desk.stationery
    received = visit.record.law.day(case.received_at).isoformat()
    draft = Draft(
        kind="answer",
        languages=(language,),
        to="",
        message_id="",
        date=visit.now,
        ref=case.ref,
        facts={"received": received, "words": [_HERE]},
    )
    before, _, after = editing.standard(draft, stationery).bodies[language].partition(_HERE)
    closing = editing.closing(language, draft, stationery)
    return Part(
        language=language,
        direction=direction(language),
        before=spoken(before.replace("**", ""), case.ref),
        after=spoken(f"{after}\n\n{closing}".replace("**", ""), case.ref),
        sentences=ready_sentences(stationery, language),
    )


def _paragraphs(text: str) -> Iterator[str]:
    """Between blank lines; a line break within one is a space."""
    for paragraph in text.replace("\r", "").split("\n\n"):
        if paragraph.strip():
            yield paragraph.strip()


def _added(visit: Visit, typed: dict[str, str]) -> dict[str, str] | None:
    """What was typed with the ready sentence behind it whose button was pressed."""
    for language in ("en", "ar"):
        if sentence := visit.given(f"add-{language}"):
            before = typed.get(f"text-{language}", "")
            return typed | {f"text-{language}": f"{before}\n\n{sentence}".strip()}
    return None


def _written(act: Act, case: Case, typed: dict[str, str]) -> Letter:
    """The letter with these words, held until somebody has read it; perhaps it answers a right as well."""
    if case.state == State.TRIAGE:
        raise PersonNeeded("wrong_state")
    act.hold = "preview"
    words = _words(case, typed)
    right = next((one for one in _answerable(case) if one.type == typed.get("answers")), None)
    if right is not None:
        answers.finish(act, right, Outcome.ANSWERED, Told(words=words))
    elif not case.may_be_written_to(act.keyring):
        raise PersonNeeded("nobody_to_write_to")
    else:
        case.write(act, "answer", words=words)
        case.is_seen_to()
    return next(row for row in act.rows if isinstance(row, Letter))


def _words(case: Case, typed: dict[str, str]) -> list[str]:
    """The paragraphs, in each language that is sent; raises PersonNeeded where one has none."""
    texts = [typed.get(f"text-{language}", "") for language in case.languages()]
    if not all(texts):
        raise PersonNeeded("nothing_written")
    if any(len(text) > LONGEST for text in texts):
        raise PersonNeeded("too_long")
    return [paragraph for text in texts for paragraph in _paragraphs(text)]


def _answerable(case: Case) -> list[Right]:
    return [
        one
        for one in case.rights
        if one.type in _ANSWERED and not one.is_decided and one.state != State.TRIAGE
    ]


def _must_be_a_place(case: Case, place: str) -> None:
    if place != ANSWER and place not in {letter.id.hex for letter in case.letters}:
        raise PersonNeeded("no_such_id")


def _sheet(ref: str, place: str) -> str:
    return f"/cases/{ref}/write" if place == ANSWER else f"/cases/{ref}/letters/{place}/edit"


def _is_script(visit: Visit) -> bool:
    return "x-csrf" in visit.request.headers

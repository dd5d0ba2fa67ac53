"""An answer in a person's own words: written beside what the customer wrote, then read like any letter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from inbox_agent.cases import answers, notes, search
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State
from inbox_agent.desk import drafts, labels, mail
from inbox_agent.desk.case_facts import last_mail
from inbox_agent.desk.drafts import ANSWER, Kept
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
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
        return page(visit, session)


def submit(visit: Visit) -> Response:
    """The letter is made and waits to be read; where it cannot be, the words stand in the form again."""
    typed = drafts.typed(visit)
    if added := _added(visit, typed):
        with visit.record.reading() as session:
            return page(visit, session, added)
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
            return page(visit, session, typed, refusal=error.reason)
    path = f"/cases/{ref}/letters/{letter.id.hex}"
    return visit.to(path, N_("The letter is written. Read it once more, then release it."))


def page(
    visit: Visit,
    session: Session,
    typed: dict[str, str] | None = None,
    *,
    refusal: str = "",
    other: Kept | None = None,
) -> HTMLResponse:
    """The sheet with what was just typed, else with this person's draft; `other` as in `letters.editor`."""
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
        refusal=reason and visit.words.say(REFUSALS.get(reason, reason)),
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

"""A case: its page, its history, its mail and their files, and what is done with it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from inbox_agent.cases import erasing, identity_documents, search
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import DyingKey
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.right import Right
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.cases.triage import UNDO_FOR
from inbox_agent.desk import mail, mail_html
from inbox_agent.desk.actions import ACTIONS, Action, Doing
from inbox_agent.desk.actions.verbs import likely
from inbox_agent.desk.case_facts import event_shown, facts, last_mail, looked_at, people_of
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.paths import whole
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import PersonNeeded
from inbox_agent.message import html_of
from inbox_agent.rendering import LeftToRight


def show(visit: Visit) -> Response:
    """The whole case on one screen; that it was looked at is an event of its own."""
    looked_at(visit)
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        return visit.page("case.html", **facts(visit, session, case))


def conversation(visit: Visit) -> Response:
    """What changes while a case is open: its conversation and clocks, for a page that is there already."""
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        return visit.page("conversation.html", **facts(visit, session, case))


def history(visit: Visit) -> Response:
    """Every event of a case, and whether the chain holds."""
    looked_at(visit)
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        broken = case.broken_at()
        lines = [event_shown(visit, event) for event in case.events]
        people = people_of(session)
        refs: dict[str, Any] = {"ref": LeftToRight(case.ref), "plain_ref": case.ref}
        return visit.page("history.html", **refs, lines=lines, broken=broken, people=people)


def printed(visit: Visit) -> Response:
    """The case on paper."""
    looked_at(visit)
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        lines = [event_shown(visit, event) for event in case.events]
        return visit.page("print.html", lines=lines, **facts(visit, session, case))


def body(visit: Visit) -> Response:
    """A mail's HTML, made harmless, for the frame without rights."""
    with visit.record.reading() as session:
        raw = mail.raw_of(_mail(visit, session), visit.record.keyring)
    html = html_of(raw)
    if html is None:
        raise PersonNeeded("no_such_id")
    theme, words = visit.me.theme, visit.words
    page = mail_html.document(visit.desk.templates, html, _=words.say, lang=words.language, theme=theme)
    return HTMLResponse(page, headers=mail_html.FRAME_HEADERS)


def attachment(visit: Visit) -> Response:
    """A file of a mail, only ever to be saved."""
    looked_at(visit)
    with visit.record.reading() as session:
        raw = mail.raw_of(_mail(visit, session), visit.record.keyring)
    found = mail.download(raw, whole(visit.path("number"), -1))
    if found is None:
        raise PersonNeeded("no_such_id")
    return Response(found[0], headers=found[1])


def look_at_document(visit: Visit) -> Response:
    """The one look that an approver may have at an identity document: a file to be saved, and an event."""
    with visit.acting() as (session, act):
        case = search.case(session, visit.path("ref"))
        document = identity_documents.of_case(session, case, visit.path("document"))
        octets, headers = mail.document_download(identity_documents.look(act, case, document))
    return Response(octets, headers=headers)


def destroy_document(visit: Visit) -> Response:
    """Nobody needs it: its key dies now."""
    ref = visit.path("ref")
    with visit.acting() as (session, act):
        case = search.case(session, ref)
        document = identity_documents.of_case(session, case, visit.path("document"))
        identity_documents.destroy(act, case, document)
    erasing.carry_out(visit.record, visit.now)
    return visit.to(
        f"/cases/{ref}", N_("The identity document is destroyed here. Delete it in the mailbox too.")
    )


def form(visit: Visit) -> Response:
    """The form of one verb: what it does, what it will send, what must be said."""
    action = _action(visit)
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        return _form(visit, session, case, action, chosen=visit.query("right"))


def do(visit: Visit) -> Response:
    """A verb of the record, by the person who is signed in; what cannot be done is said above its form."""
    action, ref = _action(visit), visit.path("ref")
    try:
        answer = action.asks(visit)
        with visit.acting() as (session, act):
            case = search.case(session, ref)
            act.hold = "preview" if action.previews else None
            if action.sees and visit.given("last_mail") != last_mail(session, case):
                raise PersonNeeded("new_mail")
            right = _right(visit, case)
            if right is not None and action.of_right and not action.when(right):
                raise PersonNeeded("wrong_state")
            action.do(Doing(session, act, case, right, visit, answer))
            if action.sees:
                case.is_seen_to()
            written = [row for row in act.rows if isinstance(row, Letter)]
            for letter in written:
                letter.next_try_at = max(letter.next_try_at, act.at + UNDO_FOR)
    except PersonNeeded as error:
        return _refused(visit, action, error)
    if any(isinstance(row, DyingKey) for row in act.rows):
        erasing.carry_out(visit.record, visit.now)
    if not written:
        return visit.to(f"/cases/{ref}", N_("Done."))
    letter = min(written, key=lambda one: one.state != "held")
    path = f"/cases/{_ref_of(letter, case, act)}/letters/{letter.id.hex}"
    if letter.state == "held":
        return visit.to(path, N_("Done. The letter waits for you to release it."))
    return visit.to(f"/cases/{ref}", N_("Done. The letter leaves in half a minute."), f"{path}/undo")


def _ref_of(letter: Letter, case: Case, act: Act) -> str:
    """The case that the letter is of: a split writes on the new one."""
    made = [row for row in act.rows if isinstance(row, Case)]
    return next(one.ref for one in (case, *made) if one.id == letter.case_id)


def _refused(visit: Visit, action: Action, error: PersonNeeded) -> Response:
    """The form again, with what was typed and the reason why not."""
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        refusal = visit.words.say(REFUSALS.get(error.reason, error.reason))
        return _form(visit, session, case, action, chosen=visit.given("right"), refusal=refusal)


def _form(
    visit: Visit, session: Session, case: Case, action: Action, *, chosen: str, refusal: str = ""
) -> Response:
    def said(options: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(value, visit.words.say(text)) for value, text in options.items()]

    stands = likely(case, chosen) if action.name == "answer" and not refusal else {}

    def typed(name: str) -> str:
        return stands.get(name) or visit.given(name)

    given = {"action": action, "chosen": chosen, "refusal": refusal, "said": said, "typed": typed}
    return visit.page("action.html", status=409 if refusal else 200, **facts(visit, session, case), **given)


def _action(visit: Visit) -> Action:
    """The verb that the address names; raises PersonNeeded for one that is not there or not theirs."""
    action = ACTIONS.get(visit.path("action"))
    if action is None:
        raise PersonNeeded("no_such_id")
    if not visit.me.may(action.role):
        raise PersonNeeded("role_approver")
    return action


def _right(visit: Visit, case: Case) -> Right | None:
    return next((right for right in case.rights if right.type == visit.given("right")), None)


def _mail(visit: Visit, session: Session) -> InboundEmail:
    """A mail that stands on this very case; any other is not here."""
    case = search.case(session, visit.path("ref"))
    for email in search.mails_of(session, case):
        if email.id.hex == visit.path("mail"):
            return email
    raise PersonNeeded("no_such_id")

"""A case that a person opens: by phone or paper, from quarantine, or from mail that was left alone."""

from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import notes
from inbox_agent.cases.act import Act
from inbox_agent.cases.triage import UNDO_FOR
from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.visit import Visit
from inbox_agent.process import screening_of
from inbox_agent.process.by_hand import ByHand, open_by_hand
from inbox_agent.understanding import Language, RequestType


def types_of(visit: Visit) -> tuple[RequestType, ...]:
    """The types that were ticked, in the order in which they stand."""
    ticked = set(visit.chosen("type"))
    return tuple(kind for kind in RequestType if kind in ticked)


def language_of(visit: Visit) -> Language | None:
    given = visit.given("language")
    return Language(given) if given in set(Language) else None


def languages(visit: Visit, unknown: str) -> list[tuple[str, str]]:
    """What can be chosen as the language of a request; `unknown` is what it means to choose none."""
    known = [(str(value), visit.words.say(text)) for value, text in labels.LANGUAGES.items()]
    return [("", visit.words.say(unknown)), *known]


def open_case(visit: Visit, session: Session, act: Act, given: ByHand, note: str = "") -> Response:
    """Open it; its first letter can be held back for half a minute. Leads to the page of the case."""
    case, letter = open_by_hand(session, act, given, screening_of(visit.record.settings), None)
    if note:
        notes.note(act, case, note)
    path = f"/cases/{case.ref}"
    if letter is None:
        return visit.to(path, N_("The case is open. No letter goes."))
    if letter.state == "held":
        return visit.to(path, N_("The case is open. Its first letter waits for release."))
    letter.next_try_at = act.at + UNDO_FOR
    done = N_("The case is open. Its first letter leaves in half a minute.")
    return visit.to(path, done, f"{path}/letters/{letter.id.hex}/undo")

"""What happens by itself when a case opens or a right is added: marketing stops, proof is asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from inbox_agent.cases import identity
from inbox_agent.cases.act import Act
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State
from inbox_agent.cases.suppression import suppress
from inbox_agent.understanding import RequestType

if TYPE_CHECKING:
    from inbox_agent.cases.case import Case

FIRST_LETTERS = ("acknowledgement", "child_acknowledgement", "question_acknowledgement")


def set_going(act: Act, case: "Case", address: str | None, *, may_write: bool) -> dict[str, Any]:
    """Do for the open rights what needs no person; returns what the letter says of it.

    Where a child is concerned nothing is asked for yet: a person takes the next step. Where nobody may be
    written to nothing is asked for either.
    """
    fresh = [right for right in case.rights if right.state == State.OPEN]
    facts: dict[str, Any] = {}
    for right in fresh:
        if right.type is RequestType.OPT_OUT and address is not None:
            _opt_out(act, case, right, address)
            facts["done_on"] = act.law.day(act.at).isoformat()
    if any(right.type is RequestType.CHILD_DATA and right.is_open for right in case.rights):
        restrict(act, case)
    elif not may_write:
        return facts
    elif asked := [right for right in fresh if right.type in identity.ASKED_OF]:
        facts |= identity.ask(act, case, asked)
    return facts


def restrict(act: Act, case: "Case") -> None:
    """Nothing about the child is used for marketing or anything new, whoever asked; no service is cut."""
    if not case.restricted:
        case.restricted = True
        case.tell(act, "restricted")


def first_letter(rights: Sequence[Right]) -> str:
    """Which letter answers the first mail; each is in both languages."""
    types = {right.type for right in rights if right.is_open}
    if RequestType.CHILD_DATA in types:
        return "child_acknowledgement"
    return "question_acknowledgement" if types == {RequestType.OTHER_PRIVACY} else "acknowledgement"


def _opt_out(act: Act, case: "Case", right: Right, address: str) -> None:
    suppress(act, case.id, address)
    case.tell(act, "marketing_stopped")
    right.respond(act, Outcome.FULFILLED)

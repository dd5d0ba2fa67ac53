"""What staff do with a case as a whole, one verb each; what they do for one of its rights is in `work`."""

from collections.abc import Sequence

from inbox_agent.cases import identity
from inbox_agent.cases.accounts import Match
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Item
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State
from inbox_agent.cases.suppression import suppress
from inbox_agent.cases.work import must_be_approved
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType

LETTER_LANGUAGES = ("en", "ar", "both")


def verify(act: Act, case: Case, rights: Sequence[Right] = ()) -> None:
    """Ask the customer by a new code to prove that the address is theirs.

    For these rights, else for all that need it. Raises PersonNeeded where none does.
    """
    case.must_be_reachable(act)
    asked = [
        right
        for right in rights or [one for one in case.rights if one.type in identity.ASKED_OF]
        if not right.is_decided and not right.is_trusted("T1")
    ]
    if not asked:
        raise PersonNeeded("nothing_to_verify", f"{case.ref} has no open right that needs proof")
    case.write(act, "verify_code", **identity.ask(act, case, asked))


def note_match(act: Act, case: Case, found: Match) -> None:
    """What the list of accounts, or the systems, said of an address or number."""
    case.account_match = found
    case.tell(act, "looked_up", result=found)


def tell_child_types(act: Act, right: Right, items: Sequence[Item]) -> None:
    """Tell a proven parent or guardian which kinds of data there are about the child."""
    right.must_be_trusted("TG")
    must_be_approved(right)
    right.case.write(act, "child_types", categories=list(items))


def close(act: Act, case: Case, *, with_letter: bool = False) -> None:
    """Close a case whose rights have all been answered, without waiting for their letters."""
    if case.state == State.CLOSED:
        raise PersonNeeded("wrong_state", f"{case.ref} is closed already")
    if unanswered := [one.type for one in case.rights if not one.is_decided]:
        raise PersonNeeded("rights_open", f"{case.ref}: not answered yet: {', '.join(unanswered)}")
    if with_letter:
        case.write(act, "closed", rights=[{"type": r.type, "outcome": r.outcome} for r in case.rights])
    for one in case.rights:
        if one.is_open:
            one.close(act)


def stop_marketing_to(act: Act, case: Case, address: str) -> None:
    """Stop marketing to another address of a customer who has shown that mail to their own arrives."""
    if not any(one.is_trusted("T1") for one in case.rights):
        raise PersonNeeded("not_verified", f"{case.ref}: another address needs trust T1 first (`verify`)")
    suppress(act, case.id, address)
    case.tell(act, "marketing_stopped")


def choose_language(act: Act, case: Case, to: str) -> None:
    """Write to the customer in this language from now on."""
    case.letter_language = to
    case.tell(act, "language_chosen", language=to)


def seen(act: Act, case: Case, what: str | None = None) -> None:
    """A person has looked at what the case is shown for; PersonNeeded where that is not `what` any more."""
    if what is not None and what != (case.attention or ""):
        raise PersonNeeded("attention_changed", f"{case.ref} is shown for {case.attention} by now")
    case.tell(act, "seen", attention=case.attention)
    case.attention = None


def correct_types(act: Act, case: Case, types: Sequence[RequestType]) -> None:
    """The case asks for exactly these: what is missing is added, what was misread ends.

    Raises PersonNeeded for no type at all: that is `withdraw`, or a matter for `close`.
    """
    if not types:
        raise PersonNeeded("no_type", f"{case.ref}: say what it asks for")
    case.tell(act, "types_corrected", types=[str(kind) for kind in types])
    there = {right.type for right in case.rights}
    for kind in types:
        if kind not in there:  # what has ended goes on by `reopen`, or when its person asks again
            case.add_right(act, kind, case.received_at)
    for right in case.rights:
        if right.type not in types and not right.is_decided:
            right.end(act, Outcome.NOT_A_REQUEST)

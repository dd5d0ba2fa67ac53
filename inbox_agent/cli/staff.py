"""`cases`, `show`, `decide`, `open`: the staff's queue until they open the desk."""

from typing import Annotated

import typer

from inbox_agent.agent import now_utc
from inbox_agent.cases import erasing, search
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import State
from inbox_agent.cli import views
from inbox_agent.cli.output import AsJson, ById, answer_json, moment, say, table
from inbox_agent.cli.wiring import opened_record, stationery
from inbox_agent.errors import WrongSetting
from inbox_agent.letters import acting
from inbox_agent.process import decisions
from inbox_agent.process.decisions import NOT_A_REQUEST
from inbox_agent.understanding import RequestType

Ref = Annotated[str, typer.Argument(metavar="REF", help="The case's reference, like MC-7K2Q-9D4X.")]


def cases(
    as_json: Annotated[bool, AsJson] = False,
    open_only: Annotated[bool, typer.Option("--open", help="Only cases that are not closed.")] = False,
    state: Annotated[State | None, typer.Option("--state", help="Only cases in this state.")] = None,
) -> None:
    """List the cases, closed ones too, oldest first."""
    with opened_record() as record, record.reading() as session:
        found = search.cases(session, open_only=open_only, state=state)
        if as_json:
            answer_json([views.case_view(case, record.keyring) for case in found])
            return
        rows = [_row(case, record) for case in found]
    table(["reference", "state", "who", "asks for", "answer by", "look"], rows, empty="There are no cases.")


def _row(case: Case, record: Record) -> list[str]:
    asks = ", ".join(right.type for right in case.rights)
    who = views.requester(case, record.keyring) or "unknown"
    return [
        case.ref,
        case.state,
        who,
        asks,
        moment(case.due_at)[:10],
        (case.attention or "").replace("_", " "),
    ]


def decide(
    ref: Ref,
    types: Annotated[
        list[str], typer.Argument(metavar="TYPE…|not_a_request", help=f"Of: {', '.join(RequestType)}.")
    ],
    by: Annotated[str, ById],
) -> None:
    """Settle a triage case: say what it asks for, or that it is not a request.

    With types the case opens and its acknowledgement is queued. With not_a_request it closes and what we
    kept of the mail is destroyed; the mail itself stays in the mailbox.
    """
    wanted = [] if types == [NOT_A_REQUEST] else [_type(name) for name in types]
    with opened_record() as record:
        with acting(record, stationery(record.settings), by=by, now=now_utc()) as (session, act):
            case = search.case(session, ref)
            decisions.settle(act, case, wanted, search.mails_of(session, case), record)
            letter = next((row for row in act.rows if isinstance(row, Letter)), None)
        erasing.carry_out(record, act.at)
        if not wanted:
            say(f"{case.ref} is closed as not a request; what was kept of the mail is destroyed.")
        elif letter is None:
            say(f"{case.ref} is open; no letter goes, because a machine or nobody known sent the mail.")
        else:
            say(f"{case.ref} is open; its acknowledgement is {letter.state}.")


def _type(name: str) -> RequestType:
    try:
        return RequestType(name)
    except ValueError:
        raise WrongSetting(f"{name} is not a type; use {', '.join(RequestType)} or {NOT_A_REQUEST}") from None

"""Who asks: the customer proves it by mail, staff check it outside the mail."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from inbox_agent.cases import identity, steps
from inbox_agent.cases import work as verbs
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cli.case.doing import By, Type, Yes, do, on_case, on_right, right_of
from inbox_agent.cli.wiring import opened_record
from inbox_agent.company import load
from inbox_agent.process.looking_up import look_up
from inbox_agent.understanding import RequestType


def verify(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Ask the customer to prove that the address is theirs: a new code goes out."""

    def verb(act: Act, of: Case) -> None:
        steps.verify(act, of, [right_of(of, right)] if right else ())

    on_case(context, by, yes, verb, "waits for the customer's code")


def check(
    context: typer.Context,
    kind: Annotated[CheckKind, typer.Argument(help="What was checked.")],
    how: Annotated[str, typer.Option("--how", help="How: which number was called, who answered what.")],
    by: By,
    right: Type = None,
    failed: Annotated[bool, typer.Option("--failed", help="It was not passed.")] = False,
    yes: Yes = False,
) -> None:
    """Record a check that was made outside the mail; one that was passed raises trust."""

    def verb(_: Session, act: Act, of: Case) -> str:
        one = right_of(of, right)
        identity.record_check(act, one, kind, how, passed=not failed)
        return f"{one.type} now has trust {one.trust}"

    do(context, by, yes, verb)


def lookup(
    context: typer.Context,
    by: By,
    value: Annotated[str, typer.Option(help="An address or number; else the customer's address.")] = "",
    yes: Yes = False,
) -> None:
    """Look the address up in the list of accounts, else in the systems: match, no match or several."""
    with opened_record() as record:
        found = look_up(record, load(record.settings.connectors), context.obj, value)
        asked = "list of accounts says" if record.settings.accounts else "systems say"

    def verb(_: Session, act: Act, of: Case) -> str:
        steps.note_match(act, of, found)
        return f"the {asked}: {found.replace('_', ' ')}"

    do(context, by, yes, verb)


def guardian(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Tell the adult how to show that they are the child's parent or guardian."""
    on_right(context, by, yes, right or RequestType.CHILD_DATA, verbs.ask_guardian, "waits for the guardian")


def confirm_delete(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Ask the customer to confirm the deletion by a code."""
    on_right(context, by, yes, RequestType.DELETION, verbs.ask_confirmation, "waits for the confirmation")

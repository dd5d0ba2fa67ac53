"""What was asked for: its checklist, questions to the customer, and the second person."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from inbox_agent.cases import search, steps
from inbox_agent.cases import work as verbs
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.right import Right
from inbox_agent.cli.case.doing import By, SomeWords, Type, Yes, do, on_case, on_right, right_of
from inbox_agent.cli.output import moment, table
from inbox_agent.cli.wiring import opened_record
from inbox_agent.errors import WrongSetting
from inbox_agent.understanding import RequestType

_QUESTIONS = frozenset({"clarify_scope", "need_identifier", "correction_details", "optout_which_address"})


def start(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Begin to work on a right: its checklist is laid out, its clock for being done runs."""
    on_right(context, by, yes, right, verbs.start, "is in progress")


def row(
    context: typer.Context,
    item: Annotated[Item, typer.Argument(help="The row of the checklist.")],
    found: Annotated[Found, typer.Argument(help="What came of it.")],
    by: By,
    right: Type = None,
    kept_for: Annotated[Kept | None, typer.Option("--for", help="Why it is kept.")] = None,
    note: Annotated[str, typer.Option(help="What exactly; it may stand in the letter.")] = "",
    yes: Yes = False,
) -> None:
    """Settle one row of a right's checklist."""

    def verb(_: Session, act: Act, of: Case) -> str:
        one = right_of(of, right)
        verbs.look_at(act, one, item, found, kept_for=kept_for, note=note)
        settled = sum(each.found != Found.OPEN for each in one.checklist)
        return f"{settled} of {len(one.checklist)} rows are settled"

    do(context, by, yes, verb)


def rows(context: typer.Context, right: Type = None) -> None:
    """Show the checklist of a right."""
    with opened_record() as record, record.reading() as session:
        one = right_of(search.case(session, context.obj), right)
        lines = [[r.item, r.found, r.kept_for or "", r.by or "", moment(r.at)] for r in one.checklist]
    table(
        ["row", "found", "kept for", "by", "when (UTC)"],
        lines,
        empty="No checklist yet: `start` lays it out.",
    )


def ask(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(help="clarify_scope, need_identifier, correction_details or optout_which_address."),
    ],
    by: By,
    right: Type = None,
    words: SomeWords = None,
    yes: Yes = False,
) -> None:
    """Ask the customer something; the right waits for the answer."""
    if kind not in _QUESTIONS:
        raise WrongSetting(f"{kind} is no question; see `inbox-agent case REF ask --help`")
    if kind == "clarify_scope" and not words:
        raise WrongSetting("clarify_scope needs --words: what you want to know")

    def verb(act: Act, one: Right) -> None:
        verbs.ask(act, one, kind, words=words or [], done_on=act.law.day(act.at).isoformat())

    on_right(context, by, yes, right, verb, "waits for the customer")


def child_types(
    context: typer.Context,
    items: Annotated[list[Item], typer.Argument(help="The kinds of data there are about the child.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Tell a proven parent or guardian which kinds of data there are about the child."""

    def verb(act: Act, of: Case) -> None:
        steps.tell_child_types(act, right_of(of, RequestType.CHILD_DATA), items)

    on_case(context, by, yes, verb, "tells the guardian")


def submit(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Ask a second person to agree; from the shell this takes 24 hours."""
    on_right(context, by, yes, right, verbs.submit, "waits for a second person, or for 24 hours")


def approve(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Agree as the second person; from the shell possible only once 24 hours have passed."""
    on_right(context, by, yes, right, verbs.approve, "is approved")

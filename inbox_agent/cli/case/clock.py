"""The dates of a case: what made them, more time, and work that waits."""

from typing import Annotated

import typer

from inbox_agent.cases import search, work
from inbox_agent.cases.explaining import explain
from inbox_agent.cli.case.doing import By, Type, Words, Yes, on_right
from inbox_agent.cli.output import moment, table
from inbox_agent.cli.wiring import opened_record


def dates(context: typer.Context) -> None:
    """Say which rule gave each date, in English and Arabic."""
    with opened_record() as record, record.reading() as session:
        found = search.case(session, context.obj)
        rows = [
            [right.type, one.name, moment(one.at)[:10], one.text[language], one.source]
            for right in found.rights
            for one in explain(record.law, right)
            for language in ("en", "ar")
        ]
    table(["right", "date", "until", "why", "source"], rows, empty="The case has no rights.")


def extend(context: typer.Context, by: By, words: Words, right: Type = None, yes: Yes = False) -> None:
    """Take the longer time that the law allows, once, with a reason that the letter gives."""
    on_right(context, by, yes, right, lambda act, one: work.extend(act, one, words), "has more time")


def hold(
    context: typer.Context,
    why: Annotated[str, typer.Option("--why", help="Why; for the case's history.")],
    by: By,
    right: Type = None,
    yes: Yes = False,
) -> None:
    """Stop work on a right; its clock goes on."""
    on_right(context, by, yes, right, lambda act, one: work.hold(act, one, why), "is on hold")


def resume(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Go on with a right that was on hold."""
    on_right(context, by, yes, right, work.resume, "is in progress")

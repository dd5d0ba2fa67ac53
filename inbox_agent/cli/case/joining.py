"""Several cases of one person: together, apart, or beside each other."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from inbox_agent.cases import joining, search
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cli.case.doing import By, Yes, do
from inbox_agent.understanding import RequestType


def merge(
    context: typer.Context,
    into: Annotated[str, typer.Argument(metavar="REF", help="The case that goes on.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Let this case go on in another one of the same address; both must be verified."""

    def verb(session: Session, act: Act, of: Case) -> str:
        joining.merge(act, of, search.case(session, into), search.mails_of(session, of))
        return f"goes on in {into}"

    do(context, by, yes, verb)


def split(
    context: typer.Context,
    types: Annotated[list[RequestType], typer.Argument(help="The rights that go on in a case of their own.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Let some rights go on in a case of their own."""
    do(context, by, yes, lambda _, act, of: f"is split; {joining.split(act, of, types).ref} is new")


def link(
    context: typer.Context,
    other: Annotated[str, typer.Argument(metavar="REF", help="The other case.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Show two cases beside each other."""

    def verb(session: Session, act: Act, of: Case) -> str:
        of.link(act, search.case(session, other).id, "staff")
        return f"is linked with {other}"

    do(context, by, yes, verb)

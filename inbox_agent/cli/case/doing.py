"""How a verb of the shell is done: tried, said, asked for, done."""

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from inbox_agent.agent import now_utc
from inbox_agent.cases import erasing, search
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import DyingKey
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.right import Right
from inbox_agent.cli.output import ById, say
from inbox_agent.cli.wiring import opened_record, stationery
from inbox_agent.errors import PersonNeeded
from inbox_agent.letters import acting
from inbox_agent.understanding import RequestType

Type = Annotated[
    RequestType | None, typer.Option("--right", help="Which right; may be left out where there is only one.")
]
By = Annotated[str, ById]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]
_words = typer.Option("--words", help="A paragraph for the customer, in their language; repeatable.")
Words = Annotated[list[str], _words]
SomeWords = Annotated[list[str] | None, _words]

Doing = Callable[[Session, Act, Case], str]
"""Does a verb and says what it did."""


def on_right(
    context: typer.Context,
    by: str,
    yes: bool,
    kind: RequestType | None,
    verb: Callable[[Act, Right], object],
    done: str,
    *,
    decided: bool = False,
) -> None:
    """Do a verb of one right; `done` says of it what became of it."""

    def doing(_: Session, act: Act, of: Case) -> str:
        one = right_of(of, kind, decided=decided)
        verb(act, one)
        return f"{one.type} {done}"

    do(context, by, yes, doing)


def on_case(
    context: typer.Context, by: str, yes: bool, verb: Callable[[Act, Case], object], done: str
) -> None:
    """Do a verb of the case as a whole; `done` says what became of it."""

    def doing(_: Session, act: Act, of: Case) -> str:
        verb(act, of)
        return done

    do(context, by, yes, doing)


def do(context: typer.Context, by: str, yes: bool, verb: Doing) -> None:
    """Say which letters it writes, ask, and do it.

    It is tried first and taken back, so that nobody waits for the database while the person thinks.
    """
    ref: str = context.obj
    with opened_record() as record:
        if not yes:
            done = _tried(record, ref, by, verb)
            if not typer.confirm(f"{ref}: {done}. Do this?"):
                raise typer.Abort
        with acting(record, stationery(record.settings), by=by, now=now_utc()) as (session, act):
            done = verb(session, act, search.case(session, ref))
            if yes:
                _say_letters(act)
        if any(isinstance(row, DyingKey) for row in act.rows):
            erasing.carry_out(record, act.at)
    say(f"{ref}: {done}.")


class _TakenBack(Exception):
    """Nothing of what was tried is kept."""


def _tried(record: Record, ref: str, by: str, verb: Doing) -> str:
    done = ""
    with (
        suppress(_TakenBack),
        acting(record, stationery(record.settings), by=by, now=now_utc()) as (session, act),
    ):
        done = verb(session, act, search.case(session, ref))
        _say_letters(act)
        raise _TakenBack
    return done


def _say_letters(act: Act) -> None:
    for letter in [one for one in act.rows if isinstance(one, Letter)]:
        leaves = "waits for release" if letter.state == "held" else "leaves at once"
        say(f"Letter {letter.kind} ({letter.language}) to {letter.to(act.keyring)}: {leaves}.")


def right_of(of: Case, kind: RequestType | None, *, decided: bool = False) -> Right:
    """The right that is meant; raises PersonNeeded when it is not there or not clear."""
    fitting = [one for one in of.rights if one.is_decided is decided or kind is not None]
    named = [one for one in fitting if kind is None or one.type is kind]
    if len(named) != 1:
        there = ", ".join(one.type for one in of.rights)
        raise PersonNeeded("which_right", f"{of.ref} has the rights {there}: say which with --right")
    return named[0]

"""How a right ends, and how it begins again."""

from typing import Annotated

import typer

from inbox_agent.cases import answers, conversation, steps
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.cli.case.doing import By, SomeWords, Type, Words, Yes, on_case, on_right, right_of
from inbox_agent.errors import WrongSetting

NoLetter = Annotated[bool, typer.Option("--no-letter", help="The customer was answered by other means.")]
_NO_ANSWERS = frozenset({Outcome.WITHDRAWN, Outcome.MERGED, Outcome.UNVERIFIED_LAPSED, Outcome.NOT_A_REQUEST})


def answer(
    context: typer.Context,
    outcome: Annotated[Outcome, typer.Argument(help="How the right ends.")],
    by: By,
    right: Type = None,
    reason: Annotated[Reason | None, typer.Option(help="Why something is refused or kept.")] = None,
    words: SomeWords = None,
    harmless: Annotated[
        bool, typer.Option("--harmless", help="Of a correction: no address, number or billing is changed.")
    ] = False,
    no_letter: NoLetter = False,
    yes: Yes = False,
) -> None:
    """Answer a right; its letter goes out, and it closes when that has left."""
    if outcome in _NO_ANSWERS:
        raise WrongSetting(f"{outcome} is no answer; see withdraw, merge, decide")

    def verb(act: Act, one: Right) -> None:
        told = Told(reason=reason, words=words or [], harmless=harmless, by_other_means=no_letter)
        answers.finish(act, one, outcome, told)

    on_right(context, by, yes, right, verb, f"is answered: {outcome}")


def deny(
    context: typer.Context,
    reason: Annotated[Reason, typer.Argument(help="Why.")],
    by: By,
    words: Words,
    right: Type = None,
    no_letter: NoLetter = False,
    yes: Yes = False,
) -> None:
    """Refuse a right, with a reason code and words for the customer."""

    def verb(act: Act, one: Right) -> None:
        answers.finish(act, one, Outcome.DENIED, Told(reason=reason, words=words, by_other_means=no_letter))

    on_right(context, by, yes, right, verb, "is refused")


def close(
    context: typer.Context,
    by: By,
    letter: Annotated[bool, typer.Option("--letter", help="Send the customer a summary.")] = False,
    yes: Yes = False,
) -> None:
    """Close a case whose rights have all been answered, without waiting for their letters."""
    on_case(context, by, yes, lambda act, of: steps.close(act, of, with_letter=letter), "is closed")


def reopen(
    context: typer.Context,
    why: Annotated[str, typer.Option("--why", help="Why; for the case's history.")],
    by: By,
    right: Type = None,
    yes: Yes = False,
) -> None:
    """Go on with a right that was answered or closed."""
    on_right(context, by, yes, right, lambda act, one: one.reopen(act, why), "is in progress", decided=True)


def withdraw(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Record that the customer took the request back; without --right, all of it."""

    def verb(act: Act, of: Case) -> None:
        rights = [right_of(of, right)] if right else [one for one in of.rights if not one.is_decided]
        for one in rights:
            one.must_be_undecided()
        conversation.withdraw(act, of, rights)

    on_case(context, by, yes, verb, "is withdrawn")

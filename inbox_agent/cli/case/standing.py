"""The case as a whole: who else is on it, how its customer is written to, what of it rests."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from inbox_agent.cases import identity, joining, opening, steps
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import at_once
from inbox_agent.cases.joining import Role
from inbox_agent.cli.case.doing import By, Yes, do, on_case
from inbox_agent.errors import WrongSetting
from inbox_agent.settings import checked_address


def party(
    context: typer.Context,
    role: Annotated[Role, typer.Argument(help="What they are to the case.")],
    who: Annotated[str, typer.Option("--who", help="Name and how to reach them; kept sealed.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Note somebody else on the case: an agent, a guardian, a business customer."""
    done = f"has an {role}" if role == Role.AGENT else f"has a {role}"
    on_case(context, by, yes, lambda act, of: joining.add_party(act, of, role, who), done)


def stop_marketing(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Another address or number of the customer.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Stop marketing to another address; the customer must have shown that mail to their own reaches them."""
    to, done = _address_or_number(address), "marketing to that address has stopped"
    on_case(context, by, yes, lambda act, of: steps.stop_marketing_to(act, of, to), done)


def _address_or_number(given: str) -> str:
    try:
        return checked_address(given) if "@" in given else given.strip()
    except ValueError as error:
        raise WrongSetting(f"the address {error}") from None


def language(
    context: typer.Context,
    to: Annotated[str, typer.Argument(help="en, ar or both.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Write to the customer in another language from now on."""
    if to not in steps.LETTER_LANGUAGES:
        raise WrongSetting(f"{to} is not en, ar or both")
    done = f"gets its letters in {to}"
    on_case(context, by, yes, lambda act, of: steps.choose_language(act, of, to), done)


def restrict(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Take data out of every use while the case is open; no service is cut."""
    on_case(context, by, yes, opening.restrict, "is restricted")


def lift(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Say that a protest or complaint has been looked into: the case may go on, its rights by `resume`."""
    on_case(context, by, yes, identity.thaw, "may go on")


def erase(
    context: typer.Context,
    by: By,
    why: Annotated[str, typer.Option("--why", help="Kept in its history.")] = "",
    yes: Yes = False,
) -> None:
    """Erase a closed case at once and for ever: asks first, and is done when a second person says it again.

    From the shell, where a name is only claimed, that takes 24 hours; after a week it must be asked anew.
    """

    def verb(session: Session, act: Act, of: Case) -> str:
        done = at_once.erase(session, act, of, why)
        return "is erased for ever" if done else "waits for a second person, or for 24 hours"

    do(context, by, yes, verb)


def seen(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Say that you have looked at what the case was shown for."""
    on_case(context, by, yes, steps.seen, "needs no look any more")

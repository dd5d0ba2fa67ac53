"""`inbox-agent keys`: what becomes of keys that the record does not look anything up by."""

from typing import Annotated

import typer

from inbox_agent.cli.output import say
from inbox_agent.cli.wiring import opened_record

app = typer.Typer(help="Renew the key by which letters prove to which case an answer belongs.")


@app.callback()
def keys() -> None:
    """So that the verb stands behind `keys` even while there is but one."""


@app.command("renew-token")
def renew_token(
    forget_old: Annotated[
        bool, typer.Option("--forget-old", help="Letters sent before prove nothing any more: after a leak.")
    ] = False,
) -> None:
    """Make tokens of letters by a new key; start the agent again afterwards.

    Answers to letters of before still find their case, unless --forget-old says that they must not.
    """
    with opened_record() as record:
        record.keyring.renew("token", forget=forget_old)
    told = "tokens of before count no more" if forget_old else "tokens of before still count"
    say(f"A new key makes the tokens of letters; {told}. Start the agent again, so that it uses it.")

"""`inbox-agent case REF VERB`: what staff do with a case from the shell.

Each verb says what it did and which letter it will send before anything is kept; `--yes` answers for scripts.
`proof` is about who asks, `work` about what they asked for, `clock` about its dates, `answering` about how it
ends, `joining` about several cases, `standing` about the case as a whole. `doing` tries, asks, does.
"""

from typing import Annotated

import typer

from inbox_agent.cli.case import answering, clock, joining, proof, standing, work

app = typer.Typer(
    help="Work on one case: `inbox-agent case REF VERB`; each verb says what it will send.",
    no_args_is_help=True,
)


@app.callback()
def case(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="The case's reference, like MC-7K2Q-9D4X.")],
) -> None:
    """Work on one case."""
    context.obj = ref


app.command("dates")(clock.dates)
app.command("verify")(proof.verify)
app.command("check")(proof.check)
app.command("lookup")(proof.lookup)
app.command("start")(work.start)
app.command("row")(work.row)
app.command("rows")(work.rows)
app.command("ask")(work.ask)
app.command("guardian")(proof.guardian)
app.command("child-types")(work.child_types)
app.command("confirm-delete")(proof.confirm_delete)
app.command("submit")(work.submit)
app.command("approve")(work.approve)
app.command("extend")(clock.extend)
app.command("hold")(clock.hold)
app.command("resume")(clock.resume)
app.command("answer")(answering.answer)
app.command("deny")(answering.deny)
app.command("close")(answering.close)
app.command("reopen")(answering.reopen)
app.command("withdraw")(answering.withdraw)
app.command("merge")(joining.merge)
app.command("split")(joining.split)
app.command("link")(joining.link)
app.command("party")(standing.party)
app.command("stop-marketing")(standing.stop_marketing)
app.command("language")(standing.language)
app.command("restrict")(standing.restrict)
app.command("lift")(standing.lift)
app.command("seen")(standing.seen)
app.command("erase")(standing.erase)

"""`inbox-agent audit`: whether the record is what it was, and the key that shows it to others."""

from typing import Annotated

import typer

from inbox_agent.cli.output import AsJson, answer_json, say
from inbox_agent.cli.wiring import opened_record
from inbox_agent.evidence import heads, verifying

app = typer.Typer(help="Verify that nothing in the record was changed after the fact.")

Latest = Annotated[
    str,
    typer.Option(
        "--head", help="A head that must be there, as a digest mail carried it.", show_default=False
    ),
]


@app.command()
def verify(head: Latest = "", as_json: Annotated[bool, AsJson] = False) -> None:
    """Verify every event of every case and every signed head; exit code 1 where anything does not hold."""
    with opened_record() as record:
        verdict = verifying.verify(record, latest=head)
    if as_json:
        answer_json(_plain(verdict))
    else:
        for fault in verdict.faults:
            say(str(fault))
        seen = f"{verdict.cases} cases and {verdict.heads.lines} signed heads verified"
        say(f"{seen}; {len(verdict.faults)} faults.")
    raise typer.Exit(bool(verdict.faults))


@app.command()
def key() -> None:
    """Print the public key (Ed25519, hex) that verifies the signatures of heads and bundles."""
    with opened_record() as record:
        say(heads.public_key(record))


def _plain(verdict: verifying.Verdict) -> dict[str, object]:
    return {
        "cases": verdict.cases,
        "heads": verdict.heads.lines,
        "last_head": verdict.heads.head or None,
        "faults": [{"kind": one.kind, "ref": one.ref or None, "at": one.at} for one in verdict.faults],
    }

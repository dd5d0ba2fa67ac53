"""`inbox-agent erasures`: which keys were destroyed, when that is complete, and once more after a restore."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from inbox_agent.agent import now_utc
from inbox_agent.cases.erasing import replaying
from inbox_agent.cases.erasing.replaying import Back
from inbox_agent.cases.keys import backups, ledger
from inbox_agent.cases.record import Record
from inbox_agent.cli.output import AsJson, answer_json, moment, say, table
from inbox_agent.cli.wiring import opened_record

app = typer.Typer(help="What was erased by destroying its key (docs/retention.md).", no_args_is_help=True)

Ledgers = Annotated[
    list[Path] | None,
    typer.Option("--ledger", help="A further erasures.log, as from another machine; repeatable."),
]


@app.command("list")
def list_erasures(as_json: Annotated[bool, AsJson] = False) -> None:
    """Every destroyed key, the last one first, and when the last backup that may hold it is gone."""
    with opened_record() as record:
        lines = _lines(record)
    if as_json:
        answer_json([{**asdict(one), "key": one.key.hex} for one in lines])
        return
    rows = [[moment(one.erased_at), one.why, one.key.hex, moment(one.complete_at)] for one in lines]
    table(["erased (UTC)", "why", "key", "complete (UTC)"], rows, empty="Nothing was erased yet.")


@app.command()
def replay(ledgers: Ledgers = None, as_json: Annotated[bool, AsJson] = False) -> None:
    """Erase again what a restored copy of the keys or of the database brought back; may be run twice.

    The agent does the same at every start. Mail that a mailbox gives again, though what came of it was
    erased, is left alone; exit code 1 where a case of this copy is open though it was erased.
    """
    files = ledger.named(ledgers or ())
    with opened_record() as record:
        back = replaying.replay(record, now_utc(), files)
    if as_json:
        answer_json(_told(back))
    else:
        _say(back)
    raise typer.Exit(bool(back.still_open))


@dataclass(frozen=True, slots=True)
class _Line:
    """One destroyed key."""

    key: uuid.UUID
    erased_at: datetime
    why: str
    complete_at: datetime


def _lines(record: Record) -> list[_Line]:
    complete = partial(backups.completes_at, record.settings)
    known = replaying.stored_ledger(record.keyring).keys.items()
    lines = [_Line(key_id, at, why, complete(at)) for key_id, (at, why) in known]
    return sorted(lines, key=lambda one: one.erased_at, reverse=True)


def _told(back: Back) -> dict[str, object]:
    return {
        "known": len(back.told.keys),
        "keys": len(back.keys),
        "cases": sorted(back.cases),
        "mails": len(back.mails),
        "files": len(back.documents) + len(back.judgements),
        "left_alone_if_they_come_again": len(back.digests),
        "still_open": sorted(back.still_open),
        "unreadable_lines": back.told.broken,
    }


def _say(back: Back) -> None:
    if back.is_clean:
        say(f"Nothing had come back: {len(back.told.keys)} erasures are known, and all of them hold.")
    else:
        files = len(back.documents) + len(back.judgements)
        counts = f"{len(back.keys)} keys, {len(back.cases)} cases, {len(back.mails)} mails, {files} files"
        say(f"Erased again: {counts}.")
    if back.digests:
        say(f"{len(back.digests)} erased mails are left alone if their mailbox gives them again.")
    for ref in sorted(back.still_open):
        say(f"{ref} was erased later, but is open in this copy: close it, nothing of it can be read.")
    if back.told.broken:
        say(f"{back.told.broken} lines of the ledgers cannot be read.")

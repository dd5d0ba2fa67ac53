"""`inbox-agent retention`: what is past its date goes, now and not at night."""

from typing import Annotated

import typer

from inbox_agent.agent import now_utc
from inbox_agent.cases import retention as rules
from inbox_agent.cases.retention import Run
from inbox_agent.cases.retention.outdated import Limits, held_back
from inbox_agent.cli.output import AsJson, answer_json, say
from inbox_agent.cli.wiring import opened_record
from inbox_agent.errors import AlreadyRunning


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Annotated[bool, AsJson] = False,
) -> None:
    """Erase what is past its date: bodies, then minimal records, of closed cases (docs/retention.md).

    The agent does so once a day. Exit code 1 where a case could not be erased now; the next run tries again.
    """
    with opened_record() as record:
        now = now_utc()
        done = rules.foreseen(record, now) if dry_run else rules.run(record, now)
        if done is None:
            raise AlreadyRunning("another process is just doing it")
        with record.reading() as session:
            holds = held_back(session, Limits.of(record.settings, now))
    if as_json:
        answer_json(_told(done, holds, dry_run))
    else:
        _say(done, holds, "would lose" if dry_run else "lost")
    raise typer.Exit(bool(done.failed))


def _told(done: Run, holds: dict[str, int], dry_run: bool) -> dict[str, object]:
    names = ("bodies", "records", "mails", "rows", "held", "failed")
    counts = {name: getattr(done, name) for name in names}
    return {"at": done.began_at, "dry_run": dry_run, **counts, "held_by": holds}


def _say(done: Run, holds: dict[str, int], verb: str) -> None:
    say(f"{done.bodies} cases {verb} their bodies, {done.records} their record.")
    say(f"{done.mails} mails that nobody settled in quarantine {verb} their bytes.")
    told = ", ".join(f"{name} {count}" for name, count in holds.items() if count)
    say(f"{done.held} cases past their date are held{f' ({told})' if told else ''}.")
    if done.failed:
        say(f"{done.failed} could not be erased now; the next run tries again.")

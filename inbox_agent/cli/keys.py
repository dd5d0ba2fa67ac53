"""`inbox-agent keys`: other keys in the place of those in force, and backups of all of them."""

from pathlib import Path
from typing import Annotated

import typer

from inbox_agent import settings as settings_room
from inbox_agent.agent import now_utc
from inbox_agent.cases.keys import backups, ledger, rotation
from inbox_agent.cases.record import key_store
from inbox_agent.cli.output import log_to_stderr, moment, say
from inbox_agent.cli.wiring import opened_record

app = typer.Typer(help="Renew and back up the keys (docs/retention.md).", no_args_is_help=True)


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


@app.command("rotate-master")
def rotate_master(
    new_key: Annotated[
        Path | None,
        typer.Option(
            "--new-key", help="A file with the new key, 32 bytes in base64; made here if not given."
        ),
    ] = None,
) -> None:
    """Wrap all keys by another master key; broken off anywhere, the store opens, and this goes on.

    A backup under the new key is made at once, and those under the old one are deleted.
    """
    with opened_record() as record:
        count = rotation.rotate(record, new_key)
        kept = backups.back_up(record, now_utc())
        backups.delete_all_but(record.settings, kept)
        by_setting = bool(record.settings.master_key.get_secret_value())
    say(f"{count} keys are wrapped by the new master key, and backed up: {kept}")
    if by_setting:
        say(f"Now give INBOX_AGENT_MASTER_KEY, or the file behind its _FILE, what stands in {new_key},")
        say("start the agent again, and delete the old key. Until then an agent that runs does nothing.")
    else:
        say(f"It stands in {record.master_file}: copy it to where you keep it apart from its backups.")
        say("Agents that run here take it by themselves; on another machine put the same file.")


@app.command()
def backup() -> None:
    """Back up the wrapped keys and the ledger now, as the agent does once a day."""
    with opened_record() as record:
        file = backups.back_up(record, now_utc())
        backups.delete_old(record.settings, now_utc())
        until = backups.completes_at(record.settings, now_utc())
    say(f"{file} (opens nothing without the master key; is deleted on {moment(until)} UTC)")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup of the keys.", show_default=False)],
    ledgers: Annotated[
        list[Path] | None, typer.Option("--ledger", help="A further erasures.log; repeatable.")
    ] = None,
) -> None:
    """Put the keys of a backup into the store, while no agent runs; what was erased since stays erased.

    Afterwards `inbox-agent erasures replay` erases again what a restored database brought back.
    """
    settings, files = settings_room.load(), ledger.named(ledgers or ())
    log_to_stderr(settings.log_level)
    engine, master, own = key_store(settings)
    try:
        found = backups.read(file)
        outside = ledger.read([own, *files])
        count = backups.restore(engine, master, found, outside)
    finally:
        engine.dispose()
    kept_dead = len((found.erased.keys | outside.keys).keys() & found.keys.keys())
    say(f"{count} of {len(found.keys)} keys restored; {kept_dead} were destroyed since and stay so.")
    say(f"What was sealed after {moment(found.made_at)} UTC has no key here and cannot be read any more.")

"""`inbox-agent quarantine`: mail that the machine could not bring to an end by itself."""

import sys
from typing import Annotated

import typer

from inbox_agent.agent import now_utc
from inbox_agent.cases import search
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.cli.output import AsJson, ById, answer_json, harmless, moment, say, table
from inbox_agent.cli.wiring import opened_record
from inbox_agent.errors import WrongSetting
from inbox_agent.message import Message
from inbox_agent.process import explain, quarantine
from inbox_agent.understanding import masked

app = typer.Typer(
    help="Mail that waits for a person because the agent could not go on.", no_args_is_help=True
)
Id = Annotated[str, typer.Argument(metavar="MAIL", help="The mail's id as `quarantine list` shows it.")]


@app.command("list")
def list_mails(as_json: Annotated[bool, AsJson] = False) -> None:
    """List the quarantined mails, oldest first, with the reason of each."""
    with opened_record() as record, record.reading() as session:
        found = search.quarantined(session)
        if as_json:
            answer_json([_view(mail) for mail in found])
            return
        rows = [
            [search.short_id(mail.id), moment(mail.received_at), mail.reason or "", explain(mail.reason)]
            for mail in found
        ]
    table(["mail", "received (UTC)", "reason", "in words"], rows, empty="Nothing is quarantined.")


@app.command()
def show(
    mail_id: Id,
    raw: Annotated[bool, typer.Option("--raw", help="Write the mail's bytes as they arrived.")] = False,
) -> None:
    """Show a quarantined mail as far as it can be read."""
    with opened_record() as record, record.reading() as session:
        mail = search.quarantined_mail(session, mail_id)
        if raw:
            sys.stdout.buffer.write(quarantine.raw_of(record, mail))
            return
        message = quarantine.message_of(record, mail)
    say(f"{mail.reason}: {explain(mail.reason)}")
    for line in _lines(message):
        say(harmless(line))


@app.command()
def retry(
    by: Annotated[str, ById],
    mail_id: Annotated[str, typer.Argument(metavar="[MAIL]", help="The mail's id; else give --all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every quarantined mail.")] = False,
) -> None:
    """Let the agent try a mail once more with its next look."""
    if every == bool(mail_id):
        raise WrongSetting("give the id of one mail, or --all")
    with opened_record() as record, record.writing() as session:
        chosen = search.quarantined(session) if every else [search.quarantined_mail(session, mail_id)]
        for mail in chosen:
            mail.read_again(by)
    say(f"{len(chosen)} to be tried again with the next run.")


@app.command()
def release(mail_id: Id, by: Annotated[str, ById]) -> None:
    """A person has seen to this mail: forget it here. It stays in the mailbox."""
    with opened_record() as record:
        quarantine.release(record, mail_id, by=by, now=now_utc())
    say(f"Mail {mail_id} is released; it stays in the mailbox.")


def _view(mail: InboundEmail) -> dict[str, object]:
    return {
        "id": mail.id.hex,
        "mailbox": mail.mailbox,
        "uid": mail.uid,
        "received_at": mail.received_at,
        "size": mail.size,
        "reason": mail.reason,
    }


def _lines(message: Message) -> list[str]:
    head = [f"From: {message.sender or 'unknown'}", f"Subject: {masked(message.subject)}", ""]
    return [*head, *masked(message.text).splitlines()[:40]]

"""`inbox-agent run`: the agent at work."""

import signal
import threading
from functools import partial
from typing import Annotated

import structlog
import typer

from inbox_agent.agent import Agent, now_utc
from inbox_agent.cases.record import Record
from inbox_agent.cli.days import beginning_of
from inbox_agent.cli.output import complain
from inbox_agent.cli.rereading import Rereader
from inbox_agent.cli.trial import send_test
from inbox_agent.cli.wiring import (
    handing_out,
    opened_record,
    receiving,
    relay,
    sources,
    stationery,
    understanding,
)
from inbox_agent.company import load
from inbox_agent.desk import application, serving
from inbox_agent.errors import InboxAgentError, WrongSetting
from inbox_agent.letters import Stationery

log = structlog.get_logger()


def run(
    once: Annotated[bool, typer.Option("--once", help="Collect, process and send once, then end.")] = False,
    since: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            help="Also read what was received since this day. Older than a day it goes to staff, unanswered.",
        ),
    ] = "",
) -> None:
    """Read the mailbox, open cases, send letters; goes on until Ctrl-C.

    Exit codes: 0 done, 1 mailbox, relay or database out of reach (the rest is done all the same),
    2 wrong setting, 75 another collector is running.
    """
    with opened_record() as record:
        _check(record)
        paper = stationery(record.settings)
        agent = Agent(
            record,
            understanding(record.settings.models),
            paper,
            sources=sources(record.settings),
            carrier=relay(record.settings),
            since=beginning_of(since, "--since", record),
        )
        try:
            troubles = agent.once() if once else _until_told(agent, record, paper)
        finally:
            agent.close()
    for trouble in troubles:
        complain(str(trouble))
    raise typer.Exit(max((2 if isinstance(trouble, WrongSetting) else 1 for trouble in troubles), default=0))


def _until_told(agent: Agent, record: Record, paper: Stationery) -> list[InboxAgentError]:
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: agent.stop())
    desk, reread = record.settings.desk, Rereader(sources(record.settings))
    trial = partial(send_test, record.settings)
    console = application(record, paper, now_utc, send_test=trial, reread=reread)
    with (
        receiving(record.settings),
        serving(console, desk.host, desk.port) as address,
        handing_out(record),
    ):
        log.info("desk_open", address=address)
        agent.run()
    return []


def _check(record: Record) -> None:
    settings = record.settings
    if not settings.imap_mailboxes and settings.maildir.path is None:
        raise WrongSetting("no mailbox: set INBOX_AGENT_IMAP__HOST (or INBOX_AGENT_MAILDIR__PATH)")
    if settings.sending == "live" and not settings.smtp.host:
        raise WrongSetting("INBOX_AGENT_SENDING=live needs a relay: set INBOX_AGENT_SMTP__HOST")
    load(settings.connectors)

"""`inbox-agent doctor`: is everything there that the agent needs, and what to do where it is not."""

import shutil
from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from inbox_agent import settings as settings_room
from inbox_agent.cases.record import Record
from inbox_agent.cli.output import say
from inbox_agent.cli.trial import send_test
from inbox_agent.cli.wiring import doors, stationery
from inbox_agent.errors import InboxAgentError, TryAgainLater, WrongSetting
from inbox_agent.letters import Relay
from inbox_agent.settings import Settings
from inbox_agent.understanding import Understanding

ENOUGH_DISK = 1 << 30

Check = tuple[str, Callable[[], str]]


def doctor(
    send: Annotated[bool, typer.Option("--send", help="Also send a test mail to our own address.")] = False,
) -> None:
    """Check settings, database, keys, mailbox, relay, model and letters; say what to do about faults."""
    settings = settings_room.load()
    say("ok    settings   read, every name is known")
    faults = [name for name, check in _checks(settings, send) if not _passes(name, check)]
    raise typer.Exit(bool(faults))


def _checks(settings: Settings, send: bool) -> Iterator[Check]:
    yield "record", lambda: _record(settings)
    yield "disk", lambda: _disk(settings)
    yield "model", _model
    yield "letters", lambda: _letters(settings)
    yield "mailbox", lambda: _mailbox(settings)
    yield "relay", lambda: _relay(settings, send)
    yield "law", lambda: _law(settings)


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        say(f"ok    {name:<9}  {check()}")
    except InboxAgentError as error:
        say(f"FAIL  {name:<9}  {error}")
        return False
    return True


def _record(settings: Settings) -> str:
    record = Record.open(settings)
    try:
        return f"{record.engine.dialect.name} database and keys open, schema is current"
    finally:
        record.close()


def _disk(settings: Settings) -> str:
    folder = settings.data_dir.absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    if free < ENOUGH_DISK:
        raise TryAgainLater(
            f"only {free >> 20} MB free for the data folder: make room before mail is refused"
        )
    return f"{free >> 30} GB free for the data folder"


def _model() -> str:
    Understanding.load()
    return "the language model is loaded"


def _letters(settings: Settings) -> str:
    return f"{len(stationery(settings).wordings)} wordings read"


def _mailbox(settings: Settings) -> str:
    found = doors(settings)
    if not found:
        raise WrongSetting("no mailbox: set INBOX_AGENT_IMAP__HOST (or INBOX_AGENT_MAILDIR__PATH)")
    for door in found:
        try:
            door.position()
        finally:
            door.close()
    return f"can read {', '.join(door.name for door in found)}"


def _relay(settings: Settings, send: bool) -> str:
    if not settings.smtp.host and settings.sending != "live":
        return f"none set; SENDING={settings.sending}, so letters wait"
    if send:
        send_test(settings, settings.address)
        return f"took a test mail to {settings.address}; look whether it arrives"
    relay = Relay(settings.smtp)
    try:
        relay.check()
        return f"{settings.smtp.host} is there and takes our sign-in; --send tries a mail"
    finally:
        relay.close()


def _law(settings: Settings) -> str:
    if not settings.law_profile:
        return "no LAW_PROFILE set: what an administrator chose on the desk applies, else 28 days"
    return f"profile {settings.law_profile}"

"""`inbox-agent doctor`: is everything there that the agent needs, and what to do where it is not."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Annotated

import typer

from inbox_agent import settings as settings_room
from inbox_agent.agent import now_utc
from inbox_agent.cases import outages, threads
from inbox_agent.cases.erasing import replaying
from inbox_agent.cases.keys import backups
from inbox_agent.cases.record import Record
from inbox_agent.cli.output import say
from inbox_agent.cli.trial import send_test
from inbox_agent.cli.wiring import relay, signature, sources, stationery, understanding
from inbox_agent.company import load, tried
from inbox_agent.errors import InboxAgentError, PersonNeeded, TryAgainLater, WrongSetting
from inbox_agent.mailbox import Source
from inbox_agent.process.vouching import published_at
from inbox_agent.settings import Settings

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
    yield "erasures", lambda: _erasures(settings)
    yield "disk", lambda: _disk(settings)
    yield "model", lambda: _model(settings)
    yield "letters", lambda: _letters(settings)
    yield "mailbox", lambda: _mailbox(settings)
    yield "reading", lambda: _read_lately(settings)
    yield "relay", lambda: _relay(settings, send)
    yield "signature", lambda: _signature(settings)
    yield "law", lambda: _law(settings)
    yield "systems", lambda: _systems(settings)
    yield "downloads", lambda: _downloads(settings)


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


def _erasures(settings: Settings) -> str:
    """Whether what was erased is there again, and whether old backups of the keys go."""
    record = Record.open(settings)
    try:
        back, made = replaying.look(record), backups.backups(settings)
    finally:
        record.close()
    if not back.is_clean:
        told = f"{len(back.keys)} keys, {len(back.cases)} cases and {len(back.mails)} mails"
        raise PersonNeeded(
            "erased", f"{told} that were erased are there again: `inbox-agent erasures replay`"
        )
    if made and now_utc() >= backups.completes_at(settings, made[0][0]) + timedelta(days=1):
        raise TryAgainLater(f"{made[0][1]} should be deleted by now: is `inbox-agent run` at work?")
    return f"{len(back.told.keys)} known, all of them hold; {len(made)} backups of the keys"


def _disk(settings: Settings) -> str:
    folder = settings.data_dir.absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    if free < ENOUGH_DISK:
        raise TryAgainLater(
            f"only {free >> 20} MB free for the data folder: make room before mail is refused"
        )
    return f"{free >> 30} GB free for the data folder"


def _model(settings: Settings) -> str:
    understanding(settings.models)
    return f"the language model is loaded{f' from {settings.models}' if settings.models else ''}"


def _letters(settings: Settings) -> str:
    return f"{len(stationery(settings).wordings)} wordings read"


def _mailbox(settings: Settings) -> str:
    """Each mailbox is tried, whatever is wrong with the others."""
    found = sources(settings)
    if not found:
        raise WrongSetting("no mailbox: set INBOX_AGENT_IMAP__HOST (or INBOX_AGENT_MAILDIR__PATH)")
    tried = [_folders(source) for source in found]
    if faults := [told for told, error in tried if error]:
        raise WrongSetting("; ".join(faults))
    return f"can read {', '.join(told for told, _ in tried)}"


def _folders(source: Source) -> tuple[str, bool]:
    """The names of its folders; or what keeps one from being read, and True."""
    try:
        doors = source.doors()
        for door in doors:
            try:
                door.position()
            finally:
                door.close()
    except InboxAgentError as error:
        return str(error), True
    return ", ".join(door.name for door in doors), False


def _read_lately(settings: Settings) -> str:
    record = Record.open(settings)
    try:
        with record.reading() as session:
            silent = outages.silences(session, now_utc(), settings.silent_after)
    finally:
        record.close()
    if not silent:
        return f"no mailbox has gone unread for {settings.silent_after.total_seconds() / 60:g} minutes"
    told = ", ".join(f"{one.mailbox or 'any mailbox'} since {one.since:%Y-%m-%d %H:%M} UTC" for one in silent)
    raise TryAgainLater(f"nobody has read {told}: is `inbox-agent run` at work, and what does its log say?")


def _relay(settings: Settings, send: bool) -> str:
    if not settings.smtp.host and settings.sending != "live":
        return f"none set; SENDING={settings.sending}, so letters wait"
    if send:
        return _tried(settings)
    carrier = relay(settings)
    try:
        carrier.check()
        return f"{settings.smtp.host} is there and takes our sign-in; --send tries a mail"
    finally:
        carrier.close()


def _tried(settings: Settings) -> str:
    """A test mail to ourselves, as customers' answers come: with plus-addresses to one of those, too."""
    to = [settings.address]
    if settings.plus_addresses:
        to.append(threads.plus_address(settings.address, "test"))
    for address in to:
        send_test(settings, address)
    return f"took a test mail to {' and one to '.join(to)}; look whether it arrives"


def _signature(settings: Settings) -> str:
    signs = signature(settings)
    if signs is None:
        return "letters are not signed by us: no DKIM__KEY is set"
    published = published_at(signs.place)
    if published is None or _key_in(published) != _key_in(signs.record):
        raise WrongSetting(f"the DNS must say at {signs.place}: {signs.record}")
    return f"letters are signed; the DNS has the key at {signs.place}"


def _key_in(record: str) -> str:
    return "".join(record.partition("p=")[2].partition(";")[0].split())


def _downloads(settings: Settings) -> str:
    """Address and password of a link must not travel in the open."""
    downloads = settings.downloads
    if not downloads.address:
        return "none here: staff hand access packages over themselves and record how"
    if not downloads.address.startswith("https://"):
        told = f"customers cannot reach {downloads.address}: set INBOX_AGENT_DOWNLOADS__URL=https://…"
        raise WrongSetting(f"{told} and put a proxy with a certificate before the listener")
    return f"access packages are fetched at {downloads.address}"


def _law(settings: Settings) -> str:
    if not settings.law_profile:
        return "no LAW_PROFILE set: what an administrator chose on the desk applies, else 28 days"
    return f"profile {settings.law_profile}"


def _systems(settings: Settings) -> str:
    """Each of the company's systems is tried, whatever is wrong with the others."""
    company = load(settings.connectors)
    if company is None:
        return "none: set CONNECTORS to look up and erase people's data in them"
    found = tried(company, now_utc())
    if any(is_fault for _, _, is_fault in found):
        raise TryAgainLater("; ".join(f"{name}: {told}" for name, told, is_fault in found if is_fault))
    return "; ".join(f"{name} {told}" for name, told, _ in found)

"""`inbox-agent open`: a case that a person opens."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from inbox_agent.agent import now_utc
from inbox_agent.cases.record import Record
from inbox_agent.cli.days import beginning_of
from inbox_agent.cli.output import ById, say
from inbox_agent.cli.wiring import opened_record, sources, stationery, understanding
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.letters import acting
from inbox_agent.process import by_hand, screening_of
from inbox_agent.process.by_hand import ByHand, Place
from inbox_agent.settings import checked_address
from inbox_agent.understanding import Language, RequestType


class Channel(StrEnum):
    """How a request came that no mail brought."""

    PHONE = "phone"
    PAPER = "paper"
    IN_PERSON = "in_person"
    BY_HAND = "by_hand"


def open_case(
    *,
    types: Annotated[list[RequestType], typer.Option("--type", help="What is asked for; may be repeated.")],
    by: Annotated[str, ById],
    sender: Annotated[str, typer.Option("--from", help="The address of the person who asks.")] = "",
    received: Annotated[str, typer.Option(help="The day it was received, YYYY-MM-DD; else today.")] = "",
    mail: Annotated[Path | None, typer.Option(help="The mail as a file, to be kept on the case.")] = None,
    uid: Annotated[int | None, typer.Option(help="Or the mail's UID in the mailbox's INBOX.")] = None,
    language: Annotated[
        Language | None, typer.Option(help="The person's language; else the mail tells.")
    ] = None,
    channel: Annotated[Channel, typer.Option(help="How the request came.")] = Channel.BY_HAND,
) -> None:
    """Open a case by hand: a request by phone or paper, or a mail that the agent left alone.

    The acknowledgement goes to --from, or to the sender of the mail. Without an address no letter goes.
    """
    with opened_record() as record:
        now = now_utc()
        raw, place, received_at = _mail(record, mail, uid)
        given = ByHand(
            types=tuple(dict.fromkeys(types)),
            sender=_address(sender),
            received_at=beginning_of(received, "--received", record) or received_at or now,
            language=language,
            channel="email" if raw else channel,
            raw=raw,
            place=place,
        )
        reads = understanding(record.settings.models) if raw else None
        with acting(record, stationery(record.settings), by=by, now=now) as (session, act):
            case, letter = by_hand.open_by_hand(session, act, given, screening_of(record.settings), reads)
    say(
        f"{case.ref} is open; " + (f"its acknowledgement is {letter.state}." if letter else "no letter goes.")
    )


def _address(given: str) -> str | None:
    if not given:
        return None
    try:
        return checked_address(given)
    except ValueError as error:
        raise WrongSetting(f"--from {error}") from None


def _mail(record: Record, file: Path | None, uid: int | None) -> tuple[bytes | None, Place, datetime | None]:
    if file is not None and uid is not None:
        raise WrongSetting("give --mail or --uid, not both")
    if file is not None:
        try:
            return file.read_bytes(), Place(), None
        except OSError as error:
            raise PersonNeeded("no_such_file", f"--mail: {file}: {error.strerror}") from None
    if uid is None:
        return None, Place(), None
    return _from_mailbox(record, uid)


def _from_mailbox(record: Record, uid: int) -> tuple[bytes, Place, datetime]:
    door = next((door for source in sources(record.settings) for door in source.doors()), None)
    if door is None:
        raise WrongSetting("--uid needs a mailbox: set INBOX_AGENT_IMAP__HOST")
    try:
        position = door.position()
        for arrival in door.fetch([uid]):
            return arrival.raw, Place(door.name, position.uidvalidity, uid), arrival.received_at
    finally:
        door.close()
    raise PersonNeeded("no_such_mail", f"there is no mail with UID {uid} in {door.name}")

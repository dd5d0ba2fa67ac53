"""A mailbox that is not read is an alarm: staff get one mail when it begins and one when it is over."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from inbox_agent.cases import outages
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Outage
from inbox_agent.errors import InboxAgentError
from inbox_agent.letters import Draft, Refused, Stationery, compose
from inbox_agent.letters.outbox import Carrier

log = structlog.get_logger()


def note_outages(
    record: Record, last_read: Mapping[str, datetime], now: datetime, not_before: datetime
) -> None:
    """Note which mailboxes are silent, given when each of ours was last read.

    Of a mailbox that another agent reads only its silence: that agent may be dead, and it alone knows
    which folders it reads.
    """
    after = record.settings.silent_after
    with record.writing() as session:
        for mailbox, since in last_read.items():
            outages.note(session, mailbox, since, now, silent=now - since > after)
        for mailbox, since in outages.last_read_by_others(session, last_read, now).items():
            if now - max(since, not_before) > after:
                outages.note(session, mailbox, since, now, silent=True)
        outages.forget_those_of_no_mailbox(session, now)


def tell_of_outages(record: Record, stationery: Stationery, carrier: Carrier, now: datetime) -> None:
    """Write to staff of what they do not know; raises TryAgainLater when the relay is out of reach."""
    with record.reading() as session:
        untold = outages.to_tell(session)
        session.expunge_all()
    for outage in untold:
        _tell(record, stationery, carrier, outage, now)


def _tell(record: Record, stationery: Stationery, carrier: Carrier, outage: Outage, now: datetime) -> None:
    with record.writing() as session:
        mine = outages.claim(session, outage, now)
    to, heard_of_it = record.settings.staff_address, outage.told_at is not None or outage.over_at is None
    if not mine or to is None or record.settings.sending == "off" or not heard_of_it:
        return
    try:
        carrier.send(record.settings.address, to, compose(_draft(record, outage, to, now), stationery))
    except Refused as refused:
        log.warning("alarm_refused", code=refused.code)
    except InboxAgentError:
        with record.writing() as session:
            session.merge(outage)  # as if nobody had claimed it
        raise


def _draft(record: Record, outage: Outage, to: str, now: datetime) -> Draft:
    since, kind = outage.since.astimezone(record.law.zone), "read_again" if outage.over_at else "silent"
    return Draft(
        kind=f"mailbox_{kind}",
        languages=("en", "ar"),
        to=to,
        message_id=f"<{kind}.{now:%Y%m%d%H%M%S%f}@{to.partition('@')[2]}>",
        date=now,
        ref=outage.mailbox,
        facts={
            "since": since.date().isoformat(),
            "at": f"{since:%H:%M}",
            "country": record.law.calendar.country,
        },
    )

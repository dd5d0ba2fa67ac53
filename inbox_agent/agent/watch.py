"""What staff should be warned of, though every single mail was treated by the rules."""

from datetime import datetime, timedelta

import structlog

from inbox_agent.cases import inbound
from inbox_agent.cases.record import Record

log = structlog.get_logger()

DAY = timedelta(days=1)
ENOUGH_MAILS = 20


def warn_of_much_set_aside(record: Record, now: datetime) -> bool:
    """More than a third of a day's mail taken for a machine's: probably an own list or form is unknown."""
    with record.reading() as session:
        counts = inbound.counts(session, now - DAY)
    aside, every = counts.get("set_aside", 0), sum(counts.values())
    much = every >= ENOUGH_MAILS and aside * 3 > every
    if much:
        log.warning(
            "much_mail_set_aside", set_aside=aside, of=every, see="OWN_LISTS and FORMS in docs/settings.md"
        )
    return much

"""The demo's past: five weeks of an invented company, lived through in seconds.

Customers write and answer, the agent reads and answers, staff act, time passes: all of it in the ways of the
real thing, with a clock that is moved. `stories/` has who does what and when, one story for each case.
"""

from datetime import UTC, datetime

from inbox_agent.cases.record import Record
from inbox_agent.cli.sample_office.customers import Customers
from inbox_agent.cli.sample_office.office import Office
from inbox_agent.cli.sample_office.staff import do
from inbox_agent.cli.sample_office.stories import beginning, stories, timeline
from inbox_agent.letters import Stationery
from inbox_agent.letters.outbox import Carrier
from inbox_agent.understanding import Understanding

__all__ = ["fill"]


def fill(
    record: Record,
    stationery: Stationery,
    understanding: Understanding,
    now: datetime,
    carrier: Carrier | None = None,
) -> None:
    """Live through the five weeks before `now`, in an empty record whose settings name a Maildir.

    Mail arrives in that Maildir, its files dated as it arrived. Each letter is read by its customer and then
    given to `carrier`, if there is one. No other collector may be at work on the Maildir meanwhile.
    """
    now = now.astimezone(UTC)  # events are chained over their time as it is written
    customers = Customers(record.settings.address, carrier)
    with Office(record, stationery, understanding, customers, beginning(now, record.law.zone)) as office:
        for step in timeline(stories(), now, record.law.zone):
            office.wait_until(step.at)
            if step.is_mail:
                office.receive(step.story, customers.write(step, office.refs.get(step.story.name)))
            elif step.by:
                do(office, step)
            else:
                customers.close_mailbox(step.story.address)
        office.wait_until(now)

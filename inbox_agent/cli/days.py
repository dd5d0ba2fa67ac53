"""Days as they are typed."""

from datetime import date, datetime, time

from inbox_agent.agent import now_utc
from inbox_agent.cases.record import Record
from inbox_agent.errors import WrongSetting


def beginning_of(given: str, option: str, record: Record) -> datetime | None:
    """When this day begins where the company is, None where none is given; raises WrongSetting."""
    day = day_of(given, option)
    if day is None:
        return None
    beginning = datetime.combine(day, time(), record.law.zone)
    if beginning > now_utc():
        raise WrongSetting(f"{option} lies in the future")
    return beginning


def day_of(given: str, option: str) -> date | None:
    """The day, None where none is given; raises WrongSetting."""
    try:
        return datetime.strptime(given, "%Y-%m-%d").date() if given else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise WrongSetting(f"{option} must be a day like 2026-11-24") from None

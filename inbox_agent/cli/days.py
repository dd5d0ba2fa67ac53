"""Days as they are typed."""

from datetime import datetime

from inbox_agent.agent import now_utc
from inbox_agent.cases.record import Record
from inbox_agent.errors import WrongSetting


def beginning_of(given: str, option: str, record: Record) -> datetime | None:
    """When this day begins where the company is, None where none is given; raises WrongSetting."""
    if not given:
        return None
    try:
        day = datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=record.law.zone)
    except ValueError:
        raise WrongSetting(f"{option} must be a day like 2026-11-24") from None
    if day > now_utc():
        raise WrongSetting(f"{option} lies in the future")
    return day

"""Clocks: by when a right must be answered, from a law profile's rules.

A law profile is a file in `cases/laws/` with its source. A clock starts on the day the server received the
mail, in the company's time zone; that day itself is not counted. A date ends with its day: 23:59:59 local.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from inbox_agent.errors import WrongSetting
from inbox_agent.understanding import RequestType

LAWS = Path(__file__).parent / "laws"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as a law counts it."""

    calendar_days: int = 0
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """When staff mean to be done, and when the law wants an answer."""

    internal: Span
    legal: Span


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of one jurisdiction. `weekend` holds days as datetime.weekday() counts them."""

    name: str
    source: str
    weekend: frozenset[int]
    clocks: Mapping[str, Clock]
    zone: ZoneInfo

    def due(self, right: RequestType, received: datetime) -> tuple[datetime, datetime]:
        """The internal and the legal date of a right asked for at `received`, as moments in UTC terms."""
        clock = self.clocks.get(right, self.clocks["ordinary"])
        start = received.astimezone(self.zone).date()
        return self._end(start, clock.internal), self._end(start, clock.legal)

    def _end(self, start: date, span: Span) -> datetime:
        day = self._after_working_days(start + timedelta(days=span.calendar_days), span.working_days)
        return datetime.combine(day, time(23, 59, 59), self.zone)

    def _after_working_days(self, day: date, count: int) -> date:
        while count:
            day += timedelta(days=1)
            count -= day.weekday() not in self.weekend
        return day


def load_law(name: str, zone: ZoneInfo) -> Law:
    """The named profile; no name means `default`. Raises WrongSetting for one that is not there."""
    path = LAWS / f"{name or 'default'}.toml"
    if path not in set(LAWS.glob("*.toml")):
        known = ", ".join(sorted(p.stem for p in LAWS.glob("*.toml")))
        raise WrongSetting(f"INBOX_AGENT_LAW_PROFILE: there is no such law profile; there is: {known}")
    return _law(tomllib.loads(path.read_text("utf-8")), zone)


def _law(data: Mapping[str, Any], zone: ZoneInfo) -> Law:
    return Law(
        name=data["name"],
        source=data["source"],
        weekend=frozenset(_WEEKDAYS.index(day) for day in data["weekend"]),
        clocks={
            name: Clock(internal=Span(**clock["internal"]), legal=Span(**clock["legal"]))
            for name, clock in data["clocks"].items()
        },
        zone=zone,
    )

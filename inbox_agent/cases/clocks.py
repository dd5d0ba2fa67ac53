"""Clocks: by when a right must be answered, from a law profile's rules.

A law profile is a file in `cases/laws/` with its source. A clock starts on the day the server received the
mail, in the profile's time zone; that day itself is not counted. A date ends with its day: 23:59:59 local.
"""

import calendar
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from inbox_agent.cases.calendars import Calendar
from inbox_agent.errors import WrongSetting
from inbox_agent.understanding import RequestType

LAWS = Path(__file__).parent / "laws"
HOUSE_RULE = "default"
"""The profile that applies until the owner has picked a country's."""
LAPSE_DAYS = 21
"""An unproven request lapses after so many days, or on the last working day before its legal date."""
LEAST_DAYS = 3
"""No request lapses sooner than this after its person was asked."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as a law counts it; exactly one of the three is not 0."""

    calendar_days: int = 0
    calendar_months: int = 0
    working_days: int = 0

    def after(self, start: date, days: Calendar) -> date:
        """The day on which it ends. A month ends on the same day of the month, or on its last day."""
        months = start.month - 1 + self.calendar_months
        year, month = start.year + months // 12, months % 12 + 1
        day = start.replace(
            year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1])
        ) + timedelta(days=self.calendar_days)
        return days.after(day, self.working_days)


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a span comes from: in words of English and Arabic, its source, and whether we have read that."""

    text: Mapping[str, str]
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """When staff mean to have decided, and to be done; when the law wants an answer; how it is extended."""

    decide: Span
    finish: Span
    legal: Span
    rule: Rule
    extension: Span | None = None
    extension_rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """What has happened to a clock: whether work has begun, an extension, days for which it stood still."""

    begun: bool = False
    extended: bool = False
    paused_days: int = 0


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of one jurisdiction; `pauses` are the states of a right in which its clocks stand still."""

    name: str
    title: Mapping[str, str]
    source: str
    verified: bool
    calendar: Calendar
    clocks: Mapping[str, Clock]
    pauses: frozenset[str]
    child_under: int
    minor_under: int
    zone: ZoneInfo

    def clock(self, right: RequestType) -> Clock:
        return self.clocks.get(right, self.clocks["ordinary"])

    def due(self, right: RequestType, received: datetime, pace: Pace = Pace()) -> tuple[datetime, datetime]:
        """The internal and the legal date of a right asked for at `received`; the first is never the later.

        The internal date is by when staff mean to have decided and, once work has begun, to be done.
        """
        clock, start = self.clock(right), self.day(received)
        legal = clock.legal.after(start, self.calendar)
        if pace.extended and clock.extension is not None:
            legal = clock.extension.after(legal, self.calendar)
        internal = (clock.finish if pace.begun else clock.decide).after(start, self.calendar)
        still = timedelta(days=pace.paused_days)
        return self.end_of(min(internal, legal) + still), self.end_of(legal + still)

    def lapse(self, asked: datetime, legal_due: datetime) -> datetime | None:
        """When a request ends that nobody proved to have sent: after 21 days, but before the legal date.

        None where that would leave its person less than three days: then a person decides.
        """
        asked_on, last = self.day(asked), self.calendar.last_before(self.day(legal_due))
        ends = min(asked_on + timedelta(days=LAPSE_DAYS), last)
        return self.end_of(ends) if ends >= asked_on + timedelta(days=LEAST_DAYS) else None

    def day(self, at: datetime) -> date:
        """The day it is in the profile's time zone."""
        return at.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The day's last second; where the clocks go back over it, the later one."""
        return datetime.combine(day, time(23, 59, 59, fold=1), self.zone)


def load_law(name: str, zone: ZoneInfo) -> Law:
    """The named profile, by default the house rule. Its own time zone, where it has one, goes before `zone`.

    Raises WrongSetting for one that is not there.
    """
    path = LAWS / f"{name or HOUSE_RULE}.toml"
    if path not in set(LAWS.glob("*.toml")):
        raise WrongSetting(
            f"INBOX_AGENT_LAW_PROFILE: there is no such law profile; there is: {', '.join(law_names())}"
        )
    return _law(tomllib.loads(path.read_text("utf-8")), zone)


def law_names() -> list[str]:
    return sorted(path.stem for path in LAWS.glob("*.toml"))


def _law(data: Mapping[str, Any], zone: ZoneInfo) -> Law:
    return Law(
        name=data["name"],
        title=data["title"],
        source=data["source"],
        verified=data["verified"],
        calendar=Calendar(
            frozenset(_WEEKDAYS.index(day) for day in data["weekend"]), data.get("country", "")
        ),
        clocks={name: _clock(data, clock) for name, clock in data["clocks"].items()},
        pauses=frozenset(data.get("pauses", ())),
        child_under=data["child_under"],
        minor_under=data["minor_under"],
        zone=ZoneInfo(data["zone"]) if "zone" in data else zone,
    )


def _clock(law: Mapping[str, Any], data: Mapping[str, Any]) -> Clock:
    extension = data.get("extension")
    return Clock(
        decide=Span(**data["decide"]),
        finish=Span(**data["finish"]),
        legal=Span(**data["legal"]["span"]),
        rule=_rule(law, data["legal"]),
        extension=Span(**extension["span"]) if extension else None,
        extension_rule=_rule(law, extension) if extension else None,
    )


def _rule(law: Mapping[str, Any], data: Mapping[str, Any]) -> Rule:
    return Rule(
        text={"en": data["en"], "ar": data["ar"]},
        source=data.get("source", law["source"]),
        verified=data.get("verified", law["verified"]),
    )

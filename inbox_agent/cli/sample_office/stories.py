"""The stories as they stand in `stories/*.toml`: who does what, and how long ago."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

STORIES = Path(__file__).parent / "stories"
WEEKS = timedelta(weeks=5)
_DAYS_AGO = re.compile(r"-(\d+)d (\d\d):(\d\d)")
_MINUTES_AGO = re.compile(r"-(\d+)m")


@dataclass(frozen=True, slots=True)
class Story:
    """What one person has to do with the company; at most one case comes of it, known by the story's name."""

    name: str
    who: str
    steps: Sequence[Mapping[str, Any]]

    @property
    def address(self) -> str:
        return parseaddr(self.who)[1]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: a mail, something that staff do (`by`), or a mailbox that closes."""

    at: datetime
    story: Story
    number: int
    given: Mapping[str, Any]

    @property
    def is_mail(self) -> bool:
        return "text" in self.given

    @property
    def by(self) -> str:
        return str(self.given.get("by", ""))


def stories() -> list[Story]:
    """All of them, in the order of files and within them."""
    files = [tomllib.loads(file.read_text("utf-8")) for file in sorted(STORIES.glob("*.toml"))]
    return [Story(one["name"], one["who"], one["steps"]) for file in files for one in file["story"]]


def timeline(told: Sequence[Story], now: datetime, zone: ZoneInfo) -> Iterator[Step]:
    """All steps of all stories as they follow each other in time."""
    steps = [
        Step(moment(given["at"], now, zone), story, number, given)
        for story in told
        for number, given in enumerate(story.steps, 1)
    ]
    return iter(sorted(steps, key=lambda step: step.at))


def beginning(now: datetime, zone: ZoneInfo) -> datetime:
    """When the agent first looked at the mailbox: before all that is told."""
    return moment(f"-{WEEKS.days + 1}d 00:00", now, zone)


def moment(at: str, now: datetime, zone: ZoneInfo) -> datetime:
    """`-12d 09:30`, so many days before today, at that time; `-90m`, so many minutes ago.

    Today's things are told in minutes, because nobody knows how late it is; yesterday's end at 17 o'clock and
    the minutes stay below 420, so that the one comes before the other at any time of day.
    """
    if found := _MINUTES_AGO.fullmatch(at):
        return now.replace(microsecond=0) - timedelta(minutes=int(found[1]))
    found = _DAYS_AGO.fullmatch(at)
    assert found, f"a story's time cannot be read: {at}"
    days, hour, minute = map(int, found.groups())
    day = now.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)

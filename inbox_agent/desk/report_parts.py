"""What the reports page is made of: tables, charts, cards, and how numbers and times are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from markupsafe import Markup

from inbox_agent.desk.words import Words

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """What is told in words and digits; the first cell of a row says what the row is about."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart on its page: what it is about, what it finds, the picture, and the same numbers."""

    heading: str
    finding: str
    picture: Markup
    table: Table


@dataclass(frozen=True, slots=True)
class Card:
    """One figure by itself, and what there is to say of it."""

    label: str
    value: str
    note: str


def month(first: date, words: Words) -> str:
    return _plain(first, "LLLL y", words).replace(" ", "\u00a0")


def short_month(first: date, words: Words) -> str:
    return _plain(first, "LLL", words)


def short_day(day: date, words: Words) -> str:
    return _plain(day, "d MMM", words)


def _plain(day: date, pattern: str, words: Words) -> str:
    """Without the markup of `Words.day`: a chart is no HTML."""
    return words.number(format_date(day, pattern, locale=words.locale))


def digits(value: float, words: Words) -> str:
    """With one decimal, where there is one."""
    value = round(value, 1)
    return words.number(int(value) if value == int(value) else value)


def minutes_in_words(minutes: float | None, words: Words) -> str:
    """Whole minutes below an hour, then hours with one decimal."""
    if minutes is None:
        return NOTHING
    if minutes < 1:
        return words.say("under a minute")
    if (whole := round(minutes)) < 60:
        return words.count("%(num)s minute", "%(num)s minutes", whole)
    hours = round(minutes / 60, 1)
    if hours == int(hours):
        return words.count("%(num)s hour", "%(num)s hours", int(hours))
    return words.say("%(hours)s hours", hours=digits(hours, words))


def days_in_words(days: float | None, words: Words) -> str:
    if days is None:
        return NOTHING
    days = round(days, 1)
    if days == int(days):
        return words.count("%(num)s day", "%(num)s days", int(days))
    return words.say("%(days)s days", days=digits(days, words))

"""Days on which a country works, for laws that count working days."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

_ESTIMATED = "(estimated"


class Calendar:
    """A weekend, as datetime.weekday() counts days, and the holidays of a country ("" has none known).

    Islamic holidays follow the moon: those that the `holidays` library only estimates count as working days,
    so that an estimate never makes a date later.
    """

    def __init__(self, weekend: frozenset[int], country: str = "") -> None:
        self._weekend = weekend
        self.country = country

    def rests(self, weekday: int) -> bool:
        """Whether this day of the week is of the weekend."""
        return weekday in self._weekend

    def works(self, day: date) -> bool:
        return not self.rests(day.weekday()) and self.holiday(day) is None

    def holiday(self, day: date) -> str | None:
        """The English name of a holiday that is certain; else None."""
        return _certain(self.country, day.year).get(day) if self.country else None

    def after(self, day: date, working_days: int) -> date:
        """The working day that comes so many after `day`, which itself is not counted."""
        while working_days:
            day += timedelta(days=1)
            working_days -= self.works(day)
        return day

    def last_before(self, day: date) -> date:
        """The last working day before `day`."""
        day -= timedelta(days=1)
        while not self.works(day):
            day -= timedelta(days=1)
        return day


@lru_cache(maxsize=64)
def _certain(country: str, year: int) -> dict[date, str]:
    found = holidays.country_holidays(country, years=year, language="en_US")
    return {day: name for day, name in found.items() if _ESTIMATED not in name}

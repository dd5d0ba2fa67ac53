"""Dates in words, as letters say them: never in digits alone, which two readers read differently."""

from datetime import date
from functools import lru_cache

from babel import localedata
from babel.dates import format_date

from inbox_agent.rendering import unbroken

_NO_BREAK = "\u00a0"


class Day(str):
    """A date in words, which stays on one line."""

    __slots__ = ()

    def __html__(self) -> str:
        return unbroken(self.replace(_NO_BREAK, " "))


def locale(language: str, country: str = "") -> str:
    """Babel's name of a language as it says dates in a country (ISO 3166-1; "" is none in particular).

    December is ديسمبر in Cairo and كانون الأول in Amman.
    """
    own = f"ar_{country}"
    return "en_GB" if language == "en" else own if localedata.exists(own) else "ar"


@lru_cache(maxsize=1024)
def day(value: date, locale: str) -> Day:
    """Weekday, day, month, year in Latin digits: Sunday 20 December 2026, الأحد 20 ديسمبر 2026."""
    return Day(format_date(value, "EEEE d MMMM y", locale=locale).replace(" ", _NO_BREAK))

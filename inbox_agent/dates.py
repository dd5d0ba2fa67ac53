"""Dates and lengths of time in words: never in digits alone, which two readers read differently."""

from datetime import date
from functools import lru_cache

from babel import localedata
from babel.dates import format_date

from inbox_agent.rendering import unbroken

_NO_BREAK = "\u00a0"
_ARABIC = {
    "day": ("يوم واحد", "يومان", "أيام", "يومًا", "يوم"),
    "month": ("شهر واحد", "شهران", "أشهر", "شهرًا", "شهر"),
}
"""One, two, 3 to 10, 11 to 99, and from 100 on what the last two digits ask for."""


class Unbroken(str):
    """Words that stay on one line."""

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
def day(value: date, locale: str) -> Unbroken:
    """Weekday, day, month, year in Latin digits: Sunday 20 December 2026, الأحد 20 ديسمبر 2026."""
    return Unbroken(format_date(value, "EEEE d MMMM y", locale=locale).replace(" ", _NO_BREAK))


def span(count: int, unit: str, language: str) -> Unbroken:
    """So many days or months (`unit` is day or month), as a sentence names them that only counts."""
    if language != "ar":
        return Unbroken(f"{count}{_NO_BREAK}{unit}{'' if count == 1 else 's'}")
    one, two, few, many, hundreds = _ARABIC[unit]
    if count in {1, 2}:
        return Unbroken((one, two)[count - 1].replace(" ", _NO_BREAK))
    last = count % 100
    noun = few if 3 <= last <= 10 else many if last > 10 else hundreds
    return Unbroken(f"{count}{_NO_BREAK}{noun}")

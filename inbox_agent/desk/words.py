"""What the desk says, in the language of whoever reads it.

English is what the code says; `locale/ar/…/desk.po` has the Arabic, read once at the start. A test keeps it
complete.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from inbox_agent.dates import locale

LANGUAGES = {"en": "English", "ar": "العربية"}
LOCALE = Path(__file__).parent / "locale"
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_NO_BREAK = "\u00a0"


def other(language: str) -> str:
    """The language one can switch to."""
    return "ar" if language == "en" else "en"


@cache
def translations(language: str) -> NullTranslations:
    """The texts in a language; English is the one in which they are written."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    with (LOCALE / language / "LC_MESSAGES" / "desk.po").open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


class Words:
    """One reader's language, digits and time zone.

    `digits` is latin or arabic; references, addresses and codes keep Latin digits all the same. Months have
    the names that they have in the `country` (ISO 3166-1), "" is none in particular; `locale` is what Babel
    calls language and country together.
    """

    def __init__(self, language: str, digits: str, zone: ZoneInfo, country: str = "") -> None:
        self.language, self.zone = language, zone
        self.locale = locale(language, country)
        self._translations = translations(language)
        self._arabic_digits = digits == "arabic" and language == "ar"

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"

    def say(self, text: str, **named: Any) -> Markup:
        """The text in the reader's language, `%(name)s` filled in and escaped."""
        return _filled(self._translations.gettext(text), named)

    def count(self, one: str, many: str, num: int, **named: Any) -> Markup:
        """The form of a text that goes with a number, which it calls `%(num)s`."""
        text = self._translations.ngettext(one, many, num)
        return _filled(text, {"num": self.number(num), **named})

    def listed(self, texts: Sequence[str]) -> Markup:
        """Several things one after the other."""
        return Markup(", " if self.language == "en" else "، ").join(texts)  # noqa: S704 - joins and escapes

    def number(self, value: object) -> str:
        """Digits as the reader wants them."""
        return str(value).translate(ARABIC_INDIC) if self._arabic_digits else str(value)

    def day(self, value: date | datetime) -> Markup:
        """Weekday, day, month, year in words: never in digits alone, which two readers read differently."""
        return self._date(value, "EEEE d MMMM y")

    def short_day(self, value: date | datetime) -> Markup:
        """Weekday, day, month: for dates of this year."""
        return self._date(value, "EEE d MMM")

    def moment(self, value: datetime) -> Markup:
        """Day and time of day in the company's time zone."""
        time = format_time(value, "HH:mm", tzinfo=self.zone, locale="en_GB")
        return self.short_day(value) + Markup("{}{}").format(_NO_BREAK, self.number(time))

    def _date(self, value: date | datetime, pattern: str) -> Markup:
        day = value.astimezone(self.zone).date() if isinstance(value, datetime) else value
        text = format_date(day, pattern, locale=self.locale).replace(" ", _NO_BREAK)
        return Markup("<bdi>{}</bdi>").format(self.number(text))


def _filled(text: str, named: Mapping[str, Any]) -> Markup:
    """What is filled in is escaped; so is the text, which a translator wrote."""
    return escape(text) % named if named else escape(text)


Say = Callable[..., Markup]
"""`Words.say`, as functions take it that say little."""

"""Everything the desk says is there in Arabic, whole, and says the same."""

import re
from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Message

from inbox_agent.desk.words import LANGUAGES, Words
from tests.desk import catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)s")
LATIN = re.compile(r"[A-Za-z]{2,}")
KNOWN = frozenset(
    (
        *(
            "csv",
            "smtp",
            "imap",
            "totp",
            "gdpr",
            "html",
            "url",
            "uid",
            "idle",
            "dmarc",
            "pdf",
            "json",
            "sms",
            "utf",
        ),
        *("inbox", "agent", "mc", "id", "ctrl", "cmd", "enter", "esc", "kb", "mb", "qr", "ai"),
    )
)
"""Latin words that stay so in Arabic."""
ZONE = ZoneInfo("Asia/Amman")
MESSAGES = [message for message in catalogue.translated() if message.id]
FORMS = [
    (message, form)
    for message in MESSAGES
    for form in (message.string if isinstance(message.string, tuple) else (message.string,))
]


def test_every_text_of_the_desk_has_its_arabic_and_no_other_text_has() -> None:
    assert catalogue.untranslated() == []
    assert catalogue.up_to_date() == catalogue.PO.read_bytes(), "run python -m tests.desk.catalogue"


def test_a_new_text_would_be_noticed() -> None:
    assert {message.id for message in catalogue.said() if message.id} == {message.id for message in MESSAGES}


def test_placeholders_are_the_same_in_both_languages() -> None:
    assert [form for message, form in FORMS if _placeholders(form) != _placeholders(_english(message))] == []


def test_the_marks_of_the_arabic_are_arabic_and_it_has_no_tatweel() -> None:
    assert [form for _, form in FORMS if re.search(r"[?;]|(?<![0-9A-Za-z]),|ـ", _bare(form))] == []


def test_the_arabic_has_no_latin_words_but_those_that_stay_so() -> None:
    assert [(form, words) for message, form in FORMS if (words := _foreign(message, form))] == []


def test_counts_have_the_six_forms_of_arabic() -> None:
    words = Words("ar", "latin", ZONE)
    said = [str(words.count("%(num)s day left", "%(num)s days left", num)) for num in (0, 1, 2, 3, 11, 100)]
    assert len(set(said)) == 6


def test_digits_are_as_the_reader_wants_them_but_never_in_references() -> None:
    arabic, latin = Words("ar", "arabic", ZONE), Words("ar", "latin", ZONE)
    assert (arabic.number(402), latin.number(402)) == ("٤٠٢", "402")
    assert Words("en", "arabic", ZONE).number(402) == "402"


def test_both_languages_can_be_chosen() -> None:
    assert set(LANGUAGES) == {"en", "ar"}


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[1]


def _placeholders(text: str) -> Counter[str]:
    """A form of one or two may say its number in a word."""
    return Counter(PLACEHOLDER.findall(text)) - Counter({"%(num)s": 1})


def _bare(form: str) -> str:
    return PLACEHOLDER.sub("", form)


def _foreign(message: Message, form: str) -> set[str]:
    """Latin words that neither stay so in Arabic nor stand in the English, nor are part of a name with _."""
    bare = _bare(form)
    found = {word.lower() for word in LATIN.findall(bare)} - KNOWN
    return {word for word in found if f"_{word}" not in bare.lower() and word not in str(message.id).lower()}


@pytest.mark.parametrize(
    ("language", "country", "said"),
    [
        ("ar", "", "الخميس 3 ديسمبر 2026"),
        ("ar", "EG", "الخميس 3 ديسمبر 2026"),
        ("ar", "JO", "الخميس 3 كانون الأول 2026"),
        ("ar", "GB", "الخميس 3 ديسمبر 2026"),
        ("en", "JO", "Thursday 3 December 2026"),
    ],
)
def test_months_have_the_names_of_the_country_whose_law_applies(
    language: str, country: str, said: str
) -> None:
    day = Words(language, "latin", ZONE, country).day(date(2026, 12, 3))
    assert re.sub("<[^>]+>", "", day).replace("\u00a0", " ") == said

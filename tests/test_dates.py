from datetime import date

import pytest

from inbox_agent.letters import day


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en_GB", "Sunday 20 December 2026"),
        ("ar", "الأحد 20 ديسمبر 2026"),
        ("ar_EG", "الأحد 20 ديسمبر 2026"),
        ("ar_SA", "الأحد 20 ديسمبر 2026"),
        ("ar_JO", "الأحد 20 كانون الأول 2026"),
    ],
)
def test_a_date_is_said_in_words_with_its_weekday_and_latin_digits(locale: str, words: str) -> None:
    assert day(date(2026, 12, 20), locale).replace("\u00a0", " ") == words


def test_a_date_is_kept_together_in_plain_text_and_on_a_page() -> None:
    said = day(date(2026, 12, 20), "en_GB")
    assert " " not in said
    assert said.__html__() == '<span style="white-space:nowrap">Sunday 20 December 2026</span>'

"""`inbox-agent notice`: in both languages, as text and as a page, from the settings that hold."""

import pytest

from tests.cli.office import Office


@pytest.mark.parametrize(("language", "told"), [("en", "45 days"), ("ar", "45 يومًا")])
def test_the_notice_is_printed_with_the_settings_that_hold(office: Office, language: str, told: str) -> None:
    office.set(KEEP_BODIES_DAYS="45")
    assert told in office.told("notice", language).replace("\u00a0", " ")


def test_english_is_what_one_gets_who_names_no_language(office: Office) -> None:
    assert office.told("notice") == office.told("notice", "en")


def test_the_page_is_whole(office: Office) -> None:
    page = office.told("notice", "ar", "--html")
    assert page.startswith('<!doctype html>\n<html lang="ar" dir="rtl">')
    assert page.endswith("</html>\n")


def test_a_language_that_is_not_there_is_refused_in_one_line(office: Office) -> None:
    assert office.refused(2, "notice", "fr").endswith("the notice is in: en, ar")

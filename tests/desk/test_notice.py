"""The privacy notice on the desk: for everybody who may look, in either language, to be taken along."""

from tests.desk.office import Office


def test_the_notice_is_in_the_reader_s_language_and_in_the_other_one_that_they_ask_for(
    office: Office,
) -> None:
    vera = office.signed_in("vera")
    for address, language, direction in (("/notice", "en", "ltr"), ("/notice?language=ar", "ar", "rtl")):
        page = vera.get(address).text
        assert f'<article class="card stack text notice" lang="{language}" dir="{direction}">' in page
        assert page.count("<h1>") == 1
    assert 'lang="en"' in vera.get("/notice?language=%3Cscript%3E").text


def test_it_says_how_long_by_the_settings_of_this_very_desk(office: Office) -> None:
    days = office.record.settings.keep_bodies_days
    assert f"{days}\u00a0days after your request is closed" in office.signed_in("vera").get("/notice").text


def test_the_page_can_be_taken_along(office: Office) -> None:
    answer = office.signed_in("vera").get("/notice/ar.html")
    assert answer.text.lstrip().startswith("<!doctype html>")
    assert 'filename="privacy-notice-ar.html"' in answer.headers["Content-Disposition"]
    assert office.signed_in("vera").get("/notice/fr.html").status_code == 404


def test_nobody_reads_it_here_who_is_not_signed_in(office: Office) -> None:
    answer = office.browser().get("/notice", follow_redirects=False)
    assert answer.status_code == 303


def test_help_leads_to_it(office: Office) -> None:
    assert 'href="/notice"' in office.signed_in("vera").get("/help").text

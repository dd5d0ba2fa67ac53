"""Search: what a person looks for stands in no address, unless it is a case's reference."""

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.keys.master import Master
from inbox_agent.database import connect, upgrade
from inbox_agent.desk import serving
from inbox_agent.desk.searching import KEY, query_of, words_of
from tests.company import COPY_PLEASE, DELETE_PLEASE
from tests.desk.comfort.hands import sign_in
from tests.desk.office import Browser, Office
from tests.servers.browser import LAPTOP
from tests.servers.browser import Browser as Chromium

HALA = "hala@example.com"


@pytest.mark.parametrize("words", [HALA, "data", "هلا حداد", f"MC-2222-2222 {HALA}", "x" * 3000])
def test_the_words_of_a_search_stand_in_no_address(office: Office, words: str) -> None:
    answer = sought(office.signed_in("vera"), words)
    assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/queue/all")
    assert re.fullmatch(r"[\w-]{1,1200}", query(answer), re.ASCII)
    assert words[:6] not in query(answer)


@pytest.mark.parametrize("around", ["{}", " {} ", "{}, MC-2222-2222"])
def test_a_reference_stays_readable(office: Office, around: str) -> None:
    ref = office.receive(COPY_PLEASE)
    answer = sought(office.signed_in("vera"), around.format(ref.lower()))
    assert query(answer).split()[0] == ref


def test_what_was_looked_for_is_found_and_stands_in_the_box_again(office: Office) -> None:
    mine, other = (
        office.receive(COPY_PLEASE, sender=HALA),
        office.receive(DELETE_PLEASE, sender="b@example.com"),
    )
    browser = office.signed_in("vera")
    for words, found in ((HALA, {mine}), (mine, {mine}), (other.lower(), {other}), ("zebra", set())):
        page = browser.get(sought(browser, words).headers["location"]).text
        assert set(re.findall(r'<li class="row[^"]*" id="([^"]+)"', page)) == found
        box = re.search(r'<input id="q"[^>]* value="([^"]*)"', page)
        assert box
        assert unescape(box[1]).lower() == words.lower()


def test_filters_and_the_next_page_keep_what_is_looked_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox_agent.cases.queue.PAGE", 1)
    for text in (COPY_PLEASE, DELETE_PLEASE):
        office.receive(text, sender=HALA)
    assert len(office.cases()) == 2
    browser = office.signed_in("vera")
    answer = sought(browser, HALA)
    page = browser.get(answer.headers["location"]).text
    assert f'<input type="hidden" name="q" value="{query(answer)}">' in page
    assert HALA not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page))
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert parse_qs(urlsplit(unescape(following[1])).query)["q"] == [query(answer)]


def test_a_bookmark_of_a_search_works_in_another_browser(office: Office) -> None:
    ref = office.receive(COPY_PLEASE, sender=HALA)
    answer = sought(office.signed_in("vera"), HALA)
    assert f'id="{ref}"' in office.signed_in("omar").get(answer.headers["location"]).text


@pytest.mark.parametrize("forge", ["{}A", "{}", "A{}", "hala@example.com", "=", "é", "QUJD", "A" * 5000])
def test_an_address_that_was_not_made_here_finds_nothing_and_says_so_kindly(
    office: Office, tmp_path: Path, forge: str
) -> None:
    ref = office.receive(COPY_PLEASE, sender=HALA)
    foreign = sealed_elsewhere(tmp_path, HALA)
    browser = office.signed_in("vera")
    for path in ("/queue/all", "/queue/all/more"):
        answer = browser.get(path, params={"q": forge.format(foreign)})
        assert answer.status_code == 404
        assert "Nothing was found: the address of this search is not whole." in answer.text
        assert ref not in answer.text
        assert HALA not in answer.text


def test_a_sealed_search_with_one_changed_letter_opens_no_more(office: Office) -> None:
    browser = office.signed_in("vera")
    token = query(sought(browser, HALA))
    changed = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    assert browser.get("/queue/all", params={"q": token}).status_code == 200
    assert browser.get("/queue/all", params={"q": changed}).status_code == 404


def test_one_page_searches_as_often_as_one_likes_but_only_ours_does(office: Office) -> None:
    browser = office.signed_in("vera")
    csrf = browser.token("/queue/decide")
    form = re.search(r'<form class="search".*?</form>', browser.get("/queue/decide").text, re.DOTALL)
    assert form
    assert 'name="once"' not in form[0]
    for _ in range(3):
        answer = browser.post("/search", data={"csrf": csrf, "q": HALA}, follow_redirects=False)
        assert answer.status_code == 303
    assert browser.post("/search", data={"q": HALA}, follow_redirects=False).status_code == 403
    assert (
        office.browser().submit("/search", on="/sign-in", q=HALA).headers["location"].startswith("/sign-in")
    )


def test_an_empty_search_shows_every_case(office: Office) -> None:
    assert sought(office.signed_in("vera"), "  ").headers["location"] == "/queue/all"


def test_the_slash_and_enter_search_twice_from_one_page(office: Office, laptop: Page) -> None:
    ref = office.receive(COPY_PLEASE, sender=HALA)
    with serving(office.desk, "127.0.0.1", 0) as url:
        sign_in(laptop, url.rstrip("/"), "sara")
        for _ in range(2):
            laptop.keyboard.press("/")
            laptop.locator("#q").fill(HALA)
            laptop.keyboard.press("Enter")
            laptop.wait_for_url("**/queue/all?q=*")
            expect(laptop.locator(".row")).to_have_id(ref)
            expect(laptop.locator("#q")).to_have_value(HALA)
            assert "hala" not in laptop.url
            laptop.go_back()
            laptop.wait_for_url("**/queue/decide")
        laptop.close()


def test_search_needs_no_script(office: Office, browser: Chromium) -> None:
    ref = office.receive(COPY_PLEASE, sender=HALA)
    with (
        serving(office.desk, "127.0.0.1", 0) as url,
        browser.page(LAPTOP, java_script_enabled=False) as page,
    ):
        sign_in(page, url.rstrip("/"), "sara")
        page.locator("#q").fill(HALA)
        page.locator("#q").press("Enter")
        expect(page.locator(".row")).to_have_id(ref)


def sealed_elsewhere(folder: Path, words: str) -> str:
    """As a desk with other keys would write it."""
    engine = connect(f"sqlite:///{folder / 'elsewhere.db'}", secure_delete=True)
    keyring = Keyring(engine, Master(lambda: [bytes(32)]), folder / "elsewhere.log")
    upgrade(keyring._engine, "keys")
    keyring.load_named([KEY], make=True)
    query = query_of(keyring, words)
    assert words_of(keyring, query) == words
    keyring.close()
    return query


def sought(browser: Browser, words: str) -> Any:
    return browser.submit("/search", q=words)


def query(answer: Any) -> str:
    """The words as the address holds them."""
    return parse_qs(urlsplit(answer.headers["location"]).query)["q"][0]

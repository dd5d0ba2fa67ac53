"""Hints of what changes: for who is signed in, without a word of what it was, and over when they leave."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from inbox_agent.cases import notes, search
from inbox_agent.cases.staff import by_name
from inbox_agent.desk import live, serving
from tests.company import COPY_PLEASE, DELETE_PLEASE
from tests.desk.office import Browser, Office


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(live, "BEAT_EVERY", 0.2)


def test_who_is_not_signed_in_hears_nothing_and_is_told_not_to_come_back(office: Office) -> None:
    with serving(office.desk, "127.0.0.1", 0) as url, stream(url, office.browser()) as answer:
        assert (answer.status, answer.read()) == (204, b"")


def test_a_new_case_is_a_hint_for_the_queue_and_for_its_page_and_says_nothing_more(office: Office) -> None:
    with serving(office.desk, "127.0.0.1", 0) as url, stream(url, office.signed_in("vera")) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        beats(answer, 2)
        ref = office.receive(COPY_PLEASE)
        assert hints(answer, 2) == [("queue", ""), (f"case:{ref}", "")]


def test_each_case_is_named_once_however_much_was_done_with_it(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    with serving(office.desk, "127.0.0.1", 0) as url, stream(url, office.signed_in("vera")) as answer:
        beats(answer, 2)
        with office.doing(ref) as (act, case):
            notes.note(act, case, "rang, no answer")
            notes.note(act, case, "rang again")
        assert hints(answer, 2) == [("queue", ""), (f"case:{ref}", "")]
        beats(answer, 3)


def test_a_case_that_was_only_looked_at_is_no_news(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    office.now += live._LATE
    sara = office.signed_in("sara")
    with serving(office.desk, "127.0.0.1", 0) as url, stream(url, office.signed_in("vera")) as answer:
        beats(answer, 2)
        sara.get(f"/cases/{ref}")
        beats(answer, 3)


def test_the_stream_ends_when_its_person_signs_out(office: Office) -> None:
    vera = office.signed_in("vera")
    with serving(office.desk, "127.0.0.1", 0) as url, stream(url, vera) as answer:
        beats(answer, 1)
        vera.submit("/sign-out")
        assert all(line in {":", ""} for line in answer.read().decode().split("\n"))


@pytest.mark.parametrize("way", ["signs out", "is let go"])
def test_whoever_is_gone_hears_of_nothing_that_happens_afterwards(
    office: Office, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    ref, vera = office.receive(COPY_PLEASE), office.signed_in("vera")
    office.now += live._LATE
    with serving(office.desk, "127.0.0.1", 0) as url, stream(url, vera) as answer:
        beats(answer, 2)
        monkeypatch.setattr(live, "BEAT_EVERY", 60.0)  # no silence is long enough to notice it by
        with office.doing(ref) as (act, case):
            notes.note(act, case, "while they are here")
        assert hints(answer, 2) == [("queue", ""), (f"case:{ref}", "")]
        if way == "signs out":
            vera.submit("/sign-out")
        else:
            office.signed_in("sara").submit("/settings/staff/vera/active", active="no")
        with office.doing(ref) as (act, case):
            notes.note(act, case, "when they are gone")
        assert answer.read().strip() == b"", "it ends, and says nothing more"


def test_an_open_stream_does_not_keep_the_desk_from_stopping(office: Office) -> None:
    with ExitStack() as browsers:
        with serving(office.desk, "127.0.0.1", 0) as url:
            answer = browsers.enter_context(stream(url, office.signed_in("vera")))
            beats(answer, 1)
            since = time.monotonic()
        assert time.monotonic() - since < 2
        assert b"event" not in answer.read()


def test_nobody_is_kept_signed_in_by_a_page_that_was_left_open(office: Office) -> None:
    vera = office.signed_in("vera")
    for _ in range(26):
        office.now += timedelta(minutes=30)
        vera.get("/around", headers={"X-By-Itself": "yes"})
    assert vera.get("/around", follow_redirects=False).status_code == 303


def test_the_frame_is_asked_for_without_the_page(office: Office) -> None:
    office.receive(COPY_PLEASE)
    around = office.signed_in("vera").get("/around").text
    assert 'id="count-all">1<' in around
    assert 'id="health"' in around
    assert "<html" not in around


def test_a_shelf_that_shows_all_it_has_offers_nothing(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    vera = office.signed_in("vera")
    assert vera.get(f"/queue/all/more?known={ref}").status_code == 204
    office.receive(DELETE_PLEASE, sender="noor@example.com")
    assert "1 new · show" in vera.get(f"/queue/all/more?known={ref}").text
    assert "2 new · show" in vera.get("/queue/all/more?known=").text
    assert vera.get("/queue/all/more?type=opt_out&known=").status_code == 204


def test_a_shelf_from_which_something_went_says_so(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    answer = office.signed_in("vera").get(f"/queue/all/more?known={ref},MC-2222-2222")
    assert "The list has changed · show" in answer.text


def test_whoever_has_a_case_open_is_shown_to_the_others_and_not_to_themselves(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    sara, omar = office.signed_in("sara"), office.signed_in("omar")
    assert sara.submit(f"/cases/{ref}/here", doing="writing").status_code == 204
    assert "Sara Nasser</bdi> is writing here since" in omar.get(f"/cases/{ref}/others").text
    assert "Sara Nasser" not in sara.get(f"/cases/{ref}/others").text
    office.now += notes.PRESENT_FOR
    assert "Sara Nasser" not in omar.get(f"/cases/{ref}/others").text


def test_a_browser_may_only_say_reading_or_writing(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    sara = office.signed_in("sara")
    sara.submit(f"/cases/{ref}/here", doing="<script>")
    with office.record.reading() as session:
        person = by_name(session, "omar")
        assert person
        [(_, presence)] = notes.others_here(session, office.case(ref), person, office.now)
    assert presence.doing == "reading"


def test_here_needs_a_form_of_ours(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    assert office.signed_in("sara").post(f"/cases/{ref}/here", data={"doing": "reading"}).status_code == 403


def test_who_writes_is_told_of_mail_that_came_meanwhile(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    sara = office.signed_in("sara")
    newest = newest_mail(office, ref)
    assert sara.get(f"/cases/{ref}/wrote?after={newest}").status_code == 204
    told = sara.get(f"/cases/{ref}/wrote?after=").text
    assert "Read it before you send." in told
    assert f"/cases/{ref}#mail-{newest}" in told


def test_the_parts_of_a_case_that_change_are_asked_for_by_their_ids(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    parts = office.signed_in("vera").get(f"/cases/{ref}/conversation").text
    page = office.signed_in("vera").get(f"/cases/{ref}").text
    for part in ("conversation", "clock-access", "others"):
        assert f'id="{part}"' in parts
        assert f'id="{part}"' in page
    assert "<form" not in parts


def newest_mail(office: Office, ref: str) -> str:
    with office.record.reading() as session:
        return search.mails_of(session, office.case(ref))[-1].id.hex


@contextmanager
def stream(url: str, browser: Browser) -> Iterator[HTTPResponse]:
    """The stream as a browser opens it: with its cookie."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=10)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    connection.request("GET", "/events", headers={"Cookie": cookies})
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def beats(answer: HTTPResponse, number: int) -> None:
    """So many comments come, and nothing else."""
    while number:
        line = answer.readline().decode().strip()
        assert not line.startswith(("event", "data"))
        number -= line == ":"


def hints(answer: HTTPResponse, number: int) -> list[tuple[str, str]]:
    """The next hints, each with its data."""
    found: list[tuple[str, str]] = []
    while len(found) < number:
        line = answer.readline().decode().strip()
        if line.startswith("event:"):
            data = answer.readline().decode().strip()
            found.append((line.removeprefix("event:").strip(), data.removeprefix("data:")))
    return found

"""A link delivers to whoever has its address and its password, so often and so long; others learn nothing."""

import secrets
import socket
import statistics
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from time import monotonic
from urllib.parse import urlsplit

import httpx2
import pytest

from inbox_agent.cases import erasing, identity, search
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.package import due, handing, links
from inbox_agent.cases.retention import forgetting
from inbox_agent.downloads import AT_LEAST_SECONDS, guesses
from inbox_agent.errors import Erased
from tests.downloads.counter import Counter

WRONG = "0000 0000 0000"


def is_archive(answer: httpx2.Response) -> bool:
    return answer.status_code == 200 and zipfile.ZipFile(BytesIO(answer.content)).testzip() is None


def told(answer: httpx2.Response) -> tuple[int, str, dict[str, str]]:
    """All that an answer tells, but the time of day."""
    return answer.status_code, answer.text, {n: v for n, v in answer.headers.items() if n != "date"}


def test_the_right_password_delivers_however_it_is_typed(counter: Counter) -> None:
    token, password = counter.ready()
    arabic = password.translate({ord("0") + number: "٠١٢٣٤٥٦٧٨٩"[number] for number in range(10)})
    for typed in (password, password.replace(" ", ""), arabic.replace(" ", "-")):
        assert is_archive(counter.post(token, typed))


def test_a_link_delivers_as_often_as_the_setting_says_and_no_more(counter: Counter) -> None:
    token, password = counter.ready()
    assert [counter.post(token, password).status_code for _ in range(4)] == [200, 200, 200, 403]
    assert counter.links()[0].downloads == 3


def test_each_download_is_in_the_history(counter: Counter) -> None:
    ref = counter.case()
    token, password = counter.ready(ref)
    counter.post(token, password)
    assert counter.events(ref)[-1] == "package_downloaded"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND"])
def test_nothing_that_a_mail_scanner_fetches_counts_as_a_download(counter: Counter, method: str) -> None:
    token, password = counter.ready()
    for address in (token, f"{token}?x=1", f"{token}?password={password.replace(' ', '')}"):
        for _ in range(20):
            answer = httpx2.request(method, counter.address + address)
            assert "zip" not in answer.headers.get("content-type", "")
    assert (counter.links()[0].downloads, counter.links()[0].wrong) == (0, 0)
    assert is_archive(counter.post(token, password))


def test_a_page_shows_the_same_form_whether_there_is_a_link_or_not(counter: Counter) -> None:
    token, _ = counter.ready()
    assert told(counter.get(token)) == told(counter.get(secrets.token_urlsafe(32)))
    assert "كلمة المرور" in counter.get(token).text


def expire(counter: Counter, ref: str, token: str, password: str) -> None:
    counter.now += timedelta(days=8)


def revoke(counter: Counter, ref: str, token: str, password: str) -> None:
    with counter.acting() as (session, act):
        handing.revoke(act, session, search.case(session, ref))


def use_up(counter: Counter, ref: str, token: str, password: str) -> None:
    for _ in range(3):
        assert counter.post(token, password).status_code == 200


def lock(counter: Counter, ref: str, token: str, password: str) -> None:
    for _ in range(5):
        assert counter.post(token, WRONG).status_code == 403


def erase_package(counter: Counter, ref: str, token: str, password: str) -> None:
    with counter.acting() as (session, act):
        case = search.case(session, ref)
        package = handing.current(session, case)
        assert package is not None
        handing.destroy(act, session, case, package, "test")
    erasing.carry_out(counter.record, counter.now)


def erase_case(counter: Counter, ref: str, token: str, password: str) -> None:
    with counter.acting() as (session, act):
        forgetting.keep_nobody(session, act, search.case(session, ref), "the person wants it")
    erasing.carry_out(counter.record, counter.now)


def retire_case(counter: Counter, ref: str, token: str, password: str) -> None:
    with counter.acting() as (session, act):
        forgetting.keep_nothing(session, act, search.case(session, ref))
    erasing.carry_out(counter.record, counter.now)


def destroy_key_alone(counter: Counter, ref: str, token: str, password: str) -> None:
    with counter.record.reading() as session:
        package = handing.current(session, search.case(session, ref))
        assert package is not None
        key = package.key
    counter.record.keyring.destroy([key], why="test", now=counter.now)


def protest(counter: Counter, ref: str, token: str, password: str) -> None:
    with counter.acting() as (session, act):
        identity.freeze(act, search.case(session, ref))


ENDS: list[Callable[[Counter, str, str, str], None]] = [
    *(expire, revoke, use_up, lock, erase_package, erase_case, retire_case, destroy_key_alone, protest)
]


@pytest.mark.parametrize("end", ENDS)
def test_whatever_ended_a_link_the_answer_is_that_to_a_guess(
    counter: Counter, end: Callable[[Counter, str, str, str], None]
) -> None:
    ref = counter.case()
    token, password = counter.ready(ref)
    end(counter, ref, token, password)
    guess = counter.post(secrets.token_urlsafe(32), password)
    assert guess.status_code == 403
    assert told(counter.post(token, password)) == told(guess)
    assert told(counter.get(token)) == told(counter.get(secrets.token_urlsafe(32)))


def test_the_time_of_an_answer_does_not_tell_what_was_wrong(counter: Counter) -> None:
    token, _ = counter.ready()
    ref = counter.case()
    dead, password = counter.ready(ref)
    revoke(counter, ref, dead, password)
    kinds = {"unknown": lambda: secrets.token_urlsafe(32), "revoked": lambda: dead, "live": lambda: token}
    took: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(3):
        for name, address in kinds.items():
            began = monotonic()
            assert counter.post(address(), WRONG).status_code == 403
            took[name].append(monotonic() - began)
    middles = [statistics.median(times) for times in took.values()]
    assert min(middles) >= AT_LEAST_SECONDS
    assert max(middles) - min(middles) < 0.2


def test_wrong_passwords_lock_the_link_and_staff_are_shown_it(counter: Counter) -> None:
    ref = counter.case()
    token, password = counter.ready(ref)
    for _ in range(5):
        assert counter.post(token, WRONG).status_code == 403
    assert counter.post(token, password).status_code == 403
    assert counter.links()[0].dead_why == links.LOCKED
    assert "link_locked" in counter.events(ref)
    with counter.record.reading() as session:
        assert search.case(session, ref).attention == "link_locked"


def test_ten_thousand_guesses_find_nothing_and_stop_counting_from_where_they_come(counter: Counter) -> None:
    token, password = counter.ready()
    url = urlsplit(counter.address)
    statuses: dict[int, int] = {}

    def guess(client: httpx2.Client) -> None:
        answer = client.post(counter.address + secrets.token_urlsafe(32), data={"password": password})
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1

    with httpx2.Client(timeout=30) as client:
        for _ in range(10_000):
            guess(client)
    assert statuses == {403: guesses.MOST, 429: 10_000 - guesses.MOST}
    assert counter.post(token, password).status_code == 429  # the right one does not count from there either
    elsewhere = counter.post(token, password, headers={"X-Forwarded-For": "198.51.100.7"})
    assert is_archive(elsewhere)
    counter.now += guesses.WITHIN + timedelta(seconds=1)
    assert is_archive(counter.post(token, password))
    assert url.hostname == "127.0.0.1"


def test_guesses_from_many_addresses_find_nothing(counter: Counter) -> None:
    _, password = counter.ready()

    def guess(number: int) -> int:
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        return counter.post(secrets.token_urlsafe(32), password, headers=headers).status_code

    with ThreadPoolExecutor(4) as crowd:
        assert set(crowd.map(guess, range(40))) == {403}


def test_neighbours_in_one_ipv6_network_share_their_guesses() -> None:
    tries = guesses.Guesses()
    counter_now = Counter.__dataclass_fields__["now"].default_factory()  # type: ignore[misc]
    for number in range(guesses.MOST):
        assert tries.begin(f"2001:db8:1:2::{number:x}", counter_now)
    assert not tries.begin("2001:db8:1:2:ffff::1", counter_now)
    assert tries.begin("2001:db8:1:3::1", counter_now)


def test_of_many_guesses_at_once_no_more_get_through_than_one_after_the_other(counter: Counter) -> None:
    counter.ready()

    def guess(_: int) -> int:
        return counter.post(secrets.token_urlsafe(32), WRONG).status_code

    with ThreadPoolExecutor(40) as crowd:
        statuses = list(crowd.map(guess, range(40)))
    assert (statuses.count(403), statuses.count(429)) == (guesses.MOST, 40 - guesses.MOST)


def test_a_right_password_is_no_guess(counter: Counter) -> None:
    for _ in range(guesses.MOST // 3 + 1):
        token, password = counter.ready()
        assert [counter.post(token, password).status_code for _ in range(3)] == [200, 200, 200]


def half_a_form(counter: Counter, token: str, body: bytes) -> socket.socket:
    url = urlsplit(counter.address)
    line = socket.create_connection((url.hostname, url.port))
    line.settimeout(20)
    head = f"POST /{token} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    line.sendall(f"{head}{kind}".encode() + body[:5])
    return line


def test_who_holds_the_form_back_until_the_link_has_ended_gets_nothing(counter: Counter) -> None:
    token, password = counter.ready()
    body = f"password={password.replace(' ', '')}".encode()
    with half_a_form(counter, token, body) as line:
        counter.get(token)  # the listener has the first half by now
        counter.now += timedelta(days=8)
        line.sendall(body[5:])
        assert line.recv(12) == b"HTTP/1.1 403"


def test_a_form_that_never_ends_is_given_up(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox_agent.downloads.FORM_SECONDS", 0.3)
    with half_a_form(counter, secrets.token_urlsafe(32), b"password=1") as line:
        assert line.recv(12) == b"HTTP/1.1 408"


def test_who_goes_in_the_middle_of_a_form_leaves_nothing_in_the_log(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    half_a_form(counter, secrets.token_urlsafe(32), b"password=1").close()
    assert counter.get("").status_code == 404
    assert not caplog.records


def test_what_was_revoked_while_the_clock_was_ahead_stays_revoked(counter: Counter) -> None:
    ref = counter.case()
    token, password = counter.ready(ref)
    counter.now += timedelta(days=100)
    revoke(counter, ref, token, password)
    counter.now -= timedelta(days=100)
    assert counter.post(token, password).status_code == 403


def test_of_two_at_the_last_download_one_gets_it(anywhere: Counter) -> None:
    counter = anywhere
    token, password = counter.ready()
    for _ in range(2):
        counter.post(token, password)
    gate = threading.Barrier(2)

    def fetch(_: int) -> int:
        gate.wait()
        return counter.post(token, password).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(fetch, range(2))) == [200, 403]
    assert counter.links()[0].downloads == 3


def test_a_transfer_that_broke_can_be_repeated_within_the_number(counter: Counter) -> None:
    token, password = counter.ready()
    body = f"password={password.replace(' ', '')}".encode()
    url = urlsplit(counter.address)
    with socket.create_connection((url.hostname, url.port)) as line:
        head = f"POST /{token} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        line.sendall((head + kind).encode() + body)
        assert line.recv(20).startswith(b"HTTP/1.1 200")
    assert is_archive(counter.post(token, password))
    assert counter.links()[0].downloads == 2


def test_what_is_erased_during_a_download_ends_in_the_middle(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = counter.case()
    token, password = counter.ready(ref)
    with counter.record.reading() as session:
        package = handing.current(session, search.case(session, ref))
        assert package is not None
        package_id = package.id
    stretches = links.stream(counter.record, package_id)
    erase_package(counter, ref, token, password)
    assert list(stretches) == []
    real, calls = Keyring.open, 0

    def dying(self: Keyring, *arguments: object) -> bytes:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise Erased("gone")
        return real(self, *arguments)  # type: ignore[arg-type]

    ref = counter.case()
    token, password = counter.ready(ref)
    monkeypatch.setattr(Keyring, "open", dying)
    with pytest.raises(httpx2.RemoteProtocolError):
        counter.post(token, password)


def test_only_hashes_of_address_and_password_are_kept(counter: Counter) -> None:
    token, password = counter.ready()
    (link,) = counter.links()
    assert link.password_hash.startswith("$argon2id$")
    plain = repr(vars(link))
    assert token not in plain
    assert password not in plain
    assert password.replace(" ", "") not in plain
    assert len(token) == 43


def test_the_password_never_stands_in_a_letter_or_in_the_history(counter: Counter) -> None:
    ref = counter.case()
    _, password = counter.ready(ref)
    with counter.record.reading() as session:
        case = search.case(session, ref)
        details = [str(event.detail(counter.record.keyring)) for event in case.events]
        letters = [letter.content(counter.record.keyring).decode() for letter in case.letters]
        facts = [str(letter.facts(counter.record.keyring)) for letter in case.letters]
    for text in (*details, *letters, *facts, counter.letter(ref)):
        assert password not in text
        assert password.replace(" ", "") not in text


def test_a_package_is_destroyed_some_days_after_its_last_link_has_ended(counter: Counter) -> None:
    ref = counter.case()
    counter.ready(ref)
    for days, expected in ((14, 0), (1, 1), (0, 0)):
        counter.now += timedelta(days=days)
        assert due.destroy_due(counter.record, counter.now) == expected
    assert counter.events(ref)[-1] == "package_destroyed"
    with counter.record.reading() as session:
        assert handing.current(session, search.case(session, ref)) is None

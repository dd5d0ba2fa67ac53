"""The listener serves links and nothing else, and says little about itself."""

import secrets

import httpx2
import pytest

from tests.downloads.counter import Counter

NOT_HERE = [
    *("", "robots.txt", "favicon.ico", "sign-in", "queue/decide", "cases/MC-7K2Q-9D4X", "settings", "help"),
    *("static/abc/desk.css", "static/../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd"),
    *("index.html", ".git/config", "docs", "openapi.json", "metrics", "health", "a" * 42, "a" * 44),
    *("a" * 42 + "%00", "a" * 42 + "/", "a" * 43 + "/x", "a" * 42 + "é", "//evil.example/", "a" * 20000),
]


@pytest.mark.parametrize("path", NOT_HERE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_other_address_is_served(counter: Counter, path: str, method: str) -> None:
    answer = httpx2.request(
        method, counter.address + path, data={"password": "1"} if method == "POST" else None
    )
    assert answer.status_code in {400, 404}
    assert "<form" not in answer.text
    assert "set-cookie" not in answer.headers


def test_every_answer_is_guarded(counter: Counter) -> None:
    token, password = counter.ready()
    answers = [
        *(counter.get(token), counter.get(""), counter.post(token, "1"), counter.post(token, password)),
        httpx2.put(counter.address + token),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 403, 200, 405]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert "unsafe-inline" not in answer.headers["content-security-policy"]


def test_a_file_is_only_ever_to_be_saved(counter: Counter) -> None:
    headers = counter.post(*counter.ready()).headers
    assert headers["content-type"] == "application/zip"
    assert headers["content-disposition"] == 'attachment; filename="personal-data.zip"'


def test_every_page_is_in_both_languages_and_holds_no_script(counter: Counter) -> None:
    token = secrets.token_urlsafe(32)
    for answer in (counter.get(token), counter.post(token, "1"), counter.get("nothing")):
        assert 'lang="en"' in answer.text
        assert 'lang="ar" dir="rtl"' in answer.text
        assert "<script" not in answer.text
        assert token not in answer.text


def test_a_large_form_is_refused(counter: Counter) -> None:
    token, password = counter.ready()
    answer = counter.post(token, password + "0" * 10_000)
    assert answer.status_code in {400, 413}
    assert counter.links()[0].downloads == 0


def test_a_file_in_place_of_the_password_is_refused(counter: Counter) -> None:
    token, _ = counter.ready()
    answer = httpx2.post(counter.address + token, files={"password": ("x", b"1")})
    assert answer.status_code == 400


def test_a_name_of_another_host_is_refused(counter: Counter) -> None:
    token, _ = counter.ready()
    assert counter.get(token, headers={"Host": "evil.example"}).status_code == 400
    assert counter.get(token, headers={"Host": "downloads.example.com"}).status_code == 200

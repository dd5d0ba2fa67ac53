"""Strangers who open connections and stay silent cost the agent little."""

import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from inbox_agent.desk import patience
from tests.downloads.counter import Counter

HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "
WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def line_to(counter: Counter) -> socket.socket:
    url = urlsplit(counter.address)
    line = socket.create_connection((url.hostname, url.port))
    line.settimeout(5)
    return line


def is_shut(line: socket.socket) -> bool:
    """Whatever was answered before."""
    try:
        while line.recv(4096):
            pass
        return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize("said", [b"", HALF, b"GET"])
def test_who_begins_no_request_is_shut_out(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    with line_to(counter) as line:
        line.sendall(said)
        assert is_shut(line)


def test_a_head_that_comes_in_drops_is_shut_out(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.5)
    with line_to(counter) as line:
        line.sendall(WHOLE)
        assert line.recv(8) == b"HTTP/1.1"
        began = time.monotonic()
        threading.Thread(target=drip, args=(line,), daemon=True).start()
        assert is_shut(line)
        assert time.monotonic() - began < 3


def drip(line: socket.socket) -> None:
    try:
        for octet in HALF * 100:
            line.sendall(bytes([octet]))
            time.sleep(0.1)
    except OSError:
        return


def test_more_connections_than_some_are_not_held(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST", 5)
    lines = [line_to(counter) for _ in range(5)]
    with line_to(counter) as more:
        assert is_shut(more)
    lines.pop().close()
    time.sleep(0.2)
    assert counter.get("").status_code == 404
    for line in lines:
        line.close()


def test_a_slow_answer_is_waited_for(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    token, password = counter.ready()
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.2)
    assert counter.post(token, "0").status_code == 403
    assert counter.post(token, password).status_code == 200

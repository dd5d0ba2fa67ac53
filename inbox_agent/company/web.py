"""A web service of the company's own: one signed request, one JSON answer, no other address than its own."""

import http.client
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit

from inbox_agent.company.failing import failed
from inbox_agent.company.signing import headers
from inbox_agent.company.systems import HttpSystem

LARGEST_ANSWER = 20 << 20
_PART = 1 << 16


def ask(system: HttpSystem, kind: str, data: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The rows that the service answers with; raises PersonNeeded with the kind of fault."""
    body = json.dumps({"type": kind, "timestamp": int(time.time()), "data": data}).encode()
    answer = _answered(system, body)
    try:
        rows = json.loads(answer)["rows"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise failed(system.name, "wrong_answer") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise failed(system.name, "wrong_answer")
    if len(rows) > system.most_rows:
        raise failed(system.name, "too_many")
    return rows


def _answered(system: HttpSystem, body: bytes) -> bytes:
    """At the end of its time the connection is shut, however slowly the other side goes on."""
    ends = time.monotonic() + system.seconds
    try:
        with closing(_connection(system)) as connection:
            connection.connect()
            stop = threading.Timer(ends - time.monotonic(), _shut, [connection.sock])
            stop.start()
            try:
                answer = _exchange(system, connection, body)
            finally:
                stop.cancel()
        if time.monotonic() >= ends:  # what came until it was shut looks like the whole of it
            raise TimeoutError
        return answer
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() >= ends or isinstance(error, TimeoutError)
        raise failed(system.name, "timed_out" if late else "out_of_reach", type(error).__name__) from None


def _exchange(system: HttpSystem, connection: http.client.HTTPConnection, body: bytes) -> bytes:
    parts = urlsplit(system.url.get_secret_value())
    signed = headers(system.secret.get_secret_value(), f"msg_{secrets.token_hex(16)}", int(time.time()), body)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", target, body, {"content-type": "application/json", **signed})
    response = connection.getresponse()
    if response.status != http.HTTPStatus.OK:
        raise failed(system.name, "refused", f"answers {response.status}")
    answer = bytearray()
    while part := response.read1(_PART):
        answer += part
        if len(answer) > LARGEST_ANSWER:
            raise failed(system.name, "too_many")
    if response.length:
        raise http.client.IncompleteRead(b"")
    return bytes(answer)


def _connection(system: HttpSystem) -> http.client.HTTPConnection:
    parts = urlsplit(system.url.get_secret_value())
    assert parts.hostname, "checked when the file was read"
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=system.seconds)
    trusted = ssl.create_default_context(cafile=system.ca_file)
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=system.seconds, context=trusted)


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)

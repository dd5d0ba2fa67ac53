"""An OAuth 2.0 authority: hands out tokens and tells a mail server whose they are."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

from inbox_agent.settings import OauthSettings

CLIENT, SECRET, REFRESH = "inbox-agent", "client secret", "refresh 1"


class Authority:
    """`lasts` is what it says of each token, in seconds; `forms` are the requests it got.

    `will_answer` makes the next request fail; `revoke` ends all tokens that are out.
    """

    def __init__(self, *, account: str, lasts: object = 3600, rotates: bool = False) -> None:
        self.account = account
        self.lasts = lasts
        self.rotates = rotates
        self.forms: list[dict[str, str]] = []
        self.valid: set[str] = set()
        self._failures: list[tuple[int, bytes]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settings(self, **changes: Any) -> OauthSettings:
        given = {"token_url": f"{self.url}/token", "client_id": CLIENT, "client_secret": SECRET}
        return OauthSettings(**{**given, "refresh_token": REFRESH, **changes})

    def will_answer(self, status: int, body: Mapping[str, str] | bytes = b"") -> None:
        self._failures.append((status, body if isinstance(body, bytes) else json.dumps(body).encode()))

    def revoke(self) -> None:
        self.valid.clear()

    def token_for(self, form: dict[str, str]) -> tuple[int, bytes]:
        self.forms.append(form)
        if self._failures:
            return self._failures.pop(0)
        if form.get("client_secret") != SECRET:
            return 401, b'{"error": "invalid_client", "error_description": "info@example.com is unknown"}'
        token = f"token-{len(self.forms)}"
        self.valid.add(token)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts}
        if self.rotates:
            answer["refresh_token"] = f"refresh {len(self.forms) + 1}"
        return 200, json.dumps(answer).encode()

    def owner_of(self, token: str) -> tuple[int, bytes]:
        known = {"email": self.account, "active": "true" if token in self.valid else "false"}
        return 200, json.dumps(known).encode()


def _handler(authority: Authority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(*authority.token_for(dict(parse_qsl(body))))

        def do_GET(self) -> None:
            self._answer(*authority.owner_of(self.headers.get("Authorization", "").removeprefix("Bearer ")))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("Location", f"{authority.url}/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the tests look at what was asked."""

    return Handler

"""Access tokens in place of passwords, which Google and Microsoft 365 take no more (RFC 6749)."""

import http.client
import json
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from functools import cache
from typing import Any

from inbox_agent.errors import TryAgainLater, WrongSetting
from inbox_agent.settings import OauthSettings

EARLY = 300
"""Seconds before its end at which a token is replaced: a sign-in with it must not fail on the way."""
_TIMEOUT = 15
_LONGEST_ANSWER = 1 << 16
_HALF_AN_HOUR = 1800
_NOT_NOW = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    ends_at: float


class Tokens:
    """The tokens of one authority for one account, asked for anew before they end. Any thread may ask."""

    def __init__(self, settings: OauthSettings) -> None:
        self._settings = settings
        self._refresh_token = settings.refresh_token.get_secret_value()
        self._token: _Token | None = None
        self._lock = threading.Lock()

    def current(self) -> str:
        """One that still holds for a while.

        Raises WrongSetting when the authority refuses us for good, TryAgainLater when it is out of reach.
        """
        with self._lock:
            if self._token is None or time.monotonic() > self._token.ends_at - EARLY:
                self._token = self._asked()
            return self._token.text

    def renewed(self, refused: str) -> str:
        """Another than this one, which a server refused before its time; raises like `current`."""
        with self._lock:
            if self._token is None or self._token.text == refused:
                self._token = self._asked()
            return self._token.text

    def _asked(self) -> _Token:
        began = time.monotonic()
        answer = _post(self._settings.token_url, self._form())
        text, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(text, str) or not text.isascii() or not text.isprintable():
            raise TryAgainLater(f"{_place(self._settings.token_url)}: an answer without a token")
        # An authority may give a new refresh token with each answer (§6); the old one may end then.
        self._refresh_token = str(answer.get("refresh_token") or self._refresh_token)
        return _Token(text, began + _seconds(lasts))

    def _form(self) -> dict[str, str]:
        settings = self._settings
        form = {"client_id": settings.client_id, "client_secret": settings.client_secret.get_secret_value()}
        if self._refresh_token:
            form |= {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        else:
            form |= {"grant_type": "client_credentials"}
        return {name: value for name, value in (form | {"scope": settings.scope}).items() if value}


@cache
def tokens_of(settings: OauthSettings) -> Tokens:
    """The one store of tokens for these settings: every connection of the process shares it."""
    return Tokens(settings)


def _post(url: str, form: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - settings allow https, and http on this machine
        url, urllib.parse.urlencode(form).encode(), {"Accept": "application/json"}
    )
    try:
        status, body = _answer(request)
    except ssl.SSLCertVerificationError as error:
        raise WrongSetting(f"{_place(url)}: certificate refused: {error.verify_message}") from None
    except (OSError, http.client.HTTPException) as error:
        if isinstance(reason := getattr(error, "reason", None), ssl.SSLCertVerificationError):
            raise WrongSetting(f"{_place(url)}: certificate refused: {reason.verify_message}") from None
        raise TryAgainLater(f"{_place(url)}: out of reach") from None
    if status >= 300:
        raise _refusal(url, status, body)
    answer = _object(body)
    if answer is None:
        raise TryAgainLater(f"{_place(url)}: an answer that is no token")
    return answer


def _answer(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with _opener().open(request, timeout=_TIMEOUT) as response:
            return response.status, response.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(_LONGEST_ANSWER)


def _opener() -> urllib.request.OpenerDirector:
    """One that follows no redirection: our secrets go to the named address alone."""
    return urllib.request.build_opener(_StayingHere)


class _StayingHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _refusal(url: str, status: int, body: bytes) -> WrongSetting | TryAgainLater:
    """By the error code alone (§5.2): descriptions name accounts."""
    if status >= 500 or status in _NOT_NOW:
        return TryAgainLater(f"{_place(url)}: answers {status}")
    code = str((_object(body) or {}).get("error", ""))
    told = f" ({code})" if code.isidentifier() and len(code) < 60 else ""
    return WrongSetting(f"{_place(url)}: gives no token{told}; see the OAUTH__ settings")


def _seconds(lasts: object) -> float:
    """How long a token holds; an authority that does not say gives one for a while."""
    try:
        return max(0.0, float(str(lasts)))
    except ValueError:
        return _HALF_AN_HOUR


def _place(url: str) -> str:
    return f"OAuth authority {urllib.parse.urlsplit(url).netloc}"

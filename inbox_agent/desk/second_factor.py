"""The second factor: codes that an authenticator program shows, each for half a minute (RFC 6238)."""

import base64
import secrets
from contextlib import suppress
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from inbox_agent.cases.staff import Role, Staff
from inbox_agent.desk.visit import Visit

STEP_SECONDS = 30


def is_asked_of(visit: Visit, person: Staff) -> bool:
    """An administrator, where the setting asks for a second factor."""
    return visit.record.settings.desk.admins_need_totp and person.role == Role.ADMIN


def is_right(person: Staff, visit: Visit) -> bool:
    secret = person.totp_secret(visit.record.keyring)
    code = latin_digits(visit.given("code", 20))
    step = step_of(secret, code, visit.now, after=person.totp_step) if secret else None
    if step is None:
        return False
    person.totp_step = step
    return True


def latin_digits(text: str) -> str:
    """The digits in it, of whatever script, as 0 to 9."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def new_secret() -> str:
    """A shared secret of 160 bits (RFC 4226 §4), in base32 as authenticator programs take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(secret: str, code: str, now: datetime, *, after: int = 0) -> int | None:
    """The time step whose code this is, of now, the one before or the one after; none used before counts."""
    step = int(now.timestamp()) // STEP_SECONDS
    for candidate in (step - 1, step, step + 1):
        with suppress(InvalidToken):
            _totp(secret).verify(code.encode(), candidate * STEP_SECONDS)
            return candidate if candidate > after else None
    return None


def address(secret: str, name: str) -> str:
    """What an authenticator program reads (otpauth)."""
    return _totp(secret).get_provisioning_uri(name, "Inbox Agent")


def _totp(secret: str) -> TOTP:
    """RFC 6238 with SHA-1, six digits and 30 seconds: what every authenticator knows."""
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP_SECONDS)  # noqa: S303

"""To which case a mail belongs: keyed tokens that cannot be forged, ids seen before, bare references.

A token is a case's reference and an HMAC of it. It stands in the Message-ID of each letter, at the letter's
foot and, where plus-addresses are on, in the address to reply to; wherever it comes back, it proves that the
writer has one of our letters. A bare reference proves nothing.
"""

import base64
import hmac
import re
import uuid
from dataclasses import dataclass

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.references import references_in
from inbox_agent.message import DIRECTION_MARKS, Message

_MAC_BYTES = 10
_TOKEN = re.compile(
    r"(?<![0-9a-z])(mc-[0-9a-z]{4}-[0-9a-z]{4})-([a-z2-7]{16})(?![0-9a-z])", re.ASCII | re.IGNORECASE
)
_SEARCHED_LETTERS = 200_000
_MOST_IDS = 100
_MOST_MARKS = 20  # of each kind; a mail full of references must not fill a query


@dataclass(frozen=True, slots=True)
class Marks:
    """What in a mail points to a case, strongest first."""

    proven: tuple[str, ...] = ()
    ids: tuple[bytes, ...] = ()
    bare: tuple[str, ...] = ()


def token(keyring: Keyring, ref: str) -> str:
    """The token of a case: mc-7k2q-9d4x-… with 80 bits of HMAC-SHA-256 in base32."""
    return _token(ref, keyring.hash("token", ref.encode()))


def _token(ref: str, mac: bytes) -> str:
    return f"{ref}-{base64.b32encode(mac[:_MAC_BYTES]).decode()}".lower()


def message_id(keyring: Keyring, ref: str, letter: uuid.UUID, address: str) -> str:
    """The Message-ID of a letter, in our own domain, carrying the token of its case."""
    return f"<{token(keyring, ref)}.{letter.hex[-16:]}@{address.partition('@')[2]}>"


def plus_address(address: str, token: str) -> str:
    """An address of ours that names a case (RFC 5233); `address` as it stands in a mail."""
    local, _, domain = address.partition("@")
    return f"{local}+case-{token}@{domain}"


def token_in(message_id: str) -> str:
    """The token that stands in the Message-ID of a letter."""
    return message_id.strip("<>").partition(".")[0]


def is_ours(keyring: Keyring, message_id: str) -> bool:
    """Whether a mail with this Message-ID is a letter of ours."""
    return bool(_proven(message_id, keyring))


def marks(message: Message, keyring: Keyring) -> Marks:
    """Everything in a mail that points to a case; costs no look-up."""
    returned = message.bounce.returned_message_id if message.bounce else None
    ids = (*message.in_reply_to, *([returned] if returned else []), *reversed(message.references))
    body = message.body[:_SEARCHED_LETTERS].translate(DIRECTION_MARKS)
    subject = message.subject.translate(DIRECTION_MARKS)
    places = (*message.recipients, *ids, subject, body)
    proven = dict.fromkeys(ref for place in places for ref in _proven(place, keyring))
    mentioned = dict.fromkeys([*references_in(subject), *references_in(body)])
    return Marks(
        proven=tuple(proven)[:_MOST_MARKS],
        ids=tuple(dict.fromkeys(id_hash(keyring, one) for one in ids[:_MOST_IDS])),
        bare=tuple(ref for ref in mentioned if ref not in proven)[:_MOST_MARKS],
    )


def id_hash(keyring: Keyring, message_id: str) -> bytes:
    """What a Message-ID is looked up by."""
    return keyring.hash("lookup", b"message-id:" + message_id.encode("utf-8", "replace"))


def _proven(place: str, keyring: Keyring) -> list[str]:
    found = [(match.group(1).upper(), match.group(0).lower()) for match in _TOKEN.finditer(place)]
    return [ref for ref, given in found if _is_ours(keyring, ref, given)]


def _is_ours(keyring: Keyring, ref: str, given: str) -> bool:
    """Under the key of today or one of before; the time it takes tells nothing of how near a guess was."""
    genuine = [_token(ref, mac) for mac in keyring.hashes("token", ref.encode())]
    return any(hmac.compare_digest(one, given) for one in genuine)

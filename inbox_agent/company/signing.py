"""Requests to a company's web service are signed as the Standard Webhooks scheme says.

Three headers: `webhook-id`, `webhook-timestamp` (seconds), and `webhook-signature`, which is `v1,` and the
base64 of HMAC-SHA256 over `id.timestamp.body`. The secret is `whsec_` and the key in base64, 24 to 64 bytes.
"""

import base64
import binascii
import hmac

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def key_of(secret: str) -> bytes:
    """The key; raises ValueError, its text a half-sentence."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("must be whsec_ and a key in base64") from None
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError(f"must hold a key of {_SHORTEST} to {_LONGEST} bytes")
    return key


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    signed = f"{message_id}.{timestamp}.".encode() + body
    mark = base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{mark}",
    }

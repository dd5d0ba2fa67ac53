"""DKIM: our domain vouches for our letters (RFC 6376), so that they arrive."""

import base64

import dkim
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from inbox_agent.errors import WrongSetting
from inbox_agent.settings import DkimSettings

_SIGNED = (
    "from to subject date message-id reply-to in-reply-to references auto-submitted mime-version content-type"
)
_ONCE_MORE = "from subject reply-to"  # so that none can be added beside ours without breaking the signature
_SMALLEST = 1024


class Signature:
    """Signs finished mails as `domain`, with the key published at `place`.

    Raises WrongSetting for a key that cannot be used.
    """

    def __init__(self, settings: DkimSettings, address: str) -> None:
        if not settings.selector:
            raise WrongSetting("INBOX_AGENT_DKIM__SELECTOR is empty: it names the key in the DNS")
        self.domain = settings.domain or address.rpartition("@")[2]
        self.selector = settings.selector
        self._key = _key(settings)
        self._pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())

    @property
    def place(self) -> str:
        """Where the DNS publishes the key."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What the DNS must say there (§3.6.1)."""
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"

    def signed(self, raw: bytes) -> bytes:
        """The mail with its signature before it."""
        signature: bytes = dkim.sign(
            raw,
            self.selector.encode(),
            self.domain.encode(),
            self._pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=f"{_SIGNED} {_ONCE_MORE}".encode().split(),
        )
        return signature + raw


def _key(settings: DkimSettings) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(settings.key.get_secret_value().encode(), None)
    except (ValueError, TypeError):
        raise WrongSetting("INBOX_AGENT_DKIM__KEY is no PEM key without a password") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST:
        raise WrongSetting(f"INBOX_AGENT_DKIM__KEY must be an RSA key of at least {_SMALLEST} bits")
    return key

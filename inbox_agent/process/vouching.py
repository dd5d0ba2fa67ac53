"""DKIM checked by ourselves (RFC 6376), where the settings ask for it and our mail server tells nothing."""

from collections.abc import Callable

import dkim
from dkim.dnsplug import get_txt
from dns.exception import DNSException

from inbox_agent.errors import TryAgainLater
from inbox_agent.message.authentication import aligned

_SIGNATURES = 3
"""Of one mail, that are looked at: each costs a question to the DNS."""
_SECONDS = 3

Dns = Callable[..., bytes | None]
"""The text that a name publishes, by the name and a `timeout` in seconds."""


def published_at(name: str) -> str | None:
    """The text that the DNS has at this name; None for none. Raises TryAgainLater without an answer."""
    try:
        text = get_txt(name.encode("idna"), timeout=_SECONDS)
    except (dkim.DKIMException, DNSException, OSError, UnicodeError):
        raise TryAgainLater(f"the DNS does not answer for {name}") from None
    return text.decode("utf-8", "replace") if text else None


def vouched_for(raw: bytes, sender: str | None, dns: Dns = get_txt) -> bool:
    """Whether a valid signature of the sender's own domain covers the mail; False is unknown, not forged."""
    try:
        mail = dkim.DKIM(raw, minkey=1024, timeout=_SECONDS)
        signed = sum(name.lower() == b"dkim-signature" for name, _ in mail.headers)
        return any(_holds(mail, place, sender, dns) for place in range(min(signed, _SIGNATURES)))
    except Exception:  # hostile bytes and servers: whatever goes wrong, nobody has vouched
        return False


def _holds(mail: dkim.DKIM, place: int, sender: str | None, dns: Dns) -> bool:
    try:
        return mail.verify(place, dnsfunc=dns) and aligned(mail.domain.decode("ascii"), sender)
    except Exception:  # of this signature alone
        return False

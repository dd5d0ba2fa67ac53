"""What our own mail server found out about the sender (RFC 8601), and senders that imitate us."""

import re
from collections.abc import Iterator

from inbox_agent.message.headers import Headers, without_comments

_RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)(.*)", re.DOTALL)
_SIGNED_BY = re.compile(r"\bheader\.(?:d\s*=\s*|i\s*=\s*[^\s;@]*@)\"?([a-z0-9.-]+)")
_MAILED_FROM = re.compile(r"\bsmtp\.mailfrom\s*=\s*\"?(?:[^\s;@]*@)?([a-z0-9.-]+)")
_WHOSE = {"dkim": _SIGNED_BY, "spf": _MAILED_FROM}


def dmarc_result(headers: Headers, authserv_id: str | None, sender: str | None) -> str | None:
    """Whether the domain of From vouches for the mail; None is unknown, not pass.

    A server that knows no DMARC is understood by DKIM or SPF of an aligned domain (RFC 7489, 3.1, relaxed).
    Anybody can write the field: only the topmost ones of our own server count, as far as they stand
    together.
    """
    results = list(_results(headers, authserv_id)) if authserv_id else []
    told = next((result for method, result, _ in results if method == "dmarc"), None)
    if told in {"pass", "fail"}:
        return told
    vouched = any(
        result == "pass" and any(aligned(domain, sender) for domain in _WHOSE[method].findall(more))
        for method, result, more in results
        if method in _WHOSE
    )
    return "pass" if vouched else told


def aligned(domain: str, sender: str | None) -> bool:
    """Whether the domain is that of the sender's address, or one is above the other."""
    of_sender = (sender or "").rpartition("@")[2]
    one, other = (f".{name.strip('.').lower()}" for name in (domain, of_sender))
    return "." in one[1:] and "." in other[1:] and (one.endswith(other) or other.endswith(one))


def _results(headers: Headers, authserv_id: str) -> Iterator[tuple[str, str, str]]:
    """Method, result and properties, of every method in the topmost fields of our server."""
    begun = False
    for value in headers.all_raw("authentication-results"):
        field = without_comments(value).lower()
        if field.partition(";")[0].split()[:1] != [authserv_id.lower()]:
            if begun:
                return
            continue
        begun = True
        for part in field.split(";")[1:]:
            if found := _RESULT.fullmatch(part):
                yield found[1], found[2], found[3]

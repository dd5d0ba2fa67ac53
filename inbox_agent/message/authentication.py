"""What our own mail server found out about the sender (RFC 8601), and senders that imitate us."""

import re
from collections.abc import Iterator

from inbox_agent.message.addresses import canonical
from inbox_agent.message.headers import Headers

_RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)(.*)", re.DOTALL)
_SIGNED_BY = re.compile(r"\bheader\.(?:d\s*=\s*|i\s*=\s*[^\s;@]*@)\"?([a-z0-9.-]+)")
_MAILED_FROM = re.compile(r"\bsmtp\.mailfrom\s*=\s*\"?(?:[^\s;@]*@)?([a-z0-9.-]+)")
_ABOUT = re.compile(r"\bheader\.from\s*=\s*\"?(?:[^\s;@]*@)?([\w.-]+)")
# What stands in quotes is data, of a sender's choice: it neither ends a result nor opens a comment.
_PIECES = re.compile(r"(\"(?:[^\"\\]|\\.)*+(?:\"|\Z))|([()])|(;)|\\.|[^\"();\\]+|\\", re.DOTALL)
_WHOSE = {"dkim": _SIGNED_BY, "spf": _MAILED_FROM}


def dmarc_result(headers: Headers, authserv_id: str | None, sender: str | None) -> str | None:
    """Whether the domain of From vouches for the mail; None is unknown, not pass.

    A server that knows no DMARC is understood by DKIM or SPF of an aligned domain (RFC 7489, 3.1, relaxed).
    Anybody can write the field: only the topmost ones of our own server count, as far as they stand
    together.
    """
    sender = canonical(sender) if sender else None
    results = list(_results(headers, authserv_id)) if authserv_id else []
    told = next((result for method, result, more in results if _is_dmarc(method, result, more, sender)), None)
    if told in {"pass", "fail"}:
        return told
    vouched = any(
        result == "pass" and any(aligned(domain, sender) for domain in _WHOSE[method].findall(more))
        for method, result, more in results
        if method in _WHOSE
    )
    return "pass" if vouched else told


def _is_dmarc(method: str, result: str, more: str, sender: str | None) -> bool:
    """A pass of another domain says nothing of this sender: a mail may have two From fields."""
    domains = _ABOUT.findall(more)
    theirs = not domains or any(aligned(canonical(f"@{domain}")[1:], sender) for domain in domains)
    return method == "dmarc" and (result != "pass" or theirs)


def aligned(domain: str, sender: str | None) -> bool:
    """Whether the domain is that of the sender's address, or one is above the other."""
    of_sender = (sender or "").rpartition("@")[2]
    one, other = (f".{name.strip('.').lower()}" for name in (domain, of_sender))
    return "." in one[1:] and "." in other[1:] and (one.endswith(other) or other.endswith(one))


def _results(headers: Headers, authserv_id: str) -> Iterator[tuple[str, str, str]]:
    """Method, result and properties, of every method in the topmost fields of our server."""
    begun = False
    for value in headers.all_raw("authentication-results"):
        server, *parts = _parts(value.lower())
        if server.split()[:1] != [authserv_id.lower()]:
            if begun:
                return
            continue
        begun = True
        for part in parts:
            if found := _RESULT.fullmatch(part):
                yield found[1], found[2], found[3]


def _parts(field: str) -> list[str]:
    """What stands between the semicolons, without comments and with quoted strings emptied of signs."""
    parts = [""]
    depth = 0
    for piece in _PIECES.finditer(field):
        quoted, bracket, semicolon = piece.groups()
        if bracket == "(":
            depth += 1
        elif bracket == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif semicolon:
            parts.append("")
        else:
            parts[-1] += re.sub(r"[^\w.@-]", "", quoted) if quoted else piece[0]
    return parts

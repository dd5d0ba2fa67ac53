"""What our own mail server found out about the sender (RFC 8601)."""

import re

from inbox_agent.message.headers import Headers, without_comments

_DMARC = re.compile(r";\s*dmarc\s*=\s*([a-z]+)")


def dmarc_result(headers: Headers, authserv_id: str | None) -> str | None:
    """None is unknown, not pass: anybody can write the field, so only our own server's topmost one counts."""
    if not authserv_id:
        return None
    for value in headers.all_raw("authentication-results"):
        field = without_comments(value).lower()
        if field.partition(";")[0].split()[:1] == [authserv_id.lower()]:
            result = _DMARC.search(field)
            return result[1] if result else None
    return None

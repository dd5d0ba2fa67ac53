"""What a mail went through on its way to us is undone before it is parsed: a few octets, never its words.

Mailbox files put "From " lines above the fields, editors a byte order mark or empty lines, some relays double
the carriage returns, some scripts break a field without indenting the rest of it.
"""

import re
from itertools import pairwise

from inbox_agent.message.budget import header_block

_FIRST_FIELD = (
    rb"(?:from|to|subject|date|received|return-path|message-id|mime-version|content-type|delivered-to|"
    rb"reply-to|dkim-signature|authentication-results|x-[\w-]{1,60})[ \t]*:"
)
_ABOVE = re.compile(rb"(?:[\s\0]|\xef\xbb\xbf|>From [^\n]{0,300}\n)+(?=%b)" % _FIRST_FIELD, re.IGNORECASE)
_NO_FIELD = re.compile(rb"[\r\n](?![!-9;-~]{1,100}:|[ \t\r\n]|From |\Z)")
_SPACED_FIELD = re.compile(rb"^([!-9;-~]{1,60})[ \t]+:", re.MULTILINE)
# Fields that no person types: above them, a line that is no field is the rest of a broken one.
_TECHNICAL_FIELD = re.compile(
    rb"^(?:content-type|content-transfer-encoding|mime-version|message-id|in-reply-to|references|received|"
    rb"return-path|dkim-signature|x-[\w-]{1,60}):",
    re.IGNORECASE | re.MULTILINE,
)
_BROKEN_LINES = 20


def mended(raw: bytes) -> bytes:
    if above := _ABOVE.match(raw, 0, 4000):
        raw = raw[above.end() :]
    if raw.find(b"\r\r\n", 0, 2000) >= 0:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    header = header_block(raw)
    mended_header = _rejoined(_SPACED_FIELD.sub(rb"\1:", header) if b" :" in header else header)
    return raw if mended_header is header else mended_header + raw[len(header) :]


def _rejoined(header: bytes) -> bytes:
    """Fields of a person's own making below such a line may as well be words; then nothing is joined."""
    broken = [line.end() for line in _NO_FIELD.finditer(header)]
    if not broken:
        return header
    last = max((field.start() for field in _TECHNICAL_FIELD.finditer(header)), default=0)
    joined = [at for at in broken[:_BROKEN_LINES] if 0 < at < last]
    pieces = [header[start:end] for start, end in pairwise([0, *joined, len(header)])]
    return b" ".join(pieces) if joined else header

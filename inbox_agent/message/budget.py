"""The work one mail may cost, checked before the costly step; over it, a person looks.

Every reason `Message.error` can have stands here.
"""

import re

REASONS = {
    "too_large": "more octets or lines than a mail is read for",
    "too_many_headers": "more header lines than a mail needs",
    "too_many_parts": "more than 500 parts",
    "too_deep": "parts within parts beyond 50 levels, or envelopes within envelopes that all hold much",
    "too_long": "more text than is read; the beginning was",
    "encrypted": "encrypted by S/MIME or PGP: only the writer's partner can read it",
    "unreadable": "the structure could not be read at all",
}

OCTETS = 36 * 2**20  # what 25 MB of attachments come to in base64
LINES = 700_000
HEADER_LINES = 2_000
PARTS = 500
DEPTH = 50
LETTERS = 200_000
HTML_LETTERS = 500_000
_EXCERPT = 256 * 2**10

# The parser compares each line with the boundary of each multipart that is open at that line.
_COMPARISONS = 20_000_000

_BOUNDARY = re.compile(rb"boundary\s{0,9}=", re.IGNORECASE)
_EMPTY_LINES = (b"\r\n\r\n", b"\n\n", b"\n\r\n", b"\r\n\n", b"\r\r")


class OverBudget(Exception):
    """Names one of REASONS. It never leaves this room: `parse` turns it into Message.error."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(raw: bytes) -> None:
    """Raise OverBudget for what the parser itself would take too long or too much memory for."""
    if len(raw) > OCTETS:
        raise OverBudget("too_large")
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    if lines > LINES:
        raise OverBudget("too_large")
    if lines > HEADER_LINES and header_block(raw).count(b"\n") > HEADER_LINES:
        raise OverBudget("too_many_headers")
    if raw.count(b"\n--") > 10 * PARTS:
        raise OverBudget("too_many_parts")
    boundaries = raw.lower().count(b"boundary")
    if boundaries > DEPTH:
        boundaries = sum(1 for _ in _BOUNDARY.finditer(raw))
    if boundaries > PARTS or lines * boundaries > _COMPARISONS:
        raise OverBudget("too_deep")


def excerpt(raw: bytes) -> bytes:
    """The beginning of a mail that is over budget: some header lines and some of the text."""
    header = header_block(raw[: 4 * _EXCERPT])
    body = raw[len(header) : len(header) + _EXCERPT]
    return header[:_EXCERPT].rstrip(b"\r\n") + (body or b"\n\n")


def header_block(raw: bytes) -> bytes:
    end = len(raw)
    for empty_line in _EMPTY_LINES:
        found = raw.find(empty_line, 0, end + len(empty_line))
        end = found if found >= 0 else end
    return raw[:end]

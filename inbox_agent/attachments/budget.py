"""What reading one file may cost; the child process holds itself to it. Every reason code stands here."""

from dataclasses import dataclass

REASONS = {
    "attachment_without_text": "an attachment has no text to read: a scan or a picture",
    "attachment_locked": "an attachment needs a password",
    "attachment_broken": "an attachment could not be read: broken, or not what it says it is",
    "attachment_over_limits": "an attachment takes more memory, time or room than one may",
    "attachment_not_read": "an attachment is of a kind that is not read",
}
"""Why what an attachment says is not known, so that a person looks where the mail itself says little."""

OCTETS = 10 * 2**20
"""Of a file that is read at all."""
UNPACKED = 20 * 2**20
"""Octets that the text of a document may unpack to."""
LETTERS = 50_000
"""Of a file's text that are kept; a request stands in fewer."""
PAGES = 40
"""Of a PDF that are read."""
ANSWER = 8 * LETTERS
"""Octets that a child may say: JSON in ASCII takes six for a letter."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory` in octets of address space; `work` in seconds of the processor, `wait` of the clock."""

    memory: int = 384 * 2**20
    work: int = 5
    wait: float = 8.0


class Locked(Exception):
    """A password is needed."""


class NotRead(Exception):
    """An older kind of document under the name of one that is read."""

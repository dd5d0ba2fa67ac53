"""The words of a text file, whatever its charset."""

from inbox_agent.attachments.budget import LETTERS
from inbox_agent.message.charsets import decode


def text_of_plain(octets: bytes) -> str:
    """A file that holds NUL beyond what UTF-16 needs is no text: raises ValueError."""
    text = decode(octets[: 4 * LETTERS], "")
    if text.count("\ufffd") > len(text) // 20:
        raise ValueError("no text")
    return text

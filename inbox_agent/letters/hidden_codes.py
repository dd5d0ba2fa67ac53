"""The code of a letter is for its customer alone: others could prove with it an address that is not theirs.

Staff see a mask in its place, also where they change a letter; what leaves has the code.
"""

import re
from base64 import encodebytes
from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any

from inbox_agent.letters.finished import Finished
from inbox_agent.letters.writing import Source

MASK = "•••• ••••"
_APART = "[\\s\u200f-]{0,4}"
"""What lines that were broken, or a person, may have put between two digits."""
_MASKED = re.compile(f"•{{4}}{_APART}•{{4}}")


def code_of(facts: Mapping[str, Any]) -> str:
    """The code of a letter with these facts; empty where it has none."""
    return str(facts.get("code") or "")


def hidden(text: str, code: str) -> str:
    """The text with the mask for the code, however its digits are set apart."""
    digits = re.sub(r"\D", "", code)
    return re.sub(_APART.join(digits), MASK, text) if digits else text


def hidden_in_mail(mail: Finished, code: str) -> Finished:
    return replace(
        mail,
        subject=hidden(mail.subject, code),
        texts={language: hidden(text, code) for language, text in mail.texts.items()},
        html=hidden(mail.html, code),
    )


def hidden_in_source(source: Source, code: str) -> Source:
    return Source(
        hidden(source.subject, code), {one: hidden(text, code) for one, text in source.bodies.items()}
    )


def put_back(text: str, code: str) -> str:
    """The text with the code where the mask was left."""
    return _MASKED.sub(code, text) if code else text


def hidden_in_bytes(mail: bytes, code: str) -> bytes:
    """A letter as it left, with the mask for the code; the same bytes where the code is not in it."""
    message = message_from_bytes(mail, policy=compat32)
    found = False
    for part in message.walk():
        text = _text_of(part)
        masked = hidden(text, code)
        if masked != text:
            found = True
            part.set_payload(encodebytes(masked.encode()).decode())
    return message.as_bytes() if found else mail


def _text_of(part: Message) -> str:
    """Our letters are base64 of UTF-8, in every part that has words."""
    octets = part.get_payload(decode=True)
    return octets.decode("utf-8", "replace") if isinstance(octets, bytes) else ""

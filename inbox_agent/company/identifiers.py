"""What a person is known by in a company's systems: addresses, telephone numbers, account numbers.

Whatever was typed or written, only an address, a run of digits or a plain account number comes out of here.
"""

import re
from dataclasses import dataclass
from typing import Literal

from inbox_agent.message import canonical

By = Literal["account", "address", "number"]
"""What a system keeps its rows under."""

_SHORTEST, _LONGEST = 6, 15
"""Digits of a telephone number; the longest is E.164's."""
_LONGEST_ADDRESS = 254
_BETWEEN_DIGITS = re.compile(r"[\s+\-‐-―().,/·\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ACCOUNT = re.compile(r"[\w.\-/#:+]{1,64}")


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the company writes telephone numbers: `country` is the code of those with one zero in front."""

    country: str = ""

    def number(self, text: str) -> str | None:
        """The digits of a telephone number with its country code, however it is written; else None."""
        written = text.strip().removeprefix("tel:")
        bare = _BETWEEN_DIGITS.sub("", written)
        if not bare.isdecimal():
            return None
        digits = "".join(str(int(letter)) for letter in bare)
        if digits.startswith("00"):
            digits = digits.removeprefix("00")
        elif digits.startswith("0") and self.country:
            digits = self.country + digits[1:]
        return digits if _SHORTEST <= len(digits) <= _LONGEST else None

    def readings(self, text: str) -> list[tuple[By, str]]:
        """All that an identifier can be, each as it is asked for; nothing for what is none."""
        text = text.strip()
        if "@" in text:
            address = address_of(text)
            return [("address", address)] if address else []
        number, account = self.number(text), account_of(text)
        found: list[tuple[By, str]] = []
        if account:
            found.append(("account", account))
        if number:
            found.append(("number", number))
        return found


def address_of(text: str) -> str | None:
    """An address as it is compared; None for what is none."""
    address = canonical(text.strip())
    local, _, domain = address.rpartition("@")
    odd = any(letter.isspace() or not letter.isprintable() for letter in address)
    return None if odd or not local or not domain or len(address) > _LONGEST_ADDRESS else address


def account_of(text: str) -> str | None:
    """An account number, its digits as systems keep them; None for anything with spaces or quotes."""
    plain = "".join(str(int(one)) if one.isdecimal() else one for one in text.strip())
    return plain if _ACCOUNT.fullmatch(plain) else None

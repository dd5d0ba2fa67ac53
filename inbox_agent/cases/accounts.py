"""The company's own list of accounts, a CSV file: does it know this address or number?

Staff learn only whether it matches one account, none or several; mails learn nothing.
"""

import csv
from enum import StrEnum
from pathlib import Path

from inbox_agent.errors import WrongSetting
from inbox_agent.message import canonical

_SHORTEST_NUMBER = 6


class Match(StrEnum):
    """What the list says."""

    MATCH = "match"
    NO_MATCH = "no_match"
    SEVERAL = "several"


def told(accounts: int) -> Match:
    """What is said of so many accounts."""
    return {0: Match.NO_MATCH, 1: Match.MATCH}.get(accounts, Match.SEVERAL)


def look_up(file: Path, value: str) -> Match:
    """How many rows hold this address or telephone number, in any column.

    Raises WrongSetting when there is no such file or it cannot be read as CSV in UTF-8.
    """
    wanted = _plain(value)
    if wanted is None:
        raise WrongSetting("there is nothing to look up: give an address or a number")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = sum(any(_plain(cell) == wanted for cell in row) for row in csv.reader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongSetting(f"INBOX_AGENT_ACCOUNTS: {file} cannot be read: {error}") from None
    return told(rows)


def _plain(value: str) -> str | None:
    """An address as we compare them; of a number its digits, without the international prefix; else None."""
    value = value.strip()
    if "@" in value:
        return canonical(value)
    digits = "".join(str(int(letter)) for letter in value if letter.isdecimal())
    return digits.removeprefix("00") if len(digits) >= _SHORTEST_NUMBER else None

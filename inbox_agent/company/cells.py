"""What stands in a cell: plain values, and of other people only the end of a number."""

from datetime import date, datetime, time
from math import isfinite
from typing import Any

from inbox_agent.cases.findings import Value

LONGEST_CELL = 100_000
_SHOWN = 3
_TOO_SHORT = 6
"""A number of so few digits would be told by its end."""
_HIDDEN = "•••"


def plain(value: Any) -> Value:
    """A cell as JSON knows it; times are ISO 8601, and bytes are only counted."""
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return f"({len(bytes(value))} bytes)"
    return str(value)[:LONGEST_CELL].replace("\x00", "")


def masked(value: Value) -> Value:
    """The last digits of a number, nothing of anything else; an empty cell stays empty."""
    if value is None or value == "":
        return value
    digits = "".join(str(int(one)) for one in str(value) if one.isdecimal())
    is_number = digits and not any(one.isalpha() or one == "@" for one in str(value))
    return _HIDDEN + digits[-_SHOWN:] if is_number and len(digits) > _TOO_SHORT else _HIDDEN

"""What a look-up in one of the company's systems found of a person, as it goes into their access package."""

from collections.abc import Sequence
from dataclasses import dataclass

from inbox_agent.cases.checklist import Item

Value = str | int | float | bool | None
"""What a cell holds; times are ISO 8601 text."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the system calls it, and what a customer reads above it."""

    name: str
    en: str
    ar: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The rows that one system (`source`) holds of one person, for one row of the checklist.

    `en` and `ar` are what its customer reads for the system; "" where it is none of theirs.
    """

    item: Item
    source: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    en: str = ""
    ar: str = ""

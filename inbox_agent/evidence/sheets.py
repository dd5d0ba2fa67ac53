"""The figures as CSV (RFC 4180), one table to a file; the names in the first line stay as they are."""

import csv
import io
from collections.abc import Iterable, Sequence

from inbox_agent.cases.states import Reason
from inbox_agent.evidence.figures import Figures, Month
from inbox_agent.understanding import Language, RequestType

Cell = str | int | float | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def weeks_csv(figures: Figures) -> str:
    head = ("week", "from", "received", "closed", "readings_judged", "readings_right")
    return to_csv(
        head,
        (
            (week.name, week.first.isoformat(), week.received, week.closed, week.asked, week.right)
            for week in figures.weeks
        ),
    )


def types_csv(figures: Figures) -> str:
    """Requests received, a line for each type and a column for each language."""
    by_type = figures.by_type()
    return to_csv(
        ("type", *Language, "total"),
        (
            (kind, *(figures.received.get((kind, language), 0) for language in Language), by_type[kind])
            for kind in RequestType
        ),
    )


def months_csv(months: Sequence[Month]) -> str:
    reasons = (f"denied_{reason}" for reason in Reason)
    measured = ("closed", "median_days_to_close", "p90_days_to_close", "late")
    return to_csv(("month", "received", *RequestType, *measured, *reasons), map(_month, months))


def _month(month: Month) -> Sequence[Cell]:
    took = month.days_to_close
    return (
        f"{month.first:%Y-%m}",
        month.received,
        *(month.by_type.get(kind, 0) for kind in RequestType),
        took.count,
        tenths(took.median),
        tenths(took.ninetieth),
        month.late,
        *(month.denied.get(reason, 0) for reason in Reason),
    )


def tenths(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


def to_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table that a spreadsheet reads as text and numbers, never as formulas."""
    written = io.StringIO()
    csv.writer(written).writerows([_safe(cell) for cell in row] for row in (head, *rows))
    return written.getvalue()


def _safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front; a number never does."""
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

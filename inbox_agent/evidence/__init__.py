"""What the record shows of the work done: the figures of the desk, and their tables for others.

Nothing here names a person who wrote to us; only counts, times and the names of staff leave this room.
"""

from inbox_agent.evidence.figures import Figures, Month, Spread, Standing, Week
from inbox_agent.evidence.periods import last_months
from inbox_agent.evidence.reports import figures, monthly
from inbox_agent.evidence.sheets import months_csv, types_csv, weeks_csv
from inbox_agent.evidence.suppressions import suppressions_csv

__all__ = [
    "Figures",
    "Month",
    "Spread",
    "Standing",
    "Week",
    "figures",
    "last_months",
    "monthly",
    "months_csv",
    "suppressions_csv",
    "types_csv",
    "weeks_csv",
]

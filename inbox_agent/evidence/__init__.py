"""What the record shows to others: figures and the record of requests, evidence, a person's own data.

Figures, requests, notice: counts, references and times, and nobody who wrote to us. `heads` and `verifying`
show that no history was changed; `bundle` gives one case to a regulator; `package` makes the copy that a
person gets. Those two hold personal data, and are imported by their own names.
"""

from inbox_agent.evidence.figures import Figures, Month, Spread, Standing, Week
from inbox_agent.evidence.notice import LANGUAGES as NOTICE_LANGUAGES
from inbox_agent.evidence.notice import Notice, notice
from inbox_agent.evidence.periods import last_months
from inbox_agent.evidence.reports import figures, monthly
from inbox_agent.evidence.requests import entries
from inbox_agent.evidence.requests_sheets import request_json, requests_csv, year_json, yearly_csv
from inbox_agent.evidence.sheets import months_csv, types_csv, weeks_csv
from inbox_agent.evidence.suppressions import suppressions_csv
from inbox_agent.evidence.yearly import CCPA_METRICS, OfYear, days_of_year, yearly, years

__all__ = [
    "CCPA_METRICS",
    "NOTICE_LANGUAGES",
    "Figures",
    "Month",
    "Notice",
    "OfYear",
    "Spread",
    "Standing",
    "Week",
    "days_of_year",
    "entries",
    "figures",
    "last_months",
    "monthly",
    "months_csv",
    "notice",
    "request_json",
    "requests_csv",
    "suppressions_csv",
    "types_csv",
    "weeks_csv",
    "year_json",
    "yearly",
    "yearly_csv",
    "years",
]

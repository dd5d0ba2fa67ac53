"""`inbox-agent suppressions`: who gets no marketing, for the systems that send it."""

import csv
import sys

from inbox_agent.cases.suppression import suppressed
from inbox_agent.cli.output import moment
from inbox_agent.cli.wiring import opened_record


def suppressions() -> None:
    """Print every address that wants no marketing as CSV, each once: address, since."""
    with opened_record() as record, record.reading() as session:
        out = csv.writer(sys.stdout)
        out.writerow(["address", "since"])
        for address, since in suppressed(session, record.keyring):
            out.writerow([_harmless(address), moment(since)[:10]])


def _harmless(cell: str) -> str:
    """A spreadsheet must not take an address for a formula; a telephone number is none."""
    is_number = cell.removeprefix("+").isdecimal()
    return f"'{cell}" if cell[:1] in set("=+-@\t\r") and not is_number else cell

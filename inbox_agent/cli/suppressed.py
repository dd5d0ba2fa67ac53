"""`inbox-agent suppressions`: who gets no marketing, for the systems that send it."""

import sys

from inbox_agent.cli.wiring import opened_record
from inbox_agent.evidence import suppressions_csv


def suppressions() -> None:
    """Print every address that wants no marketing as CSV, each once: address, since."""
    with opened_record() as record, record.reading() as session:
        sys.stdout.write(suppressions_csv(session, record.keyring))

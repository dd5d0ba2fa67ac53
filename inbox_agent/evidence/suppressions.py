"""The list of addresses that want no marketing, for the systems that send it."""

from datetime import UTC

from sqlalchemy.orm import Session

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.suppression import suppressed
from inbox_agent.evidence.sheets import to_csv


def suppressions_csv(session: Session, keyring: Keyring) -> str:
    """Every address once, the oldest first: address, since (the day in UTC)."""
    found = suppressed(session, keyring)
    return to_csv(
        ("address", "since"), ((address, f"{at.astimezone(UTC):%Y-%m-%d}") for address, at in found)
    )

"""One message, start to end: parse, read, decide, write.

A batch is thought through in memory, with no lock held; then its rows are written in one short transaction.
Only if that fails is it written mail by mail, so that the bad one alone goes to staff.
"""

from datetime import datetime

from inbox_agent import attachments, letters
from inbox_agent.cases import inbound
from inbox_agent.cases.record import Record
from inbox_agent.errors import TryAgainLater
from inbox_agent.message import REASONS
from inbox_agent.process.deciding import decide_all
from inbox_agent.process.finding import find_out, read_each, screening_of, unexpected
from inbox_agent.process.matter import Outcome
from inbox_agent.process.writing import write_all
from inbox_agent.understanding import Understanding

__all__ = ["Outcome", "explain", "process_waiting", "read_each", "screening_of"]


def process_waiting(
    record: Record, understanding: Understanding, stationery: letters.Stationery, *, owner: str, now: datetime
) -> list[Outcome]:
    """Take one batch of waiting mail to its end; returns what became of each, [] when none waits."""
    with record.writing() as session:
        inbound.put_back(session, owner)
        taken = inbound.take_up(session, owner)
    if not taken:
        return []
    try:
        outcomes = decide_all(record, find_out(record, understanding, taken), now)
        for outcome in outcomes:
            _put_into_words(outcome, record, stationery)
        write_all(record, stationery, outcomes, owner)
    except TryAgainLater:
        raise
    except Exception:
        # One of these brings us down: let go as a dead worker's are, they are taken up one by one.
        with record.writing() as session:
            inbound.let_go(session, [owner])
        raise
    return outcomes


def _put_into_words(outcome: Outcome, record: Record, stationery: letters.Stationery) -> None:
    try:
        letters.write(outcome.letters, record.keyring, stationery)
    except Exception as error:
        outcome.give_up("needs_staff", unexpected(error))


def explain(reason: str | None) -> str:
    """Why a mail waits for a person, in words."""
    return (REASONS | inbound.REASONS | attachments.REASONS).get(reason or "", "")

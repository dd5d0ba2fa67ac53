"""The rule for mail of the Sent folder: what staff wrote in a mail program of their own stands on its case.

It opens no case and answers nobody, whatever it says.
"""

from inbox_agent.cases import threads
from inbox_agent.cases.known import KnownCase
from inbox_agent.cases.letter import address_hash
from inbox_agent.message import Automatic
from inbox_agent.process.matter import Filing, Matter, Outcome


def sent_by_us(matter: Matter) -> Outcome | None:
    if not matter.finding.taken.sent:
        return None
    if _is_a_machines(matter):
        return matter.outcome("left", "own_letter")
    case = _case_that_it_answers(matter)
    if case is None:
        return matter.outcome("left", "sent_by_us")
    outcome = matter.outcome("filed")
    outcome.case_id, outcome.filing = case.id, Filing(case.id, "answered_by_hand", keeps=False, by_hand=True)
    return outcome


def _is_a_machines(matter: Matter) -> bool:
    """Our letters' copies, by their Message-ID or, where a server gave them another, by what they say."""
    message = matter.finding.message
    ours = threads.is_ours(matter.act.keyring, message.message_id or "")
    return ours or message.automatic not in {None, Automatic.OWN}


def _case_that_it_answers(matter: Matter) -> KnownCase | None:
    """By its thread or a reference, and only if it goes to the case's person: colleagues may talk of it."""
    known, marks = matter.knowledge, matter.finding.traces.marks
    named = known.proven_case(marks) or known.seen_case(marks) or known.mentioned_case(marks)
    if named is None or named.requester_hash is None:
        return None
    to = (address_hash(matter.act.keyring, one) for one in matter.finding.message.recipients)
    return named if named.requester_hash in to else None

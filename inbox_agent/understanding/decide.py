"""From scores and flags to a decision: the doubts that keep a machine from answering alone."""

from collections.abc import Set

from inbox_agent.message import Message
from inbox_agent.understanding.reading import Decision, Flag

# What keeps a sure reading from opening a case by itself.
DOUBTS = frozenset({Flag.NEGATION, Flag.OTHER_LANGUAGE, Flag.PHISHING})


def decide(message: Message, flags: Set[Flag], *, possible: bool, sure: bool) -> Decision:
    """`possible`: some type reached its lower line; `sure`: some type reached its upper one."""
    doubts = DOUBTS & flags
    if message.automatic is not None and not message.automatic.is_read:
        return Decision.SET_ASIDE
    if message.automatic is not None:
        return Decision.ASK_STAFF if possible else Decision.SET_ASIDE
    if message.error is not None or (Flag.NOTHING_LEFT in flags and not sure):
        return Decision.ASK_STAFF
    if sure and not doubts:
        return Decision.OPEN_CASE
    return Decision.ASK_STAFF if possible or Flag.NEGATION in doubts else Decision.LEAVE

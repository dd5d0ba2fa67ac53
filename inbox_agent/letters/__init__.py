"""Letters: what we send, in which words, on what, and how it leaves.

`catalogue` lists the kinds; `markup` and `stationery` read their wordings, which `own_words` replaces by the
operator's; `writing` makes a mail of a draft, `plain` its text and `mime` its bytes; `outbox` sends what
waits, by the `relay`; `acting` is how a person's doings and their letters are written together.
"""

from inbox_agent.dates import day
from inbox_agent.letters.acting import acting
from inbox_agent.letters.catalogue import KINDS, Kind
from inbox_agent.letters.relay import Refused, Relay
from inbox_agent.letters.signing import Signature
from inbox_agent.letters.stationery import Stationery
from inbox_agent.letters.writing import Draft, compose, write

__all__ = [
    "KINDS",
    "Draft",
    "Kind",
    "Refused",
    "Relay",
    "Signature",
    "Stationery",
    "acting",
    "compose",
    "day",
    "write",
]

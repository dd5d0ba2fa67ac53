"""The company's own systems: a person's accounts, what is held of them, and how it is erased.

`connectors` reads the file that says which `systems` there are; `people` finds accounts, `looking` asks all
systems, `erasing` counts and erases; `sql`, `drops` and `web` are the kinds of systems; `trying` is for the
doctor.
Nothing here knows a case: the verbs that may do this, for whom, stand in `process`.
"""

from inbox_agent.company.connectors import load
from inbox_agent.company.looking import Looked, look, looked
from inbox_agent.company.people import Account, Match, match, own
from inbox_agent.company.systems import ByHand, Company, SqlSystem, System
from inbox_agent.company.trying import tried

__all__ = [
    "Account",
    "ByHand",
    "Company",
    "Looked",
    "Match",
    "SqlSystem",
    "System",
    "load",
    "look",
    "looked",
    "match",
    "own",
    "tried",
]

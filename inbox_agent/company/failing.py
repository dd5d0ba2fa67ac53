"""What can go wrong with a company's system: said by its name and the kind of fault, never with its rows."""

from typing import Literal

from inbox_agent.errors import PersonNeeded

Fault = Literal[
    "out_of_reach",
    "timed_out",
    "refused",
    "not_permitted",
    "too_many",
    "wrong_answer",
    "no_file",
    "counts_changed",
    "takes_others",
    "leaves_rows",
    "takes_kept",
]
FAULTS: dict[str, str] = {
    "out_of_reach": "cannot be reached",
    "timed_out": "did not answer in time",
    "refused": "refused what it was asked",
    "not_permitted": "does not let us do this",
    "too_many": "has more rows than it may give (`most_rows`)",
    "wrong_answer": "gave an answer that is not as configured",
    "no_file": "has no file in its folder",
    "counts_changed": "holds other rows than the dry run showed: look at a new one",
    "takes_others": "has a statement that takes other rows than were counted; nothing was changed",
    "leaves_rows": "has rows left after its statements; nothing was changed",
    "takes_kept": "has a statement that takes rows which are to be kept; nothing was changed",
}
"""What each says of the system, behind its name."""


def failed(system: str, fault: Fault, detail: str = "") -> PersonNeeded:
    """The error to raise; `detail` is the type of what happened, never its words."""
    told = f"the system {system} {FAULTS[fault]}"
    return PersonNeeded(f"system_{fault}", f"{told} ({detail})" if detail else told)

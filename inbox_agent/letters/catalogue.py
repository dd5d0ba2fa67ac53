"""Every kind of letter we send, and what each may do.

A letter is a folder `templates/letters/<kind>/` with one file per language, and an entry here.
"""

from dataclasses import dataclass
from typing import Literal

EVERYWHERE = frozenset({"ref", "address"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter.

    `sent` automatic: leaves by itself, and so may carry nothing that the sender of a mail supplied;
    released: leaves when a person lets it go. `languages` both: always English and Arabic, whatever the
    case's language. `facts` are all that its files can know beside EVERYWHERE.
    """

    name: str
    sent: Literal["automatic", "released"]
    languages: Literal["both", "one"]
    facts: frozenset[str]


_ALL = (
    Kind(
        "acknowledgement",
        sent="automatic",
        languages="both",
        facts=frozenset({"received", "rights"}),
    ),
    Kind(
        "child_acknowledgement",
        sent="automatic",
        languages="both",
        facts=frozenset({"received", "rights"}),
    ),
)

KINDS = {kind.name: kind for kind in _ALL}

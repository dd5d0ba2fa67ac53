"""A verb about to be done by a person, and what an action of the desk is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.right import Right
from inbox_agent.cases.staff import Role
from inbox_agent.cases.states import State
from inbox_agent.errors import PersonNeeded

if TYPE_CHECKING:
    from inbox_agent.desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Doing:
    """A verb about to be done: on which case and right, what the form says, and what was asked for it."""

    session: Session
    act: Act
    case: Case
    one: Right | None
    visit: "Visit"
    answer: Any = None

    @property
    def right(self) -> Right:
        if self.one is None:
            raise PersonNeeded("which_right")
        return self.one

    def text(self, name: str) -> str:
        return self.visit.given(name)

    @property
    def words(self) -> list[str]:
        """Paragraphs for the customer."""
        return [
            part.strip()
            for part in self.visit.given("words", 20_000).replace("\r", "").split("\n\n")
            if part.strip()
        ]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `kind`: text, area, select, checks, check, date; options by value."""

    name: str
    label: str
    kind: str = "text"
    options: "dict[str, str] | None" = None
    hint: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One verb with its form.

    `previews`: its letter waits until somebody has read and released it. `sees`: who does it has dealt with
    what the customer wrote last. `asks` is asked before, while nobody waits for the record.
    """

    name: str
    label: str
    does: str
    do: Callable[[Doing], object]
    fields: Sequence[Field] = ()
    sends: str = ""
    of_right: bool = True
    previews: bool = False
    sees: bool = True
    role: Role = Role.AGENT
    asks: "Callable[[Visit], object]" = lambda _: None
    when: Callable[[Right], bool] = lambda right: not right.is_decided and right.state != State.TRIAGE

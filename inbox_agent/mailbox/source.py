"""A mailbox that mail is read from: all its folders together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inbox_agent.mailbox.door import Door


@dataclass(frozen=True, slots=True)
class Source:
    """One mailbox of the settings, under a stable name like `imap`; its folders' names begin with it.

    `doors` finds its folders. It may ask the server for them, and raises what a door raises.
    """

    name: str
    doors: Callable[[], Sequence[Door]]

    @classmethod
    def of(cls, door: Door) -> "Source":
        """A mailbox of one folder that is known."""
        return cls(door.name, lambda: [door])

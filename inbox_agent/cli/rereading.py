"""Mail that was left alone, read once more from its mailbox for staff to look at; nothing of it is kept."""

from collections.abc import Callable, Sequence
from threading import Lock

from inbox_agent.cases.mailboxes import GENERATION
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.errors import TryAgainLater
from inbox_agent.mailbox import Door


class Rereader:
    """Gives a mail's bytes, None where its mailbox has it no more; raises TryAgainLater or WrongSetting.

    It has doors of its own, opened when they are first needed, as one thread at a time may use a door.
    """

    def __init__(self, doors: Callable[[], Sequence[Door]]) -> None:
        self._find_doors = doors
        self._doors: dict[str, Door] = {}
        self._lock = Lock()

    def __call__(self, email: InboundEmail) -> bytes | None:
        with self._lock:
            try:
                return self._read(email)
            except TryAgainLater:
                return self._read(
                    email
                )  # servers hang up on who is silent for long; the next call is a new line

    def close(self) -> None:
        for door in self._doors.values():
            door.close()

    def _read(self, email: InboundEmail) -> bytes | None:
        if not self._doors:
            self._doors = {door.name: door for door in self._find_doors()}
        door = self._doors.get(email.mailbox)
        if door is None or door.position().uidvalidity != email.uidvalidity % GENERATION:
            return None
        return next((arrival.raw for arrival in door.fetch([email.uid])), None)

"""Mail that was left alone, read once more from its mailbox for staff to look at; nothing of it is kept."""

from collections.abc import Sequence
from threading import Lock

from inbox_agent.cases.mailboxes import GENERATION
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.errors import TryAgainLater
from inbox_agent.mailbox import Door, Source


class Rereader:
    """Gives a mail's bytes, None where its mailbox has it no more; raises TryAgainLater or WrongSetting.

    It has doors of its own, opened when they are first needed, as one thread at a time may use a door.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
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
        door = self._door(email.mailbox)
        if door is None or door.position().uidvalidity != email.uidvalidity % GENERATION:
            return None
        return next((arrival.raw for arrival in door.fetch([email.uid])), None)

    def _door(self, folder: str) -> Door | None:
        if folder not in self._doors:
            theirs = [one for one in self._sources if folder == one.name or folder.startswith(f"{one.name}:")]
            self._doors |= {door.name: door for source in theirs for door in source.doors()}
        return self._doors.get(folder)

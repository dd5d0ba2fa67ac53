"""Every error that crosses a room's border.

    InboxAgentError
    ├── WrongSetting      a setting or argument cannot be used; one clear line, exit 2
    ├── TryAgainLater     mailbox, relay or database out of reach; the work waits, exit 1
    │   └── AlreadyRunning    another collector holds the mailbox; exit 75
    ├── PersonNeeded      a person must look; carries a documented reason code
    ├── NotWritten        the database refused these rows (already there, or not storable)
    └── Erased            the key is gone: what was sealed with it can never be read again

Libraries' own errors are translated at the door that uses the library. Texts hold no personal data:
they end up in logs and on screens.
"""


class InboxAgentError(Exception):
    """The root of the tree; its text is one line that a person can act on."""


class WrongSetting(InboxAgentError):
    """A setting, an argument or a file given by the operator cannot be used as it is."""


class TryAgainLater(InboxAgentError):
    """Something outside is out of reach or busy; nothing is lost by trying again."""


class AlreadyRunning(TryAgainLater):
    """Another process collects this mailbox."""


class PersonNeeded(InboxAgentError):
    """The machine cannot go on by itself; `reason` is a stable code that staff see explained."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(text or reason)
        self.reason = reason


class NotWritten(InboxAgentError):
    """The database refused these rows: what they say is already there, or cannot be stored."""


class Erased(InboxAgentError):
    """What was sealed can no longer be read, because its key was destroyed."""


def where(error: Exception) -> str:
    """The type and place of an error that nobody expected; its text may hold words of a mail."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace else None
    return (
        f"{type(error).__name__} in {code.co_qualname}:{trace.tb_lineno}"
        if code and trace
        else repr(type(error))
    )

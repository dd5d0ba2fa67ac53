"""The doors mail comes in by: imap, maildir, smtp."""

from inbox_agent.mailbox.door import Arrival, Door, Position

__all__ = ["Arrival", "Door", "Position"]

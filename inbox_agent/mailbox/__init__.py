"""The doors mail comes in by: imap, maildir, smtp (which delivers into a Maildir)."""

from inbox_agent.mailbox.door import FIRST_PART, Arrival, Door, Position, pauses
from inbox_agent.mailbox.imap import ImapDoor
from inbox_agent.mailbox.imap_folders import imap_doors
from inbox_agent.mailbox.imap_writing import SentMail, file_away, keep_copies
from inbox_agent.mailbox.maildir import MaildirDoor, deliver, make_maildir
from inbox_agent.mailbox.smtp import SmtpDoor
from inbox_agent.mailbox.source import Source

__all__ = [
    "FIRST_PART",
    "Arrival",
    "Door",
    "ImapDoor",
    "MaildirDoor",
    "Position",
    "SentMail",
    "SmtpDoor",
    "Source",
    "deliver",
    "file_away",
    "imap_doors",
    "keep_copies",
    "make_maildir",
    "pauses",
]

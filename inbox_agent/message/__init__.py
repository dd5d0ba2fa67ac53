"""From bytes to a Message: parse, charsets, new text, automatic mail. No database, no network."""

from inbox_agent.message.addresses import canonical, plain
from inbox_agent.message.budget import REASONS
from inbox_agent.message.cutting import is_note, without_attachments
from inbox_agent.message.leaves import attachment_of, attachments_of, files_within, html_of
from inbox_agent.message.lines import DIRECTION_MARKS
from inbox_agent.message.parse import parse
from inbox_agent.message.parts import Attachment, Automatic, Bounce, FailedRecipient, Message, Screening

__all__ = [
    "DIRECTION_MARKS",
    "REASONS",
    "Attachment",
    "Automatic",
    "Bounce",
    "FailedRecipient",
    "Message",
    "Screening",
    "attachment_of",
    "attachments_of",
    "canonical",
    "files_within",
    "html_of",
    "is_note",
    "parse",
    "plain",
    "without_attachments",
]

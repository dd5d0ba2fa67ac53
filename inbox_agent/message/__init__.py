"""From bytes to a Message: parse, charsets, new text, automatic mail. No database, no network."""

from inbox_agent.message.parts import Attachment, Automatic, Message, Screening

__all__ = ["Attachment", "Automatic", "Message", "Screening"]

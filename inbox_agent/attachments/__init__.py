"""What a mail carries beside its words: read where they say little, and identity documents told apart.

Every file is hostile: it is opened by a child process with nothing to lose (`child`), never expanded here.
"""

from inbox_agent.attachments.budget import REASONS
from inbox_agent.attachments.identity import Identity, Why, identity_documents
from inbox_agent.attachments.little import says_little
from inbox_agent.attachments.reading import File, Patience, read_files, trouble_with

__all__ = [
    "REASONS",
    "File",
    "Identity",
    "Patience",
    "Why",
    "identity_documents",
    "read_files",
    "says_little",
    "trouble_with",
]

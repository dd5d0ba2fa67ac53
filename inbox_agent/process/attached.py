"""What the attachments of a mail say and are, where that matters; a machine never answers because of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox_agent.attachments import (
    File,
    Identity,
    Patience,
    identity_documents,
    read_files,
    says_little,
    trouble_with,
)
from inbox_agent.message import Message
from inbox_agent.understanding import Decision, Flag, Reading, Understanding

_NO_MATTER = frozenset({Decision.LEAVE, Decision.SET_ASIDE})
_KEPT_LETTERS = 20_000


@dataclass(frozen=True, slots=True)
class Attached:
    """The words read from attachments, from which and how they were read; the identity documents.

    `trouble` says why they could not be read though the mail itself says little.
    """

    text: str = ""
    numbers: tuple[int, ...] = ()
    reading: Reading | None = None
    trouble: str | None = None
    documents: tuple[Identity, ...] = ()


NOTHING_ATTACHED = Attached()


def look_into(
    understanding: Understanding,
    raw: bytes,
    message: Message,
    reading: Reading,
    patience: Patience,
    *,
    on_case: bool = False,
) -> tuple[Reading, Attached]:
    """The mail's reading with what its attachments add to it, and what they are.

    Only of mail that may be kept (also because something in it points to a case), or that says so little that
    its attachments must speak. What stands in an attachment alone is never sure: at most a person is asked.
    """
    silent = says_little(message) and reading.decision in {Decision.LEAVE, Decision.ASK_STAFF}
    may_be_kept = on_case or reading.decision not in _NO_MATTER
    if not message.attachments or not (silent or may_be_kept):
        return reading, NOTHING_ATTACHED
    files = read_files(raw, message, patience)
    documents = identity_documents(message, files)
    if not silent:
        return reading, Attached(documents=documents)
    apart = {one.number for one in documents}
    return _heard(
        understanding, message, reading, [one for one in files if one.number not in apart], documents
    )


def _heard(
    understanding: Understanding,
    message: Message,
    reading: Reading,
    files: Sequence[File],
    documents: tuple[Identity, ...],
) -> tuple[Reading, Attached]:
    said = [(one.number, one.words.text) for one in files if one.words is not None and one.words.text]
    if not said:
        trouble = trouble_with(files)
        doubt = replace(reading, decision=Decision.ASK_STAFF) if trouble else reading
        return doubt, Attached(trouble=trouble, documents=documents)
    text = "\n\n".join(words for _, words in said)[:_KEPT_LETTERS]
    heard = understanding.read(replace(message, text=text))
    numbers = tuple(number for number, _ in said)
    return _both(reading, heard), Attached(text, numbers, heard, documents=documents)


def _both(reading: Reading, heard: Reading) -> Reading:
    """Evidence stays with the text it stands in; what is only heard there a person decides."""
    if heard.decision in _NO_MATTER:
        return reading
    return replace(
        heard,
        decision=Decision.ASK_STAFF,
        evidence={},
        flags=(heard.flags | reading.flags) - {Flag.NOTHING_LEFT},
    )

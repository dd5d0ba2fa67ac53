"""What a case is opened with."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from inbox_agent.understanding import Language, RequestType


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for what, since when, and through which channel.

    `cause` is the inbound email it came by; `automatic` says that a machine sent that mail, so that no
    letter may answer it; `theirs` is the reference that they gave their request themselves.
    """

    requester: str | None
    language: Language
    types: tuple[RequestType, ...]
    received_at: datetime
    subject: str = ""
    name: str = ""
    channel: str = "email"
    cause: uuid.UUID | None = None
    message_id: str | None = None
    references: tuple[str, ...] = ()
    automatic: bool = False
    theirs: str | None = None

    def kept(self) -> dict[str, Any]:
        """What of it names the person or their mail, as the case keeps it sealed."""
        return {
            "requester": self.requester,
            "subject": self.subject,
            "name": self.name,
            "cause": self.cause.hex if self.cause else None,
            "message_id": self.message_id,
            "references": list(self.references),
            "automatic": self.automatic,
            "theirs": self.theirs,
        }


NOBODY = Request(None, Language.OTHER, (), datetime.max.replace(tzinfo=UTC)).kept()
"""What is kept of a person who was forgotten."""

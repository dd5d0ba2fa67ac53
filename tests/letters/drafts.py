"""Drafts to write letters from, and letters as their readers see them."""

import email
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from typing import Any

from inbox_agent.letters import Draft
from inbox_agent.letters.samples import sample

REF = "MC-7K2Q-9D4X"
ADDRESS = "info@mittalcloud.com"
TOKEN = "mc-7k2q-9d4x-abcdefghijklmnop"
TYPES = ("access", "deletion", "child_data", "opt_out", "correction", "cookies", "other_privacy")
WITH_RIGHTS = ("acknowledgement", "child_acknowledgement")
ORDERS = (("en", "ar"), ("ar", "en"))


def facts(*types: str, **more: Any) -> dict[str, Any]:
    rights = [{"type": one, "due": "2026-12-20"} for one in types or TYPES]
    return {"received": "2026-11-22", "rights": rights, **more}


def draft(kind: str = "acknowledgement", languages: Sequence[str] = ("en", "ar"), **changes: Any) -> Draft:
    given: dict[str, Any] = {
        "to": "lina@example.com",
        "message_id": f"<{TOKEN}.0123456789abcdef@mittalcloud.com>",
        "date": datetime(2026, 11, 22, 9, 12, tzinfo=UTC),
        "in_reply_to": "<question@example.com>",
        "references": ["<earlier@example.com>"],
        "token": TOKEN,
    }
    if kind in WITH_RIGHTS:
        given["facts"] = facts()
    return sample(kind, languages, **{**given, **changes})


@dataclass(frozen=True)
class Read:
    """A mail as Python's own reader understands it."""

    raw: bytes

    @cached_property
    def mail(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, _class=EmailMessage, policy=default)

    @cached_property
    def text(self) -> str:
        """The plain text, its flowed lines joined again (RFC 3676)."""
        return self.part("plain").replace(" \n", " ")

    @cached_property
    def html(self) -> str:
        return self.part("html")

    def part(self, subtype: str) -> str:
        part = self.mail.get_body(preferencelist=(subtype,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")

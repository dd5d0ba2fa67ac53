"""A case's events and signed heads as lines from which anybody can reckon the hashes anew.

What is hashed of an event: its id and its case's (16 bytes each), its number in decimal digits, its time as
`2026-12-03T09:15:00.000000+00:00`, kind, who, the sealed detail, the hash before; each behind its length in
four bytes, the most significant first. So says `Event.digest`, too.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from inbox_agent.cases.event import Event
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.record import Record
from inbox_agent.errors import Erased
from inbox_agent.evidence import heads


def event_lines(events: Iterable[Event], ref: str, keyring: Keyring) -> Iterator[str]:
    """One JSON object to a line; `detail` is what was sealed, in clear, and null where it is erased."""
    for event in events:
        told = {
            "ref": ref,
            "seq": event.seq,
            "id": event.id.hex,
            "case": event.case_id.hex,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "kind": event.kind,
            "by": event.by,
            "sealed_detail": (event.sealed_detail or b"").hex(),
            "previous": event.previous.hex(),
            "hash": event.hash.hex(),
            **_detail(event, keyring),
        }
        yield json.dumps(told, ensure_ascii=False) + "\n"


def head_lines(record: Record, ref: str) -> Iterator[str]:
    """The lines of heads.log that speak of this case, each whole: its signature is over all of it."""
    return (f"{line}\n" for line in heads.lines_of(heads.file_of(record)) if f'"{ref}"' in line)


def _detail(event: Event, keyring: Keyring) -> dict[str, Any]:
    try:
        return {"detail": event.detail(keyring), "detail_erased": False}
    except Erased:
        return {"detail": None, "detail_erased": True}

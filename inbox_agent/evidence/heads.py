"""Signed heads of the whole record, in a file outside of it: what was dropped from the record shows there.

Each hour one line says where the history of every case that changed stands, and a hash over all of them. A
line holds the hash of the line before and a signature (Ed25519, RFC 8032) under a key of the key store. Who
holds the machine holds that key and both files, and can forge them; the digest mail carries each day's head
to where they cannot.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from inbox_agent.cases.case import Case
from inbox_agent.cases.keys.ledger import append_line
from inbox_agent.cases.record import Record
from inbox_agent.cases.retention import retired
from inbox_agent.errors import TryAgainLater

FILE = "heads.log"
BEGINNING = "0" * 64

Tails = dict[str, tuple[int, str]]
"""Of each case, by its reference: how many events it has, and the hash of the last one."""


@dataclass(slots=True)
class Heads:
    """What a file of heads says: the tails of all cases, its last line's hash, and lines that do not hold."""

    tails: Tails = field(default_factory=dict)
    at: str = ""
    head: str = ""
    last: str = BEGINNING
    lines: int = 0
    broken: list[int] = field(default_factory=list)


def signing_key(record: Record) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(record.keyring.hash("signing", b"heads"))


def public_key(record: Record) -> str:
    """What anybody can verify our signatures with, in hex."""
    return signing_key(record).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def file_of(record: Record) -> Path:
    return record.settings.data_dir / FILE


def read(file: Path, key: Ed25519PublicKey) -> Heads:
    """Every line of the file, each verified; an absent file says nothing. Raises TryAgainLater."""
    heads = Heads()
    for line in lines_of(file):
        heads.lines += 1
        told = _verified(line, heads.last, key)
        if told is None:
            heads.broken.append(heads.lines)
        _take(heads, told or _parsed(line), line)
    return heads


def known(record: Record) -> Heads:
    """What the file of this record says."""
    return read(file_of(record), signing_key(record).public_key())


def note(record: Record, heads: Heads, now: datetime) -> bool:
    """Write one more line where any history went on since the last; says whether there was a need.

    `heads` is what `read` said of the file, and is brought up to date. Raises TryAgainLater.
    """
    there = tails(record)
    changed = {ref: tail for ref, tail in there.items() if heads.tails.get(ref) != tail}
    gone = retired_of(record, {ref: tail for ref, tail in heads.tails.items() if ref not in there})
    if not changed and not gone:
        return False
    told = {
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "cases": len(there),
        "changed": changed,
        "gone": gone,
        "head": head_of(there),
        "previous": heads.last,
    }
    line = json.dumps({**told, "signature": _signature(record, told)}, separators=(",", ":"))
    append_line(file_of(record), line)
    heads.lines += 1
    _take(heads, told, line)
    return True


def retired_of(record: Record, missing: Tails) -> list[str]:
    """Those that may be gone, because retention removed them; what somebody else dropped stays named."""
    with record.reading() as session:
        told = retired.among(session, missing)
    return sorted(ref for ref, row in told.items() if row.explains(record.keyring, *missing[ref]))


def tails(record: Record) -> Tails:
    """Where the history of each case stands now."""
    with record.reading() as session:
        rows = session.execute(select(Case.ref, Case.event_count, Case.event_hash))
        return {ref: (count, digest.hex()) for ref, count, digest in rows}


def head_of(there: Mapping[str, tuple[int, str]]) -> str:
    """One hash over all tails, in the order of their references."""
    whole = hashlib.sha256()
    for ref, (count, digest) in sorted(there.items()):
        whole.update(f"{ref} {count} {digest}\n".encode())
    return whole.hexdigest()


def lines_of(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="ascii", errors="replace") as lines:
            yield from (line.rstrip("\n") for line in lines)
    except FileNotFoundError:
        return
    except OSError as error:
        raise TryAgainLater(f"{file}: {error.strerror}") from None


def _verified(line: str, previous: str, key: Ed25519PublicKey) -> dict[str, Any] | None:
    """What a line says; None where it is not ours or does not follow from the line before."""
    told = _parsed(line)
    try:
        key.verify(bytes.fromhex(str(told.pop("signature", ""))), _canonical(told))
    except (InvalidSignature, ValueError):
        return None
    return told if told.get("previous") == previous else None


def _parsed(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _take(heads: Heads, told: Mapping[str, Any], line: str) -> None:
    heads.tails |= _tails_in(told.get("changed"))
    for ref in told.get("gone") or ():
        heads.tails.pop(ref, None)
    heads.at, heads.head = str(told.get("at", "")), str(told.get("head", ""))
    heads.last = hashlib.sha256(line.encode()).hexdigest()


def _tails_in(changed: object) -> Tails:
    """A line that somebody wrote in our place may hold anything."""
    pairs = changed.items() if isinstance(changed, Mapping) else ()
    return {
        ref: (tail[0], tail[1])
        for ref, tail in pairs
        if isinstance(tail, list | tuple) and [type(one) for one in tail] == [int, str]
    }


def _signature(record: Record, told: Mapping[str, Any]) -> str:
    return signing_key(record).sign(_canonical(told)).hex()


def _canonical(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()

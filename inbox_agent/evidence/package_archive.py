"""A ZIP file that comes out in stretches as it is made, each file hashed: it is never whole in memory."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
_STRETCH = 1 << 20
_READABLE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive: its path and its bytes, stretch by stretch; `about` goes into the manifest."""

    path: str
    octets: Callable[[], Iterable[bytes]]
    about: dict[str, str] = field(default_factory=dict)


class _Out:
    """What ZipFile has written and nobody has taken yet; it cannot go back in it."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, octets: bytes) -> int:
        self._written += octets
        return len(octets)

    def flush(self) -> None:
        """Nothing stands behind it."""

    def take(self, least: int = 1) -> Iterator[bytes]:
        if len(self._written) >= least:
            yield bytes(self._written)
            self._written.clear()


def archive(entries: Iterable[Entry], now: datetime) -> Iterator[bytes]:
    """The files, then the manifest, then the sums of all of them."""
    out = _Out()
    listed: list[dict[str, str | int]] = []
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for entry in entries:
            yield from _packed(packed, out, entry, now, listed)
        manifest = json.dumps({"files": listed}, ensure_ascii=False, indent=2).encode()
        yield from _packed(packed, out, Entry(MANIFEST, lambda: [manifest]), now, listed)
        sums = "".join(f"{one['sha256']}  {one['path']}\n" for one in listed).encode()
        yield from _packed(packed, out, Entry(SUMS, lambda: [sums]), now, [])
    yield from out.take()


def _packed(
    packed: ZipFile, out: _Out, entry: Entry, now: datetime, listed: list[dict[str, str | int]]
) -> Iterator[bytes]:
    info = ZipInfo(entry.path, now.astimezone(UTC).timetuple()[:6])
    info.compress_type, info.external_attr = ZIP_DEFLATED, _READABLE
    size, digest = 0, hashlib.sha256()
    with packed.open(info, "w") as file:
        for octets in entry.octets():
            file.write(octets)
            digest.update(octets)
            size += len(octets)
            yield from out.take(_STRETCH)
    listed.append({"path": entry.path, "size": size, "sha256": digest.hexdigest(), **entry.about})

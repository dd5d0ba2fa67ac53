"""The evidence bundle of a case, to be saved: whoever takes it stands in the history, and in the bundle."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.responses import Response, StreamingResponse

from inbox_agent.desk.exhibit import Teller
from inbox_agent.desk.visit import Visit
from inbox_agent.evidence import bundle

_IN_MEMORY = 16 << 20
"""A larger bundle is made in a file without a name, which is gone when it was sent."""
_PIECE = 1 << 16


def take(visit: Visit) -> Response:
    """The bundle as a file; it is whole before the first byte leaves."""
    record = visit.record
    out: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY, dir=str(record.settings.data_dir))  # noqa: SIM115 - `_sent` closes it
    try:
        teller = Teller(visit.desk.templates)
        made = bundle.give(record, visit.path("ref"), out, teller, by=visit.me.name, now=visit.now)
        size = out.tell()
        out.seek(0)
    except BaseException:
        out.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="{made.ref}.zip"',
        "Content-Length": str(size),
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    return StreamingResponse(_sent(out), media_type="application/zip", headers=headers)


def _sent(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        while piece := out.read(_PIECE):
            yield piece

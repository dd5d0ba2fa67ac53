"""The child process that opens one hostile file: it gives up all it could do harm with, then reads.

`run(kind)`: the file comes by stdin, the answer goes to stdout as one JSON object {"text", "trouble"}. From
the moment the file is read no further file or socket can be opened, as there is no number left to name one
with (RLIMIT_NOFILE), and no process be started (RLIMIT_NPROC, which does not hold root: it becomes nobody
before). Memory and time are limits of the system that no file can talk its way out of.
"""

import codecs
import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress

from inbox_agent.attachments.budget import LETTERS, OCTETS, Limits, Locked, NotRead
from inbox_agent.attachments.office import text_of_office
from inbox_agent.attachments.plain import text_of_plain

# Of what a document may name or its letters tell, what is not loaded already; afterwards nothing can be.
_CODECS = (
    "ascii cp037 cp1250 cp1251 cp1252 cp1253 cp1254 cp1256 cp437 gb18030 gbk big5 euc_jp euc_kr "
    "iso2022_jp_ext iso8859_6 latin_1 mac_arabic mac_roman shift_jis unicode_escape utf_16 utf_16_be "
    "utf_16_le utf_32 utf_8 utf_8_sig"
)

_NOBODY = 65534


def run(kind: str, memory: int, work: int) -> None:
    """Never returns an error code of its own: what the system ends has no answer, and that says enough."""
    read = _reader(kind)
    for name in _CODECS.split():
        codecs.lookup(name)
    octets = sys.stdin.buffer.read(OCTETS + 1)
    _be_nobody()
    _give_up_everything(Limits(memory, work))
    text, trouble = _tried(read, octets)
    answer = json.dumps({"text": text[:LETTERS], "trouble": trouble})
    sys.stdout.buffer.write(answer.encode("ascii"))
    sys.stdout.flush()


def _reader(kind: str) -> Callable[[bytes], str]:
    if kind == "pdf":
        from inbox_agent.attachments.pdf import text_of_pdf  # noqa: PLC0415 - large, and of no use to others

        return text_of_pdf
    return text_of_plain if kind == "plain" else text_of_office


def _be_nobody() -> None:
    """Where root may become somebody else: in a container that allows it nothing at all it stays root."""
    if os.geteuid() == 0:
        with suppress(OSError):
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _give_up_everything(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.work, limits.work + 1))
    for what in (
        resource.RLIMIT_NOFILE,
        resource.RLIMIT_NPROC,
        resource.RLIMIT_FSIZE,
        resource.RLIMIT_CORE,
    ):
        resource.setrlimit(what, (0, 0))
    sys.setrecursionlimit(2_000)


def _tried(read: Callable[[bytes], str], octets: bytes) -> tuple[str, str | None]:
    if len(octets) > OCTETS:
        return "", "attachment_over_limits"
    try:
        text = read(octets)
    except Locked:
        return "", "attachment_locked"
    except NotRead:
        return "", "attachment_not_read"
    except (MemoryError, RecursionError):
        return "", "attachment_over_limits"
    except Exception:
        return "", "attachment_broken"
    return (text, None) if text.strip() else ("", "attachment_without_text")

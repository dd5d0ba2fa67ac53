"""The words of one file, read by a child process that can neither hang nor fill us."""

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import inbox_agent
from inbox_agent.attachments.budget import ANSWER, OCTETS, REASONS, Limits
from inbox_agent.message.charsets import clean

_PACKAGES = str(Path(inbox_agent.__file__).parent.parent)
_CHILD = (
    "import sys; sys.path.insert(0, {packages!r}); from inbox_agent.attachments.child import run; "
    "run({kind!r}, {limits.memory}, {limits.work})"
)
_NORMAL = Limits()


@dataclass(frozen=True, slots=True)
class Words:
    """What a file says, clean as the text of a mail; without words, `trouble` says why (one of REASONS)."""

    text: str = ""
    trouble: str | None = None


def words_of(kind: str, octets: bytes, limits: Limits = _NORMAL) -> Words:
    """Never raises for anything that stands in the file. `kind` is one of `files.Kind` that is read."""
    if len(octets) > OCTETS:
        return Words(trouble="attachment_over_limits")
    answer = _asked(_CHILD.format(packages=_PACKAGES, kind=str(kind), limits=limits), octets, limits.wait)
    with suppress(ValueError, TypeError, KeyError):
        said = json.loads(answer)
        text, trouble = said["text"], said["trouble"]
        if isinstance(text, str) and (trouble is None or trouble in REASONS):
            return Words(clean(text), trouble)
    return Words(trouble="attachment_over_limits")


def _asked(code: str, octets: bytes, seconds: float) -> bytes:
    """What a child says, as far as it may; b"" of one that the system or the clock ended.

    It gets nothing of us: no variable of the environment, no open file, nowhere to complain to.
    """
    answer = b""
    with suppress(BrokenPipeError), _child(code) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        clock = Timer(seconds, child.kill)
        clock.start()
        try:
            child.stdin.write(octets)
            child.stdin.close()
            answer = child.stdout.read(ANSWER + 1)
        finally:
            clock.cancel()
            child.kill()
    return answer if len(answer) <= ANSWER else b""


def _child(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own program, our own words
        [sys.executable, "-I", "-B", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    )

"""The evidence bundle of a case: an exhibit that proves by itself that nothing in it was changed.

A ZIP file with the timeline in both languages, mails and letters, the chain of events, the signed heads that
speak of the case, a SHA-256 of every file and a signature over those, and the script that verifies it all
with tools that every system has. The words of the timeline come from the room that shows cases to people.

The same case at the same time gives the same bytes.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from inbox_agent import resources
from inbox_agent.cases.act import write as write_rows
from inbox_agent.cases.case import Case
from inbox_agent.cases.event import Event, broken_at
from inbox_agent.cases.record import Record
from inbox_agent.cases.search import case as case_called
from inbox_agent.errors import PersonNeeded, TryAgainLater, WrongSetting
from inbox_agent.evidence import chain, heads, papers
from inbox_agent.evidence.papers import Paper
from inbox_agent.rendering import Templates

LANGUAGES = ("en", "ar")
SUMS = "SHA256SUMS"
_ONCE = 1 << 20
_ONLY_ITS_OWNER = 0o600 << 16


@dataclass(frozen=True, slots=True)
class Story:
    """A case as its bundle tells it, at the moment `now`, to whoever `by` hands it on to.

    `events` are those that were there when the case was read, `broken` the first that does not hold; `signed`
    is how many of them the signed heads know.
    """

    record: Record
    session: Session
    case: Case
    events: Sequence[Event]
    broken: int | None
    mails: Sequence[Paper]
    letters: Sequence[Paper]
    heads: int
    by: str
    now: datetime

    @property
    def papers(self) -> Sequence[Paper]:
        return [*self.mails, *self.letters]


class Teller(Protocol):
    """Who puts a case into words for people."""

    def timeline(self, story: Story, language: str) -> str:
        """The whole case as a page of HTML that needs nothing else."""

    def without_code(self, letter: bytes, code: str) -> bytes:
        """A letter with a mask for this code."""

    def without_quoted_code(self, mail: bytes, code: str) -> bytes:
        """A mail that came with a mask for this code, wherever it holds it."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: how many files, how many mails and letters are not among them, the key that signed."""

    ref: str
    files: int
    missing: int
    key: str


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file for a bundle that only its owner reads; gone again where it was not finished.

    Raises PersonNeeded where there is one of that name, WrongSetting where none can be, TryAgainLater where
    the disk is full.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise PersonNeeded("file_exists", f"{path} is there already; name another file") from None
    except OSError as error:
        raise WrongSetting(f"{path}: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise TryAgainLater(f"{path}: {error.strerror}") from None
        raise


def give(record: Record, ref: str, out: IO[bytes], teller: Teller, *, by: str, now: datetime) -> Made:
    """Write the bundle of this case; that somebody took it is an event of the case, the last one in it.

    Raises PersonNeeded where there is no such case.
    """
    with record.writing() as session:
        act = record.act(now, by)
        case_called(session, ref).tell(act, "bundle_made")
        write_rows(session, act.rows)
    with record.reading() as session:
        return write(record, session, case_called(session, ref), out, teller, by=by, now=now)


def write(
    record: Record, session: Session, case: Case, out: IO[bytes], teller: Teller, *, by: str, now: datetime
) -> Made:
    """Write the bundle of this case as it stands."""
    events = [event for event in case.events if event.seq <= case.event_count]
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        bundle = _Bundle(archive, now)
        mails = bundle.add_papers(
            papers.mails(session, case, record.keyring, now, teller.without_quoted_code)
        )
        letters = bundle.add_papers(papers.letters(case, record.keyring, now, teller.without_code))
        bundle.add_lines("events.jsonl", chain.event_lines(events, case.ref, record.keyring))
        known = bundle.add_lines("heads.log", chain.head_lines(record, case.ref))
        broken = broken_at(events, case.event_hash)
        story = Story(record, session, case, events, broken, mails, letters, known, by, now)
        for language in LANGUAGES:
            bundle.add(f"timeline.{language}.html", teller.timeline(story, language).encode())
        script = (resources.TEMPLATES / "evidence" / "verify.sh").read_text("utf-8")
        bundle.add("verify.sh", script.encode())
        bundle.add("README.txt", _readme(story, script).encode())
        bundle.add("key.pem", _key(record))
        bundle.seal(record)
    missing = sum(not one.standing.is_here for one in story.papers)
    return Made(case.ref, len(bundle.sums) + 2, missing, heads.public_key(record))


@dataclass(slots=True)
class _Bundle:
    """The files as they are added, each with its hash."""

    archive: ZipFile
    now: datetime
    sums: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, octets: bytes) -> None:
        self._write(name, (octets[at : at + _ONCE] for at in range(0, len(octets), _ONCE)))

    def add_lines(self, name: str, lines: Iterator[str]) -> int:
        """Returns how many there were."""
        counted = 0

        def encoded() -> Iterator[bytes]:
            nonlocal counted
            for line in lines:
                counted += 1
                yield line.encode("utf-8", "backslashreplace")

        self._write(name, encoded())
        return counted

    def add_papers(self, read: Iterator[papers.Read]) -> list[Paper]:
        """Those that are here, and what is to be said of all."""
        told = []
        for paper, octets in read:
            if paper.standing.is_here:
                self.add(paper.file, octets)
            told.append(paper)
        return told

    def seal(self, record: Record) -> None:
        """The list of hashes and the signature over it, which are not on the list."""
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items())).encode()
        self._put(SUMS, iter([listed]))
        self._put(f"{SUMS}.sig", iter([heads.signing_key(record).sign(listed)]))

    def _write(self, name: str, pieces: Iterator[bytes]) -> None:
        self.sums[name] = self._put(name, pieces)

    def _put(self, name: str, pieces: Iterator[bytes]) -> str:
        entry = ZipInfo(name, self.now.astimezone(UTC).timetuple()[:6])
        entry.compress_type, entry.external_attr = ZIP_DEFLATED, _ONLY_ITS_OWNER
        digest = hashlib.sha256()
        with self.archive.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        return digest.hexdigest()


def _readme(story: Story, script: str) -> str:
    return Templates().render(
        "evidence/README.txt",
        ref=story.case.ref,
        by=story.by,
        made=story.now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        key=heads.public_key(story.record),
        events=len(story.events),
        heads=story.heads,
        mails=story.mails,
        letters=story.letters,
        missing=[one for one in story.papers if not one.standing.is_here],
        changed=[one for one in story.papers if one.standing in _NOT_AS_IT_WAS],
        documents=sum(one.documents for one in story.mails),
        script=script,
    )


_NOT_AS_IT_WAS = frozenset(
    {papers.Standing.BEGINNING, papers.Standing.CODE_HIDDEN, papers.Standing.QUOTED_CODE_HIDDEN}
)


def _key(record: Record) -> bytes:
    public = heads.signing_key(record).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

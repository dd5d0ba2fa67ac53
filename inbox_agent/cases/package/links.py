"""Download links: a secret address and a password lead to a package's archive, for a time and some downloads.

Of the address only a keyed hash is kept, of the password only what Argon2 makes of it. Whatever is wrong with
a link, who comes by it learns no more than that it does not work.
"""

import secrets
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases.act import AGENT, Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.package import current, must_be_disclosable, pieces
from inbox_agent.cases.package.tables import DownloadLink, Package
from inbox_agent.cases.record import Record
from inbox_agent.errors import Erased, PersonNeeded, TryAgainLater

DIGITS = 12
LOCKED, REVOKED, DESTROYED, UNUSED = "locked", "revoked", "destroyed", "unused"
_PATIENCE = 5.0

_hasher = PasswordHasher()  # RFC 9106, second recommended option; what it costs is its purpose
_hands = BoundedSemaphore(2)
_NOBODY = _hasher.hash(secrets.token_hex())
"""Verified where an address leads nowhere, so that the answer takes as long as for a wrong password."""


def make(act: Act, session: Session, package: Package) -> tuple[DownloadLink, str, str]:
    """A new link, with the secret part of its address and its password: neither can be told again."""
    token, password = secrets.token_urlsafe(32), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    link = DownloadLink(
        id=act.new_id(),
        package_id=package.id,
        token_hash=_token_hash(act.keyring, token),
        password_hash=_hasher.hash(password),
        made_at=act.at,
        made_by=act.by,
        expires_at=act.law.end_of(act.law.day(act.at) + timedelta(days=act.terms.link_days)),
        most=act.terms.link_downloads,
        downloads=0,
        wrong=0,
    )
    session.add(link)
    session.flush()
    return link, token, " ".join(password[at : at + 4] for at in range(0, DIGITS, 4))


def of_package(session: Session, package: Package) -> Sequence[DownloadLink]:
    """All links that ever led to it, the newest first."""
    found = select(DownloadLink).where(DownloadLink.package_id == package.id)
    return session.scalars(found.order_by(DownloadLink.made_at.desc(), DownloadLink.id.desc())).all()


def not_used(session: Session, case: Case, now: datetime) -> DownloadLink | None:
    """The link that works and by which nobody has come yet."""
    package = current(session, case)
    led = of_package(session, package) if package else ()
    return next((link for link in led if link.is_live(now) and not link.downloads), None)


def note_told(act: Act, session: Session, case: Case) -> None:
    """A person told the customer the password. Raises PersonNeeded where no link waits to be used."""
    link = not_used(session, case, act.at)
    if link is None:
        raise PersonNeeded("no_link_waits", f"{case.ref}: no link works that was not used yet")
    case.tell(act, "password_told", link=str(link.id))


def is_told(case: Case) -> bool:
    """Since the package was handed over for the last time, somebody said that they told its password."""
    kinds = [event.kind for event in case.events if event.kind in {"package_handed_over", "password_told"}]
    return kinds[-1:] == ["password_told"]


def of_person(session: Session, case: Case) -> list[tuple[Case, DownloadLink]]:
    """All links that were made for the person of this case, on whichever of their cases."""
    theirs = Case.id == case.id
    if case.requester_hash is not None:
        theirs |= Case.requester_hash == case.requester_hash
    found = select(Case, DownloadLink).join(Package, Package.case_id == Case.id)
    joined = found.join(DownloadLink, DownloadLink.package_id == Package.id).where(theirs)
    return [(of, link) for of, link in session.execute(joined.order_by(DownloadLink.made_at))]


def end(act: Act, links: Sequence[DownloadLink], why: str) -> int:
    """They lead nowhere from now on; returns how many still did."""
    live = [link for link in links if link.is_live(act.at)]
    for link in live:
        link.dead_at, link.dead_why, link.dead_by = act.at, why, act.by
    return len(live)


def deliver(record: Record, token: str, password: str, now: datetime) -> tuple[uuid.UUID, int] | None:
    """Count one download where address and password are right: the package to `stream`, and its size.

    None for whatever is wrong: which it is cannot be told from the answer, nor from how long it took.
    Raises TryAgainLater where too many ask at once.
    """
    with record.reading() as session:
        hashed = _token_hash(record.keyring, token)
        link = session.scalar(select(DownloadLink).where(DownloadLink.token_hash == hashed))
        link_id, known = (link.id, link.password_hash) if link and link.is_live(now) else (None, _NOBODY)
    is_right = _is_password(known, password)
    if link_id is None:
        return None
    with record.writing() as session:
        act = record.act(now, AGENT)
        delivered = _deliver(act, session, link_id, is_right=is_right)
        record.keyring.save()
        write(session, act.rows)
    return delivered


def _deliver(
    act: Act, session: Session, link_id: uuid.UUID, *, is_right: bool
) -> tuple[uuid.UUID, int] | None:
    """Looked at once more, now that nobody else can change it: of two at the last download one gets it."""
    package_of = select(Package).join(DownloadLink, DownloadLink.package_id == Package.id)
    package = session.scalars(package_of.where(DownloadLink.id == link_id)).one()
    case = session.get_one(Case, package.case_id, with_for_update=True)
    link = session.get_one(DownloadLink, link_id, with_for_update=True, populate_existing=True)
    if not link.is_live(act.at) or not _may_be_handed_out(act, session, case, package):
        return None
    if not is_right:
        _count_wrong(act, case, link)
        return None
    link.downloads, link.last_download_at = link.downloads + 1, act.at
    case.tell(act, "package_downloaded", link=str(link.id), number=link.downloads, of=link.most)
    assert package.size is not None, "it was built before it was handed over"
    return package.id, package.size


def _may_be_handed_out(act: Act, session: Session, case: Case, package: Package) -> bool:
    """Its person is still who they showed to be, nobody protested or revoked it, and it can be read."""
    try:
        must_be_disclosable(case)
        next(pieces.read(session, act.keyring, package.id))
    except (PersonNeeded, Erased, StopIteration):
        return False
    return None not in (package.built_at, package.handed_over_at, package.key_id)


def _count_wrong(act: Act, case: Case, link: DownloadLink) -> None:
    """After some wrong passwords the right one counts no more, and staff see it."""
    link.wrong += 1
    if link.wrong >= act.terms.link_passwords:
        end(act, [link], LOCKED)
        case.call_for("link_locked")
        case.tell(act, "link_locked", link=str(link.id), wrong=link.wrong)


def stream(record: Record, package_id: uuid.UUID) -> Iterator[bytes]:
    """The archive, each stretch read for itself: what is erased meanwhile ends in the middle."""
    with record.reading() as session:
        count = pieces.count(session, package_id)
    for number in range(count):
        with record.reading() as session:
            yield pieces.one(session, record.keyring, package_id, number)


def _token_hash(keyring: Keyring, token: str) -> bytes:
    return keyring.hash("token", b"download:" + token.encode())


def _is_password(known: str, typed: str) -> bool:
    """However it was typed: with spaces or hyphens, in Arabic digits."""
    if not _hands.acquire(timeout=_PATIENCE):
        raise TryAgainLater("too many passwords at once")
    try:
        return _hasher.verify(known, _plain(typed))
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _hands.release()


def _plain(typed: str) -> str:
    return "".join(str(unicodedata.decimal(one)) for one in typed[:100] if one.isdecimal())

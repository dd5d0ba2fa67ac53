"""What a package holds, sealed in pieces: a large archive is never whole in memory where it need not be."""

import uuid
from collections.abc import Iterable, Iterator

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from inbox_agent.cases.act import Act
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.package.tables import Package, PackagePiece
from inbox_agent.errors import Erased

PIECE = 1 << 20


def keep(act: Act, session: Session, package: Package, of: uuid.UUID, octets: Iterable[bytes]) -> int:
    """Seal what a part or the archive holds, stretch by stretch; returns how many bytes that was."""
    size = 0
    for number, stretch in enumerate(_cut(octets)):
        piece_id = act.new_id()
        sealed = act.keyring.seal(package.key, stretch, _place(of, number), piece_id)
        piece = PackagePiece(id=piece_id, package_id=package.id, of=of, number=number, sealed_octets=sealed)
        session.add(piece)
        session.flush()
        session.expunge(piece)  # or all of them would be in memory until the end
        size += len(stretch)
    return size


def _cut(octets: Iterable[bytes]) -> Iterator[bytes]:
    for one in octets:
        yield from (one[start : start + PIECE] for start in range(0, len(one), PIECE))


def read(session: Session, keyring: Keyring, of: uuid.UUID) -> Iterator[bytes]:
    """What was kept, stretch by stretch; raises Erased."""
    for number in range(count(session, of)):
        yield one(session, keyring, of, number)


def count(session: Session, of: uuid.UUID) -> int:
    """In how many stretches it is kept."""
    return session.scalar(select(func.count()).where(PackagePiece.of == of)) or 0


def one(session: Session, keyring: Keyring, of: uuid.UUID, number: int) -> bytes:
    """One stretch; raises Erased, also where it is not there any more."""
    columns = select(PackagePiece.id, PackagePiece.sealed_octets)
    found = session.execute(columns.where(PackagePiece.of == of, PackagePiece.number == number)).first()
    if found is None:
        raise Erased("a part of the package was removed")
    return keyring.open(found[1], _place(of, number), found[0])


def drop(session: Session, of: uuid.UUID) -> None:
    session.execute(delete(PackagePiece).where(PackagePiece.of == of))


def _place(of: uuid.UUID, number: int) -> str:
    """Each stretch opens only where it was put: none can be moved or left out unseen."""
    return f"package_piece.octets.{of.hex}.{number}"

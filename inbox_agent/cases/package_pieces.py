"""What a package holds, sealed in pieces: a large archive is never whole in memory where it need not be."""

import uuid
from collections.abc import Iterable, Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inbox_agent.cases.act import Act
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.package_tables import Package, PackagePiece

PIECE = 1 << 20


def keep(act: Act, session: Session, package: Package, of: uuid.UUID, octets: Iterable[bytes]) -> None:
    """Seal what a part or the archive holds, stretch by stretch."""
    for number, stretch in enumerate(_cut(octets)):
        piece_id = act.new_id()
        sealed = act.keyring.seal(package.key, stretch, _place(of, number), piece_id)
        piece = PackagePiece(id=piece_id, package_id=package.id, of=of, number=number, sealed_octets=sealed)
        session.add(piece)
        session.flush()
        session.expunge(piece)  # or all of them would be in memory until the end


def _cut(octets: Iterable[bytes]) -> Iterator[bytes]:
    for one in octets:
        yield from (one[start : start + PIECE] for start in range(0, len(one), PIECE))


def read(session: Session, keyring: Keyring, of: uuid.UUID) -> Iterator[bytes]:
    """What was kept, stretch by stretch; raises Erased."""
    ids = session.scalars(select(PackagePiece.id).where(PackagePiece.of == of).order_by(PackagePiece.number))
    for number, piece_id in enumerate(ids.all()):
        sealed = session.scalar(select(PackagePiece.sealed_octets).where(PackagePiece.id == piece_id))
        yield keyring.open(sealed or b"", _place(of, number), piece_id)


def drop(session: Session, of: uuid.UUID) -> None:
    session.execute(delete(PackagePiece).where(PackagePiece.of == of))


def _place(of: uuid.UUID, number: int) -> str:
    """Each stretch opens only where it was put: none can be moved or left out unseen."""
    return f"package_piece.octets.{of.hex}.{number}"

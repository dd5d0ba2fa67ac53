"""The tables of access packages: their parts, the pieces they are kept in, the links that lead to them."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox_agent.cases.act import opened
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import HASH, Table
from inbox_agent.errors import PersonNeeded


class Package(Table):
    """One access package. A case has one that is not destroyed at most.

    `built_at` is set while the archive (of `size` bytes) holds all parts as they are. `handed_over_how` is
    `link` or `otherwise`. Links lead to it from then on; when all are dead for some days it is destroyed.
    """

    __tablename__ = "packages"
    __table_args__ = (Index("package_of_case", "case_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    key_id: Mapped[uuid.UUID | None]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str]
    built_at: Mapped[datetime | None]
    built_by: Mapped[str | None]
    size: Mapped[int | None]
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[str | None]
    handed_over_how: Mapped[str | None]
    destroyed_at: Mapped[datetime | None]
    destroyed_by: Mapped[str | None]

    @property
    def key(self) -> uuid.UUID:
        """Raises PersonNeeded once it was destroyed."""
        if self.key_id is None:
            raise PersonNeeded("package_destroyed", "this access package was destroyed")
        return self.key_id


class PackagePart(Table):
    """Rows or a file in a package, for one row of the checklist; `count` is how many rows.

    What one source put in for an item stands there once; each file is a source of its own.
    """

    __tablename__ = "package_parts"
    __table_args__ = (UniqueConstraint("package_id", "item", "source"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    package_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("packages.id"))
    item: Mapped[str]
    source: Mapped[str]
    kind: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    size: Mapped[int]
    count: Mapped[int | None]
    sealed_name: Mapped[bytes | None]

    def name(self, keyring: Keyring) -> str:
        """What the file is called; "" for rows; raises Erased."""
        name: str | None = opened(keyring, self.sealed_name, "package_part.name", self.id)
        return name or ""


class PackagePiece(Table):
    """A stretch of what a part or an archive (`of`) holds, sealed for this very place."""

    __tablename__ = "package_pieces"
    __table_args__ = (UniqueConstraint("of", "number"), Index("piece_of_package", "package_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    package_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("packages.id"))
    of: Mapped[uuid.UUID]
    number: Mapped[int]
    sealed_octets: Mapped[bytes]


class DownloadLink(Table):
    """A way to an archive by a secret address and a password, for a time and so many downloads.

    `wrong` counts passwords that were not right: after some it is locked. `dead_at` says since when it leads
    nowhere: revoked, locked, its package destroyed, or its time over and nobody came (`dead_why`).
    """

    __tablename__ = "download_links"
    __table_args__ = (Index("link_of_package", "package_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    package_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("packages.id"))
    token_hash: Mapped[bytes] = mapped_column(HASH, unique=True)
    password_hash: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    expires_at: Mapped[datetime]
    most: Mapped[int]
    downloads: Mapped[int]
    last_download_at: Mapped[datetime | None]
    wrong: Mapped[int]
    dead_at: Mapped[datetime | None]
    dead_why: Mapped[str | None]
    dead_by: Mapped[str | None]

    def is_live(self, now: datetime) -> bool:
        return self.dead_at is None and now < self.expires_at and self.downloads < self.most

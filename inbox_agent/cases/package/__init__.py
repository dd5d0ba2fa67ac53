"""The access package of a case: what the company holds of one person, gathered to be handed over.

Each package has a key of its own; once that is destroyed neither its parts nor its archive can be read.
"""

import json
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.findings import Column, Findings
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.package import pieces
from inbox_agent.cases.package.tables import Package, PackagePart
from inbox_agent.cases.right import Right
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType

BY_HAND = "by_hand"
"""The source of rows that a person typed."""


def fill(act: Act, session: Session, case: Case, findings: Findings) -> PackagePart:
    """Put rows into the case's package, in place of what their source put in for this item before.

    Raises PersonNeeded where nothing may be disclosed, the package is handed over or would grow too large.
    """
    content = {
        "columns": [{"name": one.name, "en": one.en, "ar": one.ar} for one in findings.columns],
        "rows": [list(row) for row in findings.rows],
        "label": {"en": findings.en, "ar": findings.ar},
    }
    _must_be_even(findings)
    octets = json.dumps(content, ensure_ascii=False).encode()
    package = to_change(act, session, case)
    _take_out(session, package, findings.item, findings.source)
    part = _part(act, package, findings.item, findings.source, size=len(octets), count=len(findings.rows))
    _put_in(act, session, case, package, part=part, octets=octets)
    return part


def _must_be_even(findings: Findings) -> None:
    names = [column.name for column in findings.columns]
    if not names or len(set(names)) < len(names) or any(len(row) != len(names) for row in findings.rows):
        raise PersonNeeded("rows_uneven", "each column needs a name of its own, each row a cell for each")


def attach(act: Act, session: Session, case: Case, item: Item, *, name: str, octets: bytes) -> PackagePart:
    """Put a file into the case's package as it is; nothing ever opens it. Raises PersonNeeded like `fill`."""
    package = to_change(act, session, case)
    part = _part(act, package, item, "", size=len(octets))
    part.source = f"file:{part.id.hex}"
    part.sealed_name = act.seal(package.key, name, "package_part.name", part.id)
    _put_in(act, session, case, package, part=part, octets=octets)
    return part


def _part(
    act: Act, package: Package, item: Item, source: str, *, size: int, count: int | None = None
) -> PackagePart:
    return PackagePart(
        id=act.new_id(),
        package_id=package.id,
        item=item,
        source=source,
        kind="file" if count is None else "rows",
        by=act.by,
        at=act.at,
        size=size,
        count=count,
    )


def _put_in(
    act: Act, session: Session, case: Case, package: Package, *, part: PackagePart, octets: bytes
) -> None:
    held = session.scalar(select(func.sum(PackagePart.size)).where(PackagePart.package_id == package.id))
    if (held or 0) + part.size > act.terms.package_bytes:
        most = act.terms.package_bytes >> 20
        raise PersonNeeded("package_too_large", f"{case.ref}: the package would be larger than {most} MB")
    session.add(part)
    session.flush()
    pieces.keep(act, session, package, part.id, [octets])
    what = {"item": part.item, "source": part.source, "rows": part.count, "size": part.size}
    case.tell(act, "package_filled", part=str(part.id), **what)


def take_out(act: Act, session: Session, case: Case, part_id: str) -> None:
    """Remove a part; raises PersonNeeded where there is no such part in the case's package."""
    package = to_change(act, session, case)
    part = part_of(session, package, part_id)
    _take_out(session, package, part.item, part.source)
    case.tell(act, "package_part_removed", part=str(part.id), item=part.item, source=part.source)


def _take_out(session: Session, package: Package, item: str, source: str) -> None:
    parts = select(PackagePart).where(
        PackagePart.package_id == package.id, PackagePart.item == item, PackagePart.source == source
    )
    for part in session.scalars(parts):
        pieces.drop(session, part.id)
        session.delete(part)
    session.flush()


def to_change(act: Act, session: Session, case: Case) -> Package:
    """The case's package, begun where there is none; what was built of it no longer holds.

    Raises PersonNeeded where nothing may be disclosed, or while it is handed over.
    """
    must_be_disclosable(case)
    package = current(session, case) or _begun(act, session, case)
    if package.handed_over_at is not None:
        raise PersonNeeded("package_handed_over", f"{case.ref}: the package is handed over; revoke it first")
    if package.built_at is not None:
        pieces.drop(session, package.id)
        package.built_at = package.built_by = package.size = None
    return package


def _begun(act: Act, session: Session, case: Case) -> Package:
    package = Package(
        id=act.new_id(),
        case_id=case.id,
        key_id=act.keyring.new_key(act.at),
        begun_at=act.at,
        begun_by=act.by,
    )
    session.add(package)
    session.flush()
    return package


def current(session: Session, case: Case) -> Package | None:
    """The package of this case that is not destroyed."""
    return session.scalar(select(Package).where(Package.case_id == case.id, Package.destroyed_at.is_(None)))


def waits(case: Case) -> bool:
    """Something was gathered for its person and is not handed over."""
    session = object_session(case)
    found = session and current(session, case)
    return bool(session and found and found.handed_over_at is None and parts_of(session, found))


def move(gone: Case, to: Case) -> None:
    """The package goes with the right that it answers."""
    session = object_session(gone)
    found = session and current(session, gone)
    if found:
        found.case_id = to.id


def must_be_disclosable(case: Case) -> Right:
    """The right that the package answers; raises PersonNeeded unless its person has shown who they are."""
    right = next((one for one in case.rights if one.type is RequestType.ACCESS), None)
    if right is None:
        raise PersonNeeded("no_access_right", f"{case.ref} does not ask for a copy of data")
    right.must_be_trusted(right.needed)
    if case.frozen:
        raise PersonNeeded("frozen", f"{case.ref} is frozen: somebody protested; look into it (`lift`)")
    return right


def parts_of(session: Session, package: Package) -> Sequence[PackagePart]:
    """In the order of the checklist, files after rows."""
    order = {item: number for number, item in enumerate(Item)}
    found = session.scalars(select(PackagePart).where(PackagePart.package_id == package.id))
    return sorted(found, key=lambda one: (order[Item(one.item)], one.kind == "file", one.id))


def covered(session: Session, package: Package) -> list[str]:
    """The categories of which something is in it: a table without rows says that nothing is held."""
    return list(dict.fromkeys(part.item for part in parts_of(session, package) if part.count != 0))


def not_covered(session: Session, package: Package, right: Right) -> list[str]:
    """The rows of the checklist that are settled as done although nothing of them is in the package."""
    there = covered(session, package)
    return [row.item for row in right.checklist if row.found == Found.DONE and row.item not in there]


def part_of(session: Session, package: Package, part_id: str) -> PackagePart:
    found = session.scalars(select(PackagePart).where(PackagePart.package_id == package.id))
    for part in found:
        if part.id.hex == part_id.replace("-", ""):
            return part
    raise PersonNeeded("no_such_id", "the package has no such part")


def findings_in(session: Session, keyring: Keyring, part: PackagePart) -> Findings:
    """The rows of a part as they were put in; raises Erased."""
    content = json.loads(b"".join(pieces.read(session, keyring, part.id)))
    columns = [Column(**one) for one in content["columns"]]
    return Findings(Item(part.item), part.source, columns, content["rows"], **content.get("label", {}))

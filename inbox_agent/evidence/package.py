"""The archive of an access package: all its parts for people and for programs, each file with its hash."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy.orm import Session

from inbox_agent import resources
from inbox_agent.cases import package as packages
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.findings import Findings
from inbox_agent.cases.package import pieces
from inbox_agent.cases.package.tables import Package, PackagePart
from inbox_agent.cases.right import SECOND_PERSON, Right
from inbox_agent.cases.work import must_be_approved
from inbox_agent.errors import PersonNeeded
from inbox_agent.evidence.package_archive import Entry, archive
from inbox_agent.evidence.package_page import About, Listed, page
from inbox_agent.evidence.sheets import to_csv

_NOT_IN_NAMES = re.compile(r"[^\w. ()-]+")


def build(act: Act, session: Session, case: Case) -> Package:
    """Make the archive of all that is in the case's package, sealed; it replaces the one before.

    Raises PersonNeeded where nothing may be disclosed yet, nothing is in it, or it is handed over.
    """
    _must_be_agreed(packages.must_be_disclosable(case))
    package = packages.current(session, case)
    parts = packages.parts_of(session, package) if package else []
    if package is None or not parts:
        raise PersonNeeded("package_empty", f"{case.ref}: nothing is in the package yet")
    packages.to_change(act, session, case)
    made = archive(_entries(act, session, case, parts), act.at)
    package.size = pieces.keep(act, session, package, package.id, made)
    package.built_at, package.built_by = act.at, act.by
    case.tell(act, "package_built", parts=len(parts), size=package.size)
    return package


def _must_be_agreed(right: Right) -> None:
    """Where a second person was asked, or must be, they have agreed."""
    if right.type in SECOND_PERSON or right.submitted_at is not None:
        must_be_approved(right)


def _entries(act: Act, session: Session, case: Case, parts: Sequence[PackagePart]) -> Iterator[Entry]:
    tables = {
        part: _table(number, part, packages.findings_in(session, act.keyring, part))
        for number, part in enumerate(_of_kind(parts, "rows"), 1)
    }
    files = {part: _file(act, number, part) for number, part in enumerate(_of_kind(parts, "file"), 1)}

    def found() -> Iterator[Findings]:
        return (packages.findings_in(session, act.keyring, part) for part in tables)

    languages = case.languages()
    for number, language in enumerate(languages):
        name, other = _page_name(languages, number), ""
        if len(languages) > 1:
            other = _page_name(languages, 1 - number)
        made = act.at.astimezone(act.law.zone)
        about = About(case.ref, act.terms.address, made, act.law.calendar.country, other)
        text = page(language, about, [*tables.values()], [*files.values()], found())
        yield Entry(name, lambda text=text: [text.encode()])  # type: ignore[misc]
    yield Entry("data.json", lambda: _data(act, case, tables, files, found()))
    for (part, one), findings in zip(tables.items(), found(), strict=True):
        yield Entry(one.file, lambda findings=findings: [_csv(findings)], _about(part))  # type: ignore[misc]
    for part, one in files.items():
        octets = lambda part=part: pieces.read(session, act.keyring, part.id)  # noqa: E731
        yield Entry(one.file, octets, _about(part))
    yield Entry("README.txt", lambda: [(resources.TEMPLATES / "package" / "README.txt").read_bytes()])


def _of_kind(parts: Sequence[PackagePart], kind: str) -> list[PackagePart]:
    return [part for part in parts if part.kind == kind]


def _page_name(languages: Sequence[str], number: int) -> str:
    return "index.html" if number == 0 else f"index.{languages[number]}.html"


def _table(number: int, part: PackagePart, found: Findings) -> Listed:
    file = f"tables/{number:02}-{part.item}.csv"
    return Listed(part.item, file, sources={"en": found.en, "ar": found.ar}, count=part.count or 0)


def _file(act: Act, number: int, part: PackagePart) -> Listed:
    name = part.name(act.keyring)
    return Listed(part.item, f"files/{number:02}-{_harmless(name)}", name=name, size=part.size)


def _harmless(name: str) -> str:
    """A name for any system: no path, nothing unseen, neither hidden nor a device's nor too long."""
    plain = _NOT_IN_NAMES.sub("_", name.replace("/", "_").replace("\\", "_")).strip(" ._")
    stem, dot, ending = plain.rpartition(".")
    short = f"{stem[:60]}{dot}{ending[:12]}" if dot else plain[:60]
    return short or "file"


def _about(part: PackagePart) -> dict[str, str]:
    return {"category": part.item}


def _csv(findings: Findings) -> bytes:
    """With a mark at its beginning by which spreadsheets know UTF-8."""
    return to_csv([column.name for column in findings.columns], findings.rows).encode("utf-8-sig")


def _data(
    act: Act,
    case: Case,
    tables: dict[PackagePart, Listed],
    files: dict[PackagePart, Listed],
    found: Iterator[Findings],
) -> Iterator[bytes]:
    """One JSON object, written part by part (RFC 8259)."""
    made = act.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    head = {"format": "inbox-agent access package 1", "reference": case.ref, "made_at": made}
    yield (json.dumps(head | {"from": act.terms.address}, ensure_ascii=False)[:-1] + ',\n"parts": [').encode()
    for number, (part, findings) in enumerate(zip(tables, found, strict=True)):
        yield (b",\n" if number else b"\n") + _json(_of_table(part, findings))
    yield b'\n],\n"files": ' + _json([_of_file(part, one) for part, one in files.items()]) + b"}\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _of_table(part: PackagePart, findings: Findings) -> dict[str, Any]:
    return {
        "category": part.item,
        "source": {"en": findings.en, "ar": findings.ar},
        "collected_at": part.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "columns": [{"name": one.name, "en": one.en, "ar": one.ar} for one in findings.columns],
        "rows": [
            dict(zip((one.name for one in findings.columns), row, strict=True)) for row in findings.rows
        ],
    }


def _of_file(part: PackagePart, one: Listed) -> dict[str, Any]:
    return {"category": part.item, "name": one.name, "path": one.file, "size": part.size}

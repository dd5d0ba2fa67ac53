"""What one system, or all of them, hold of a person; the other party of a call is masked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inbox_agent.cases.findings import Findings, Value
from inbox_agent.company import cells, drops, sql, web
from inbox_agent.company.failing import failed
from inbox_agent.company.people import Account
from inbox_agent.company.systems import ByHand, Company, FileSystem, HttpSystem, SqlSystem, System
from inbox_agent.errors import InboxAgentError, PersonNeeded, where

AT_ONCE = 4
_LARGEST = 20 << 20
"""Characters of all cells of one system together."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of asking one system: its rows, or the kind of fault; `note`: stale file, or by hand."""

    system: System
    findings: Findings | None = None
    fault: str = ""
    told: str = ""
    note: str = ""


def look(
    company: Company, accounts: Sequence[Account], now: datetime, unmasked: Mapping[str, Collection[str]]
) -> list[Looked]:
    """Ask every system, some at once; none keeps the others from answering. `unmasked`: columns by system."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [
            pool.submit(looked, system, accounts, now, unmasked.get(system.name, ()))
            for system in company.systems
        ]
        return [one.result() for one in asked]


def looked(
    system: System, accounts: Sequence[Account], now: datetime, unmasked: Collection[str] = ()
) -> Looked:
    """Ask one system; whatever goes wrong is an answer, too."""
    if isinstance(system, ByHand):
        return Looked(system, note="by_hand")
    try:
        found = findings(system, accounts, unmasked)
        stale = isinstance(system, FileSystem) and drops.is_stale(system, now)
    except PersonNeeded as error:
        return Looked(system, fault=error.reason, told=str(error))
    except InboxAgentError as error:
        return Looked(system, fault="system_refused", told=where(error))
    except Exception as error:
        # A driver's own error may hold rows: it is told by type and place alone.
        return Looked(system, fault="system_refused", told=f"the system {system.name}: {where(error)}")
    return Looked(system, found, note="stale" if stale else "")


def findings(system: System, accounts: Sequence[Account], unmasked: Collection[str] = ()) -> Findings:
    """The configured columns of all rows of these accounts, masked; raises PersonNeeded."""
    if isinstance(system, ByHand):
        raise failed(system.name, "not_permitted")
    values = list(dict.fromkeys(value for one in accounts for value in one.values(system.by)))
    rows = [_row(system, row, unmasked) for row in _rows(system, values)]
    if len(rows) > system.most_rows or sum(_size(row) for row in rows) > _LARGEST:
        raise failed(system.name, "too_many")
    return Findings(system.item, system.name, system.shown, rows, system.en, system.ar)


def _rows(system: System, values: Sequence[str]) -> Iterable[Mapping[str, Any]]:
    if isinstance(system, SqlSystem):
        typed = [typed for value in values if (typed := sql.value(system, value)) is not None]
        return [row for value in typed for row in sql.rows(system, system.query, {system.by: value})]
    if isinstance(system, HttpSystem):
        return [row for value in values for row in web.ask(system, "person.rows", {system.by: value})]
    assert isinstance(system, FileSystem), "nobody else has rows"
    return _of_file(system, set(values))


def _of_file(system: FileSystem, values: set[str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for number, row in enumerate(drops.rows(system)):
        if number == 0 and system.key not in row:
            raise failed(system.name, "wrong_answer", f"no column {system.key}")
        if _key(system, row) in values:
            found.append(row)
        if len(found) > system.most_rows:
            raise failed(system.name, "too_many")
    return found


def _key(system: FileSystem, row: Mapping[str, Any]) -> str:
    written = drops.written(row.get(system.key))
    return written.lower() if system.by == "address" else written


def _row(system: System, row: Mapping[str, Any], unmasked: Collection[str]) -> list[Value]:
    if missing := next((name for name in system.columns if name not in row), None):
        raise failed(system.name, "wrong_answer", f"no column {missing}")
    return [
        cells.masked(cells.plain(row[name]))
        if column.is_masked and name not in unmasked
        else cells.plain(row[name])
        for name, column in system.columns.items()
    ]


def _size(row: Sequence[Value]) -> int:
    return sum(len(str(cell)) for cell in row)

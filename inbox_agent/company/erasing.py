"""Rows that go, rows that stay and why: counted first, then erased in one transaction of their system.

A statement may take just the rows that were counted: any other number, a row that is left, or a row less
of those that stay, and the transaction is taken back.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from inbox_agent.company import sql
from inbox_agent.company.failing import failed
from inbox_agent.company.people import Account
from inbox_agent.company.systems import SqlSystem


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows by step of `erase`, and by step of `keep`, in the order of the file."""

    goes: tuple[int, ...]
    stays: tuple[int, ...]


def dry_run(system: SqlSystem, accounts: Sequence[Account]) -> Counted:
    """What a deletion would take and leave; nothing can be changed by it. Raises PersonNeeded.

    Also asked for nobody: a statement that counts rows then would take other people's.
    """
    with sql.connected(system) as connection:
        others = _counted(connection, system, [sql.nobody(system)])
        if any(others.goes):
            raise failed(system.name, "takes_others")
        return _counted(connection, system, _values(system, accounts))


def erase(system: SqlSystem, accounts: Sequence[Account], shown: Counted) -> Counted:
    """Carry the steps out, all or none; returns what went and stayed. Raises PersonNeeded."""
    values = _values(system, accounts)
    with sql.connected(system, writes=True) as connection:
        before = _counted(connection, system, values)
        if before.stays != shown.stays or any(
            now > then for now, then in zip(before.goes, shown.goes, strict=True)
        ):
            raise failed(system.name, "counts_changed")
        went = tuple(_carried_out(connection, system, number, values) for number in range(len(system.erase)))
        after = _counted(connection, system, values)
        if any(after.goes):
            raise failed(system.name, "leaves_rows")
        if after.stays != before.stays:
            raise failed(system.name, "takes_kept")
        return Counted(went, after.stays)


def is_done(system: SqlSystem, accounts: Sequence[Account], shown: Counted) -> bool:
    """Whether nothing is left of what was to go: where we stopped between their commit and our note of it."""
    with sql.connected(system) as connection:
        return any(shown.goes) and not any(_counted(connection, system, _values(system, accounts)).goes)


def fingerprint(system: SqlSystem) -> str:
    """Of all that says which rows go and stay: a dry run counts for just this."""
    urls = [
        make_url(one.get_secret_value()).render_as_string(hide_password=True)
        for one in (system.url, system.write_url)
    ]
    steps = [(str(one.reason), one.count) for one in system.keep]
    steps += [(one.count, one.statement) for one in system.erase]
    return hashlib.sha256(repr((system.by, system.account_type, urls, steps)).encode()).hexdigest()


def _carried_out(connection: Connection, system: SqlSystem, number: int, values: Sequence[Any]) -> int:
    step = system.erase[number]
    expected = _total(connection, system, step.count, values)
    went = sum(connection.execute(text(step.statement), {system.by: one}).rowcount for one in values)
    if went != expected:
        raise failed(system.name, "takes_others")
    return went


def _counted(connection: Connection, system: SqlSystem, values: Sequence[Any]) -> Counted:
    goes = (_total(connection, system, step.count, values) for step in system.erase)
    stays = (_total(connection, system, step.count, values) for step in system.keep)
    return Counted(tuple(goes), tuple(stays))


def _total(connection: Connection, system: SqlSystem, statement: str, values: Sequence[Any]) -> int:
    return sum(sql.count(connection, system, statement, {system.by: one}) for one in values)


def _values(system: SqlSystem, accounts: Sequence[Account]) -> list[Any]:
    given = dict.fromkeys(value for one in accounts for value in one.values(system.by))
    return [typed for value in given if (typed := sql.value(system, value)) is not None]

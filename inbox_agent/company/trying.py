"""Each system tried without a person: it is reached, its statements run, and nobody's rows come back."""

from datetime import datetime

from sqlalchemy import text

from inbox_agent.company import drops, erasing, sql, web
from inbox_agent.company.failing import failed
from inbox_agent.company.systems import ByHand, Company, FileSystem, HttpSystem, SqlSystem, System
from inbox_agent.errors import PersonNeeded, where

_NOBODY_NUMBER, _NOBODY_ADDRESS = "999999999999999", "nobody@nowhere.invalid"


def tried(company: Company, now: datetime) -> list[tuple[str, str, bool]]:
    """Of each system its name, what is to be said of it, and whether that is a fault."""
    return [(one.name, *_tried(one, now)) for one in company.systems]


def _tried(system: System, now: datetime) -> tuple[str, bool]:
    try:
        return _try(system, now), False
    except PersonNeeded as error:
        return str(error), True
    except Exception as error:  # a driver's own: by type and place
        return where(error), True


def _try(system: System, now: datetime) -> str:
    if isinstance(system, SqlSystem):
        return _try_sql(system)
    if isinstance(system, FileSystem):
        return _try_file(system, now)
    if isinstance(system, HttpSystem):
        if web.ask(system, "person.rows", {system.by: "nobody?here"}):
            raise failed(system.name, "takes_others")
        return "answers a signed request"
    assert isinstance(system, ByHand), "there are no more kinds"
    return "is looked at by hand"


def _try_sql(system: SqlSystem) -> str:
    if sql.rows(system, system.query, {system.by: sql.nobody(system)}):
        raise failed(system.name, "takes_others")
    if system.directory:
        number = {"number": _NOBODY_NUMBER, "tail": _NOBODY_NUMBER[-8:]}
        for statement, given in (
            (system.find_account, {"account": sql.nobody(system)}),
            (system.find_address, {"address": _NOBODY_ADDRESS}),
            (system.find_number, number),
        ):
            sql.rows(system, statement, given)
    if system.erases:
        erasing.dry_run(system, [])
        with sql.connected(system, writes=True) as connection:
            connection.execute(text("SELECT 1"))
    if sql.can_write(system):
        return "answers; WARNING: its reading URL may write, give it a user that cannot"
    return "answers; rows can be erased" if system.erases else "answers"


def _try_file(system: FileSystem, now: datetime) -> str:
    row = next(iter(drops.rows(system)), None)
    if row is not None:
        for name in (system.key, *system.columns):
            if name not in row:
                raise failed(system.name, "wrong_answer", f"no column {name}")
    return "WARNING: its newest file is old" if drops.is_stale(system, now) else "its newest file can be read"

"""From what a person is known by to their accounts: none, one, two, or a number that several share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inbox_agent.company import drops, sql, web
from inbox_agent.company.failing import failed
from inbox_agent.company.identifiers import By, address_of
from inbox_agent.company.systems import Company, FileSystem, SqlSystem

_TAIL = 8
"""Digits at the end of a number that are the same with and without the country's code."""
_MOST = 50
"""Accounts of one identifier; more than this is no person."""


@dataclass(slots=True)
class Account:
    """An account as the directory knows it: addresses and numbers as they are compared."""

    id: str
    names: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def values(self, by: By) -> list[str]:
        return {"account": [self.id], "address": self.addresses, "number": self.numbers}[by]


@dataclass(slots=True)
class Match:
    """An account and what led to it. `shared`: only a number that other accounts have as well."""

    account: Account
    by: set[By]
    shared: bool = False


def match(company: Company, identifiers: Iterable[str]) -> list[Match]:
    """The accounts of these identifiers; each is looked up by itself. Raises PersonNeeded for a system."""
    found: dict[str, Match] = {}
    owners: dict[str, int] = {}
    for text in identifiers:
        for by, value in company.numbering.readings(text):
            accounts = having(company, by, value)
            for account in accounts:
                one = found.setdefault(account.id, Match(account, set()))
                one.by.add(by)
                if by == "number":
                    owners[account.id] = max(owners.get(account.id, 0), len(accounts))
    for one in found.values():
        one.shared = one.by == {"number"} and owners[one.account.id] > 1
    return sorted(found.values(), key=lambda one: one.account.id)


def having(company: Company, by: By, value: str) -> list[Account]:
    """The accounts with just this identifier: what the directory gives is compared once more by us."""
    accounts: dict[str, Account] = {}
    for row in _rows(company, by, value):
        account_id = drops.written(row.get("account"))
        if not account_id or len(account_id) > 64:
            raise failed(company.directory.name, "wrong_answer")
        _add(accounts.setdefault(account_id, Account(account_id)), row, company)
    fitting = [one for one in accounts.values() if value in one.values(by)]
    if len(fitting) > _MOST:
        raise failed(company.directory.name, "too_many")
    return fitting


def own(company: Company, accounts: Iterable[Account]) -> tuple[list[Account], int]:
    """The accounts without the addresses and numbers that others have, too; and how many those were.

    What stands under a shared number may be somebody else's.
    """
    chosen = list(accounts)
    ids, dropped, kept = {one.id for one in chosen}, 0, []
    for one in chosen:
        alone: dict[By, list[str]] = {"address": [], "number": []}
        for by, theirs in alone.items():
            for value in one.values(by):
                if {other.id for other in having(company, by, value)} <= ids:
                    theirs.append(value)
                else:
                    dropped += 1
        kept.append(Account(one.id, one.names, alone["address"], alone["number"]))
    return kept, dropped


def _add(account: Account, row: Mapping[str, Any], company: Company) -> None:
    readings = (
        (account.names, str(row.get("name") or "")[:200]),
        (account.addresses, address_of(str(row.get("address") or ""))),
        (account.numbers, company.numbering.number(str(row.get("number") or ""))),
    )
    for known, value in readings:
        if value and value not in known:
            known.append(value)


def _rows(company: Company, by: By, value: str) -> Iterable[Mapping[str, Any]]:
    directory = company.directory
    if isinstance(directory, SqlSystem):
        statement = {
            "account": directory.find_account,
            "address": directory.find_address,
            "number": directory.find_number,
        }[by]
        asked = sql.account(directory, value) if by == "account" else value
        given = {by: asked} | ({"tail": value[-_TAIL:]} if by == "number" else {})
        return [] if asked is None else sql.rows(directory, statement, given)
    if isinstance(directory, FileSystem):
        return _file_rows(directory, by, value, company)
    return web.ask(directory, f"person.find_{by}", {by: value})


def _file_rows(directory: FileSystem, by: By, value: str, company: Company) -> Iterable[dict[str, Any]]:
    """A row of a directory's file, once for each address and number in it."""
    for row in drops.rows(directory):
        addresses = [str(row.get(name) or "") for name in directory.addresses]
        numbers = [drops.written(row.get(name)) for name in directory.numbers]
        theirs: dict[By, list[str | None]] = {
            "account": [drops.written(row.get(directory.account))],
            "address": [address_of(one) for one in addresses],
            "number": [company.numbering.number(one) for one in numbers],
        }
        if value in theirs[by]:
            name = " ".join(str(row.get(one) or "") for one in directory.name_columns)
            account = drops.written(row.get(directory.account))
            for place in range(max(len(addresses), len(numbers), 1)):
                yield {
                    "account": account,
                    "name": name,
                    "address": addresses[place] if place < len(addresses) else "",
                    "number": numbers[place] if place < len(numbers) else "",
                }

"""The demo's telephony company: its database, a report dropped into a folder, and its connectors file."""

import random
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

_HERE = Path(__file__).parent
_MODELS = ("Desk phone D3", "Softphone for Android", "Softphone for iPhone", "Conference phone C7")
_CHOICES = ("all", "necessary only")
_SOURCES = ("web form", "trade fair", "contract")

Customer = tuple[str, str, str, str, str, int]


def found(folder: Path, now: datetime) -> Path:
    """Found the company in this folder; gives the path of its connectors file. Always the same people."""
    folder.mkdir()
    customers = list(_people())
    with closing(sqlite3.connect(folder / "telephony.db")) as database:
        database.executescript((_HERE / "schema.sql").read_text("utf-8"))
        for one in customers:
            _fill(database, one, now)
        database.commit()
    _drop_report(folder / "drops", customers, now)
    connectors = (_HERE / "connectors.toml").read_text("utf-8").replace("FOLDER", str(folder))
    file = folder / "connectors.toml"
    file.write_text(connectors, "utf-8")
    return file


def _people() -> Iterator[Customer]:
    for one in tomllib.loads((_HERE / "people.toml").read_text("utf-8"))["customers"]:
        account, name, address, number, plan, years = one
        yield account, name, address, number, plan, years


def _fill(database: sqlite3.Connection, customer: Customer, now: datetime) -> None:
    """What one customer has left in the company's tables, by chance but always the same."""
    account, name, address, number, plan, years = customer
    chance = random.Random(account)  # noqa: S311 - invented people need no secrets
    since = now - timedelta(days=365 * years + 40)
    database.execute(
        "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)", (account, name, address, number, plan, _day(since))
    )
    database.executemany("INSERT INTO calls VALUES (?, ?, ?, ?, ?)", list(_calls(chance, account, now)))
    payments = list(_payments(chance, customer, now))
    database.executemany("INSERT INTO payments VALUES (?, ?, ?, ?, ?)", payments)
    devices = [(account, model, _mac(chance), _day(now)) for model in chance.sample(_MODELS, 2)]
    database.executemany("INSERT INTO devices VALUES (?, ?, ?, ?)", devices)
    if chance.random() < 0.7:
        row = (address, _day(since), chance.choice(_SOURCES))
        database.execute("INSERT INTO marketing_list VALUES (?, ?, ?)", row)
    if chance.random() < 0.7:
        row = (address, now.isoformat(" ", "minutes"), chance.choice(_CHOICES))
        database.execute("INSERT INTO cookie_consents VALUES (?, ?, ?)", row)


def _calls(chance: random.Random, account: str, now: datetime) -> Iterator[tuple[object, ...]]:
    others = [f"+96279{chance.randrange(10**7):07}" for _ in range(5)]
    for _ in range(chance.randrange(12, 40)):
        at = now - timedelta(minutes=chance.randrange(60 * 24 * 90))
        direction = chance.choice(("in", "out"))
        yield account, at.strftime("%Y-%m-%d %H:%M"), direction, chance.choice(others), chance.randrange(900)


def _payments(chance: random.Random, customer: Customer, now: datetime) -> Iterator[tuple[object, ...]]:
    """Four a year; a trial has none."""
    card = f"{chance.randrange(10**4):04}"
    for quarter in range(4 * customer[5]):
        day = now - timedelta(days=20 + 91 * quarter)
        yield customer[0], _day(day), f"{chance.randrange(900, 9000) / 100:.2f} JOD", "card", card


def _drop_report(folder: Path, customers: list[Customer], now: datetime) -> None:
    folder.mkdir()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Usage")
    sheet.append(["Account", "Month", "Minutes", "Portal visits"])
    for account, *_ in customers:
        chance = random.Random(f"usage {account}")  # noqa: S311
        for months in range(3):
            month = (now - timedelta(days=30 * months)).strftime("%Y-%m")
            sheet.append([int(account), month, chance.randrange(20, 900), chance.randrange(12)])
    book.save(folder / f"usage-{_day(now)}.xlsx")


def _mac(chance: random.Random) -> str:
    return ":".join(f"{chance.randrange(256):02x}" for _ in range(6))


def _day(moment: datetime) -> str:
    return moment.date().isoformat()

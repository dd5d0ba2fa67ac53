"""`python -m benchmarks.desk`: the desk's pages over 100,000 cases, on SQLite and on PostgreSQL.

Pages are asked for by HTTP on loopback, one after the other, by somebody who is signed in. Medians and 95th
percentiles are printed, and the memory of the process that serves them with the whole agent loaded.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from httpx2 import Client
from pydantic import SecretStr
from sqlalchemy import select, text

from inbox_agent.agent import now_utc
from inbox_agent.cases.act import Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.request import Request
from inbox_agent.cases.staff import Role
from inbox_agent.cases.states import Outcome
from inbox_agent.desk import application, serving
from inbox_agent.desk.paths import address
from inbox_agent.desk.searching import query_of
from inbox_agent.desk.sign_in import hire
from inbox_agent.errors import NotWritten
from inbox_agent.letters import Stationery
from inbox_agent.settings import Settings
from inbox_agent.understanding import Language, RequestType, Understanding
from tests.servers.postgres import Postgres

CASES = 100_000
OPEN = 5_000
BATCH = 1_000
ROUNDS = 40
PASSWORD = "correct horse battery"
NAMES = ("Lina", "Omar", "Rana", "Samer", "ليلى", "أحمد", "Peter", "Joanna", "نور", "خالد")


def main() -> None:
    Understanding.load()  # what the agent holds besides, for the memory
    with tempfile.TemporaryDirectory() as folder:
        _measure("SQLite", Settings(data_dir=Path(folder), sending="live"))
    with Postgres() as server, server.database() as url, tempfile.TemporaryDirectory() as folder:
        _measure("PostgreSQL", Settings(data_dir=Path(folder), sending="live", database_url=SecretStr(url)))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _measure(name: str, settings: Settings) -> None:
    # In a process of its own: what making the cases takes is not the desk's memory.
    subprocess.run([sys.executable, "-m", "benchmarks.desk", "fill"], check=True, env=_environment(settings))
    record = Record.open(settings)
    with record.reading() as session:
        refs = list(session.scalars(select(Case.ref).order_by(Case.id)))
    print(f"{name}: {len(refs):,} cases, {OPEN:,} of them open")
    with _signed_in(record) as client:
        for what, path in _pages(record.keyring, refs):
            _ask(client, what, path)
    record.close()


def _pages(keyring: Keyring, refs: list[str]) -> Iterator[tuple[str, Callable[[int], str]]]:
    def search_for(words: str) -> str:
        return address("/queue/all", q=query_of(keyring, words))

    yield "queue", lambda _: "/queue/decide"
    yield "queue, all", lambda number: f"/queue/all?page={1 + number % 50}"
    yield "queue, closed", lambda number: f"/queue/closed?page={1 + number}"
    yield "queue, filtered", lambda _: "/queue/all?type=deletion&language=ar"
    yield "search, a name", lambda number: search_for(f"{NAMES[number % len(NAMES)]} {number}")
    yield "search, an address", lambda number: search_for(f"person{number * 97}@example.com")
    yield "search, a reference", lambda number: search_for(refs[number * 97])
    yield "case page", lambda number: f"/cases/{refs[number * 97]}"


def _ask(client: Client, what: str, path: Callable[[int], str]) -> None:
    seconds = []
    for number in range(ROUNDS + 2):
        began = time.perf_counter()
        answer = client.get(path(number))
        seconds.append(time.perf_counter() - began)
        assert answer.status_code == 200, (path(number), answer.status_code)
    told = [one * 1000 for one in seconds[2:]]
    print(f"  {what:22} {median(told):6.0f} ms, 95th percentile {quantiles(told, n=20)[-1]:6.0f} ms")


@contextmanager
def _signed_in(record: Record) -> Iterator[Client]:
    hire(record, now_utc(), name="sara", display_name="Sara", role=Role.ADMIN, password=PASSWORD)
    stationery = Stationery(record.settings.address)
    with (
        serving(application(record, stationery, now_utc), "127.0.0.1", 0) as address,
        Client(base_url=address, follow_redirects=True, timeout=60) as client,
    ):
        page = client.get("/sign-in").text
        csrf = page.split('name="csrf" value="')[1].split('"')[0]
        given = {"csrf": csrf, "name": "sara", "password": PASSWORD, "then": "/"}
        assert client.post("/sign-in", data=given).status_code == 200
        yield client


def _environment(settings: Settings) -> dict[str, str]:
    url = settings.database_url.get_secret_value()
    return {**os.environ, "INBOX_AGENT_DATA_DIR": str(settings.data_dir), "INBOX_AGENT_DATABASE_URL": url}


def fill() -> None:
    """Cases of two years, by the record's own verbs, written a thousand at a time."""
    record, chance = Record.open(Settings()), random.Random(1)
    for first in range(0, CASES, BATCH):
        numbers = range(first, first + BATCH)
        try:
            _write(record, chance, numbers)
        except NotWritten:  # two of so many references are now and then the same
            _write(record, chance, numbers)
    if record.engine.dialect.name == "postgresql":  # which would do so by itself in a minute
        with record.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    record.close()


def _write(record: Record, chance: random.Random, numbers: range) -> None:
    act = record.act(now_utc())
    for number in numbers:
        _case(act, chance, number)
    record.keyring.save()
    with record.writing() as session:
        write(session, act.rows)


def _case(act: Act, chance: random.Random, number: int) -> None:
    is_open = number >= CASES - OPEN
    age = timedelta(days=chance.uniform(0, 27)) if is_open else timedelta(days=chance.uniform(30, 700))
    act.at = datetime.now(UTC).replace(microsecond=0) - age
    request = Request(
        requester=f"person{number}@example.com",
        language=chance.choice((Language.EN, Language.AR)),
        types=tuple(chance.sample(list(RequestType), chance.choice((1, 1, 2)))),
        received_at=act.at,
        subject=f"my personal data {number}",
        name=f"{NAMES[number % len(NAMES)]} {number}",
        message_id=f"<{number}@customers.example>",
    )
    case = Case.begin(act, request, state="triage" if is_open and number % 50 == 0 else "open")
    if is_open and number % 7:
        case.acknowledge(act, hold=None)
        _leave(act)
    if not is_open:
        for right in case.rights:
            right.end(act, chance.choice((Outcome.FULFILLED, Outcome.DENIED, Outcome.WITHDRAWN)))


def _leave(act: Act) -> None:
    """Its letter has left long ago; what it said is of no matter here."""
    for letter in act.rows[-12:]:
        if isinstance(letter, Letter):
            letter.state, letter.sent_at = "sent", act.at
            letter.put_into_words(act.keyring, b"Subject: hello\r\n\r\nhello")


if __name__ == "__main__":
    fill() if sys.argv[1:] == ["fill"] else main()

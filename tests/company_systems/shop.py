"""A small telephony company with its own databases, and an Inbox Agent beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.right import Right
from inbox_agent.company import Company, load
from inbox_agent.letters import acting
from inbox_agent.process import persons_data
from inbox_agent.process.persons_data import Matter
from inbox_agent.understanding import RequestType
from tests.cases.records import NOW, begun, kept, the_case
from tests.company import stationery
from tests.servers.postgres import Postgres

RANA, OMAR, SHARED = "rana@example.com", "omar@example.org", "+962 6 500 1234"
TABLES = """
CREATE TABLE accounts (account_id VARCHAR(20), full_name VARCHAR(100), email VARCHAR(100), phone VARCHAR(40));
CREATE TABLE calls (account_id VARCHAR(20), at VARCHAR(20), other VARCHAR(40), seconds INTEGER);
CREATE TABLE payments (account_id VARCHAR(20), at VARCHAR(20), amount NUMERIC(10, 2));
CREATE TABLE devices (account_id VARCHAR(20), model VARCHAR(40));
CREATE TABLE newsletter (email VARCHAR(100), since VARCHAR(20));
INSERT INTO accounts VALUES ('A-100', 'Rana Khalil', 'Rana@Example.com', '+962 79 111 2233');
INSERT INTO accounts VALUES ('A-200', 'Omar Said', 'omar@example.org', '00962 (79) 222-3344');
INSERT INTO accounts VALUES ('A-201', 'Omar Said', 'omar@example.org', '0792223355');
INSERT INTO accounts VALUES ('A-300', 'Office one', 'one@office.example', '+962 6 500 1234');
INSERT INTO accounts VALUES ('A-301', 'Office two', 'two@office.example', '06 500 1234');
INSERT INTO calls VALUES ('A-100', '2026-11-01', '+962785551234', 61);
INSERT INTO calls VALUES ('A-100', '2026-11-02', '112', 12);
INSERT INTO calls VALUES ('A-200', '2026-11-02', '+962785559999', 5);
INSERT INTO payments VALUES ('A-100', '2015-01-01', 12.50);
INSERT INTO payments VALUES ('A-100', '2026-01-01', 14.00);
INSERT INTO payments VALUES ('A-200', '2014-01-01', 9.00);
INSERT INTO devices VALUES ('A-100', 'desk phone');
INSERT INTO newsletter VALUES ('rana@example.com', '2024-01-01');
INSERT INTO newsletter VALUES ('omar@example.org', '2024-01-01')
"""
CONNECTORS = Path(__file__).with_name("connectors.toml").read_text("utf-8")


class Shop:
    """The company's database under `url` for reading and `write_url` for erasing."""

    def __init__(self, folder: Path, url: str, write_url: str) -> None:
        self.folder, self.url, self.write_url = folder, url, write_url
        self.execute(*TABLES.split(";"))
        self.file = folder / "connectors.toml"
        self.changed()

    def changed(self, *changes: tuple[str, str]) -> Company:
        """The connectors file anew, with some of its words changed."""
        told = CONNECTORS.replace("WRITE_URL", self.write_url).replace("URL", self.url)
        for was, to in changes:
            assert was in told, was
            told = told.replace(was, to)
        self.file.write_text(told, "utf-8")
        return self.company

    @property
    def company(self) -> Company:
        company = load(self.file)
        assert company is not None
        return company

    def execute(self, *statements: str, **given: str) -> None:
        engine = create_engine(self.write_url)
        with engine.begin() as connection:
            for one in statements:
                connection.execute(text(one), given)
        engine.dispose()

    def count(self, table: str, where: str = "1 = 1") -> int:
        engine = create_engine(self.write_url)
        with engine.begin() as connection:
            found = connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one()
        engine.dispose()
        return int(found)


@contextmanager
def shop_on(which: str, folder: Path, postgres: Postgres) -> Iterator[Shop]:
    if which == "sqlite":
        url = f"sqlite:///{folder / 'shop.db'}"
        yield Shop(folder, url, url)
        return
    with postgres.database() as url:
        yield _with_reader(folder, url)


def _with_reader(folder: Path, url: str) -> Shop:
    """On PostgreSQL reading has a user of its own, who may only read."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        there = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = 'shop_reader'")).scalar()
        if not there:
            connection.execute(text("CREATE ROLE shop_reader LOGIN"))
        connection.execute(text("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO shop_reader"))
    engine.dispose()
    return Shop(folder, url.replace("inbox@", "shop_reader@"), url)


def case_of(
    record: Record, kind: RequestType = RequestType.ACCESS, *, requester: str = RANA, trust: str | None = None
) -> Case:
    """A case whose person has shown who they are, as far as the right needs it, its work begun."""
    act = record.act(NOW, "mona")
    case = begun(act, requester=requester, types=[kind], message_id=f"<{act.new_id()}@customers.example>")
    for right in case.rights:
        right.trust = right.needed if trust is None else trust
        right.move(act, "start")
    kept(record, act)
    return case


def matter(record: Record, company: Company, case: Case, *, by: str = "mona", now: datetime = NOW) -> Matter:
    to_act = partial(acting, record, stationery(), by=by, now=now, is_known_person=True)
    return Matter(record, company, to_act, case.ref, case.rights[0].type)


def choose(one: Matter, *ids: str, typed: tuple[str, ...] = (), why: str = "") -> None:
    persons_data.choose(one, persons_data.candidates(one, typed), ids, why)


def approved(record: Record, case: Case) -> datetime:
    """Confirmed by its person, agreed to by a second one, cool-off over: erasing may begin at this moment."""
    later = NOW + timedelta(days=4)
    with record.writing() as session:
        right = the_case(session, case).rights[0]
        right.confirmed_at, right.erase_after = NOW, NOW + timedelta(days=3)
        right.submitted_by, right.submitted_at, right.approved_by = "mona", NOW, "huda"
    return later


def the_right(session: Session, case: Case) -> Right:
    return the_case(session, case).rights[0]


def events(record: Record, case: Case) -> list[str]:
    with record.reading() as session:
        return [event.kind for event in the_case(session, case).events]


def details(record: Record, case: Case, kind: str) -> list[dict[str, Any]]:
    with record.reading() as session:
        found = [event for event in the_case(session, case).events if event.kind == kind]
        return [event.detail(record.keyring) or {} for event in found]

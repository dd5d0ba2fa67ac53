"""The marked company's own systems: some answer wrongly, slowly, or with errors that repeat all they got."""

import base64
import http.server
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.marked import marks

CUSTOMERS = ("copy", "gone", "deskcopy", "deskgone")
"""Each has an account, and asks: by the shell or at the desk, for a copy or to be forgotten."""
_TEXT = 'en = "Data"\nar = "بيانات"'
_DIRECTORY = "SELECT account, name, address, number FROM accounts WHERE"
_CRM = f"""
[[systems]]
name = "crm"
item = "account"
kind = "sql"
directory = true
{_TEXT}
url_file = "crm.url"
write_url_file = "crm.url"
find_account = "{_DIRECTORY} account = :account"
find_address = "{_DIRECTORY} address = :address"
find_number = "{_DIRECTORY} number LIKE '%' || :tail"
query = "SELECT name, address, number FROM accounts WHERE account = :account"
columns.name = {{ en = "Name", ar = "الاسم" }}
columns.address = {{ en = "Address", ar = "العنوان" }}
columns.number = {{ en = "Number", ar = "الرقم", other_party = true }}
[[systems.erase]]
{_TEXT}
count = "SELECT count(*) FROM accounts WHERE account = :account"
statement = "DELETE FROM accounts WHERE account = :account"
"""
_PORTAL = f"""
[[systems]]
name = "portal"
item = "cookies"
kind = "http"
by = "address"
seconds = 1
{_TEXT}
url_file = "portal.url"
secret_file = "portal.secret"
columns.choice = {{ en = "Choice", ar = "الاختيار" }}
"""
_DROPS = """
[[systems]]
name = "{name}"
item = "{item}"
kind = "file"
{text}
folder = "{name}"
key = "Account"
columns.Words = {{ en = "Words", ar = "كلمات" }}
"""
_SHOUTING = """
[[systems]]
name = "{name}"
item = "{item}"
kind = "sql"
{text}
url_file = "shouting.url"
write_url_file = "shouting.url"
query = "SELECT {query} AS words FROM calls WHERE account = :account AND kind = '{name}'"
columns.words = {{ en = "Words", ar = "كلمات" }}
[[systems.erase]]
{text}
count = "SELECT count(*) FROM calls WHERE account = :account AND kind = '{name}'"
statement = "DELETE FROM calls WHERE account = :account AND kind = '{name}'"
"""
_SHOUTS = """
CREATE TABLE calls (account text, kind text, words text);
CREATE SEQUENCE times;
CREATE FUNCTION shouted(row_of calls) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no % here', row_of USING DETAIL = row_of::text, HINT = row_of.words; END $$;
CREATE FUNCTION shouts() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF nextval('times') % 2 = 0 THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'not yet %', OLD USING ERRCODE = '53100', DETAIL = OLD::text;
    END $$;
CREATE TRIGGER shouts BEFORE DELETE ON calls FOR EACH ROW EXECUTE FUNCTION shouts();
"""


def account_of(who: str) -> str:
    return marks.digits(700 + CUSTOMERS.index(who))


@contextmanager
def connected(folder: Path, shouting: str = "") -> Iterator[Path]:
    """The connectors file of systems that are there; `shouting` is the URL of a PostgreSQL that is theirs."""
    folder.mkdir()
    _fill_directory(folder)
    for name, content in _files().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    file = folder / "connectors.toml"
    with _portal() as url:
        (folder / "portal.url").write_text(url)
        (folder / "portal.secret").write_text(
            "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
        )
        file.write_text("".join(_tables(folder, shouting)), "utf-8")
        yield file


def _tables(folder: Path, shouting: str) -> Iterator[str]:
    yield from (_CRM, _PORTAL)
    yield _DROPS.format(name="usage", item="usage", text=_TEXT)
    yield _DROPS.format(name="devices", item="device", text=_TEXT)
    if shouting:
        _fill_shouting(shouting)
        (folder / "shouting.url").write_text(shouting)
        yield _SHOUTING.format(name="calls", item="call", text=_TEXT, query="shouted(calls)")
        yield _SHOUTING.format(name="payments", item="payment", text=_TEXT, query="words")


def _fill_directory(folder: Path) -> None:
    crm = sqlite3.connect(folder / "crm.db")
    crm.execute("CREATE TABLE accounts (account TEXT, name TEXT, address TEXT, number TEXT)")
    crm.executemany("INSERT INTO accounts VALUES (?, ?, ?, ?)", _people())
    crm.commit()
    crm.close()
    (folder / "crm.url").write_text(f"sqlite:///{folder}/crm.db")


def _people() -> Sequence[tuple[str, str, str, str]]:
    """One more has the number of the first: it is shared."""
    known = [
        (account_of(who), marks.latin("name"), marks.address(who), f"+{marks.PHONE}{n}")
        for n, who in _numbered()
    ]
    return [*known, (marks.digits(799), marks.arabic("اسم"), marks.address("shares"), f"+{marks.PHONE}0")]


def _numbered() -> Iterator[tuple[int, str]]:
    return enumerate(CUSTOMERS)


def _files() -> dict[str, bytes]:
    """A report that is read, and one that breaks in the middle of somebody's row."""
    rows = "".join(f'{account_of(who)},"{marks.FILE.strip()}"\n' for who in CUSTOMERS)
    broken = f'Account,Words\n{account_of("copy")},"{marks.arabic("كسر")}'.encode("cp1256")
    return {
        f"usage/{marks.latin('report')}.csv": f"Account,Words\n{rows}".encode(),
        f"devices/{marks.arabic('تقرير')}.csv": broken,
    }


def _fill_shouting(url: str) -> None:
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False)) as opened:
        opened.execute(_SHOUTS)
        for who in CUSTOMERS:
            for kind in ("calls", "payments"):
                opened.execute("INSERT INTO calls VALUES (%s, %s, %s)", (account_of(who), kind, marks.FILE))


class _Answers(http.server.BaseHTTPRequestHandler):
    """Each request is answered in the next way; all repeat what was asked, wherever they can."""

    protocol_version = "HTTP/1.1"
    ways: "count[int]"

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"]))
        words = asked + marks.NOTE.encode()
        ways = (self._error, self._no_json, self._other_rows, self._no_http, self._drip, self._rows)
        ways[next(self.ways) % len(ways)](words)

    def _error(self, words: bytes) -> None:
        self._say(words, 500, marks.address("reason"))

    def _no_json(self, words: bytes) -> None:
        self._say(b'{"rows": [' + words)

    def _other_rows(self, _: bytes) -> None:
        self._say(f'{{"rows": [{{"{marks.LATIN}": "{marks.PHONE}"}}]}}'.encode())

    def _no_http(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n\r\n")
        self.close_connection = True

    def _drip(self, words: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", "100000")
        self.end_headers()
        for _ in range(15):
            self.wfile.write(words[:20])
            time.sleep(0.1)

    def _rows(self, _: bytes) -> None:
        self._say(f'{{"rows": [{{"choice": "{marks.latin("choice")}"}}]}}'.encode())

    def _say(self, body: bytes, status: int = 200, reason: str = "OK") -> None:
        self.send_response(status, reason)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # they do not wait for the end


@contextmanager
def _portal() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Next", (_Answers,), {"ways": count()}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/person"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

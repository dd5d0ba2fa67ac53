"""Files that are dropped, and web services: what they give, and what is not taken from them."""

import base64
import hmac
import http.server
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from inbox_agent.company import Account, Company, looked, match, own
from inbox_agent.company.identifiers import account_of, address_of
from inbox_agent.company.looking import Looked
from inbox_agent.company.systems import FileSystem, HttpSystem, Shown
from tests.cases.records import NOW

RANA = Account("4001", ["Rana"], ["rana@example.com"], ["962791112233"])
KEY = b"0123456789abcdef01234567"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
TEXT = {"en": "Text", "ar": "نص"}


def drop(folder: Path, **changes: object) -> FileSystem:
    given: dict[str, object] = {
        "name": "usage",
        "item": "usage",
        "kind": "file",
        **TEXT,
        "folder": folder,
        "key": "account",
        "columns": {"minutes": Shown(**TEXT)},
    }
    return FileSystem.model_validate(given | changes)


def test_a_file_is_not_looked_up_by_numbers_which_are_written_in_many_ways(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="by: a dropped file is looked up by account or address"):
        drop(tmp_path, by="number")


def csv(folder: Path, text: str, name: str = "usage.csv", *, days_old: float = 0) -> Path:
    file = folder / name
    file.write_text(text, "utf-8-sig")
    at = (NOW - timedelta(days=days_old)).timestamp()
    os.utime(file, (at, at))
    return file


def rows(one: Looked) -> list[list[object]]:
    assert one.findings is not None, one
    return [list(row) for row in one.findings.rows]


def test_rows_of_a_csv_file_are_found_by_account(tmp_path: Path) -> None:
    csv(tmp_path, "account,minutes,secret\n4001,12,x\n4002,13,y\n 4001 ,14,z\n")
    assert rows(looked(drop(tmp_path), [RANA], NOW)) == [["12"], ["14"]]


def test_rows_of_a_workbook_are_found_whether_the_account_is_text_or_number(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["account", "minutes", "day"],
        [4001, 12, NOW.replace(tzinfo=None)],
        ["4001", 13.5, None],
        [4002, 1, None],
    ):
        sheet.append(row)
    book.save(tmp_path / "usage.xlsx")
    system = drop(tmp_path, columns={"minutes": Shown(**TEXT), "day": Shown(**TEXT)})
    assert rows(looked(system, [RANA], NOW)) == [
        [12, NOW.replace(tzinfo=None).isoformat()],
        [13.5, None],
    ]


def test_the_newest_file_counts_and_an_old_one_is_said(tmp_path: Path) -> None:
    csv(tmp_path, "account,minutes\n4001,1\n", "a.csv", days_old=3)
    csv(tmp_path, "account,minutes\n4001,2\n", "b.csv", days_old=9)
    found = looked(drop(tmp_path, stale_days=2), [RANA], NOW)
    assert (rows(found), found.note) == ([["1"]], "stale")
    assert looked(drop(tmp_path, stale_days=5), [RANA], NOW).note == ""


def test_what_is_still_being_written_or_only_points_elsewhere_is_passed_over(tmp_path: Path) -> None:
    csv(tmp_path, "account,minutes\n4001,1\n", ".usage.csv")
    csv(tmp_path, "account,minutes\n4001,1\n", "usage.csv.part")
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "link.csv").symlink_to(csv(other, "account,minutes\n4001,1\n"))
    assert looked(drop(tmp_path), [RANA], NOW).fault == "system_no_file"


@pytest.mark.parametrize(
    "content", [b"\x00\xff\xfe", b"PK\x03\x04 no workbook", b"", b"nobody,minutes\n4001,1\n"]
)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_that_is_none_gives_no_rows(tmp_path: Path, content: bytes, ending: str) -> None:
    (tmp_path / f"usage.{ending}").write_bytes(content)
    found = looked(drop(tmp_path), [RANA], NOW)
    assert found.fault == "system_wrong_answer" or rows(found) == []


def test_a_column_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    csv(tmp_path, "account,hours\n4001,1\n")
    assert looked(drop(tmp_path), [RANA], NOW).fault == "system_wrong_answer"


def test_more_rows_than_allowed_are_a_fault_not_a_part(tmp_path: Path) -> None:
    csv(tmp_path, "account,minutes\n" + "4001,1\n" * 20)
    assert looked(drop(tmp_path, most_rows=19), [RANA], NOW).fault == "system_too_many"


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    csv(tmp_path, "account,minutes\n" + "4002,1\n" * 200_000)
    given = looked(drop(tmp_path, seconds=0.01), [Account("4001")], NOW)
    assert given.fault == "system_timed_out"


@pytest.mark.parametrize("account", ["' OR 1=1", "=cmd|' /C calc'!A0", "4001\n4002", "*"])
def test_an_account_is_compared_as_it_is(tmp_path: Path, account: str) -> None:
    csv(tmp_path, "account,minutes\n4001,1\n4002,2\n")
    assert rows(looked(drop(tmp_path), [Account(account)], NOW)) == []


# Web services


class Asked(http.server.BaseHTTPRequestHandler):
    """Answers as the test says, and keeps what it was asked."""

    answer: Callable[["Asked"], None]
    asked: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.answer()

    def log_message(self, *_: object) -> None:
        pass

    def say(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def service(answer: Callable[[Asked], None]) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    asked: list[tuple[dict[str, str], bytes]] = []
    handler = type("Handler", (Asked,), {"answer": answer, "asked": asked})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/person", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def portal(url: str, **changes: object) -> HttpSystem:
    given: dict[str, object] = {
        "name": "portal",
        "item": "usage",
        "kind": "http",
        **TEXT,
        "url": url,
        "secret": SECRET,
        "columns": {"page": Shown(**TEXT)},
        "seconds": 5,
    }
    return HttpSystem.model_validate(given | changes)


def json_of(value: object) -> Callable[[Asked], None]:
    return lambda asked: asked.say(json.dumps(value).encode())


def test_a_service_gets_a_signed_request_and_gives_rows() -> None:
    with service(json_of({"rows": [{"page": "/bills", "more": 1}]})) as (url, asked):
        assert rows(looked(portal(url), [RANA], NOW)) == [["/bills"]]
    headers, body = asked[0]
    assert json.loads(body)["data"] == {"account": "4001"}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{mark}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60


def drips(asked: Asked) -> None:
    asked.send_response(200)
    asked.end_headers()
    for _ in range(100):
        asked.wfile.write(b" ")
        asked.wfile.flush()
        time.sleep(0.1)


def closes(asked: Asked) -> None:
    asked.send_response(200)
    asked.send_header("content-length", "1000")
    asked.end_headers()
    asked.wfile.write(b'{"rows": []')


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (lambda asked: asked.say(b"", 302, location="http://127.0.0.1:1/"), "refused"),
        (lambda asked: asked.say(b"", 500), "refused"),
        (lambda asked: asked.say(b"<html>"), "wrong_answer"),
        (json_of([]), "wrong_answer"),
        (json_of({"rows": "all"}), "wrong_answer"),
        (json_of({"rows": [1]}), "wrong_answer"),
        (json_of({"rows": [{"other": 1}]}), "wrong_answer"),
        (lambda asked: asked.say(b"[" * 200_000), "wrong_answer"),
        (json_of({"rows": [{"page": "x"}] * 11}), "too_many"),
        (drips, "timed_out"),
        (closes, "out_of_reach"),
    ],
)
def test_what_is_no_answer_is_a_fault(answer: Callable[[Asked], None], fault: str) -> None:
    began = time.monotonic()
    with service(answer) as (url, _):
        found = looked(portal(url, most_rows=10, seconds=1), [RANA], NOW)
    assert found.fault == f"system_{fault}"
    assert time.monotonic() - began < 15
    assert "4001" not in found.told


def test_a_service_that_is_not_there_is_out_of_reach() -> None:
    assert looked(portal("http://127.0.0.1:1/"), [RANA], NOW).fault == "system_out_of_reach"


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from inbox_agent.company import web  # noqa: PLC0415

    monkeypatch.setattr(web, "LARGEST_ANSWER", 100_000)
    with service(lambda asked: asked.say(b" " * 1_000_000)) as (url, _):
        assert looked(portal(url), [RANA], NOW).fault == "system_too_many"


# What identifies


@pytest.mark.parametrize(
    "text", ["", "a@", "@b", "a b@example.com", "a@ex\nample.com", "x" * 300 + "@a.example"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert address_of(text) is None


@pytest.mark.parametrize("text", ["", "a b", "a'b", 'a"b', "a;b", "a%", "a\x00", "x" * 65])
def test_what_is_no_account_number_is_none(text: str) -> None:
    assert account_of(text) is None


def test_account_numbers_may_be_typed_in_arabic_digits() -> None:
    assert account_of("A-٤٠٠١") == "A-4001"


# Directories that are no database


def company(directory: FileSystem | HttpSystem) -> Company:
    return Company(systems=(directory,), country="962")


def test_a_file_can_be_the_directory(tmp_path: Path) -> None:
    csv(
        tmp_path,
        "id,first,last,mail,mobile,office\n"
        "4001,Rana,Khalil,Rana@Example.com,0791112233,06 500 1234\n"
        "4002,Omar,Said,omar@example.org,,+962 6 500 1234\n",
    )
    directory = drop(
        tmp_path,
        directory=True,
        key="id",
        account="id",
        name_columns=("first", "last"),
        addresses=("mail",),
        numbers=("mobile", "office"),
        columns={"mail": Shown(**TEXT)},
    )
    (rana,) = match(company(directory), ["rana@example.com"])
    assert rana.account == Account(
        "4001", ["Rana Khalil"], ["rana@example.com"], ["962791112233", "96265001234"]
    )
    assert [one.account.id for one in match(company(directory), ["٠٧٩١١١٢٢٣٣"])] == ["4001"]
    assert [one.shared for one in match(company(directory), ["065001234"])] == [True, True]
    (alone,), dropped = own(company(directory), [rana.account])
    assert (alone.numbers, dropped) == (["962791112233"], 1)


def finds(asked: Asked) -> None:
    """A service that gives more than it was asked for."""
    people = [
        {"account": "4001", "name": "Rana", "address": "Rana@Example.com", "number": "+962 79 111 2233"},
        {"account": "4002", "name": "Omar", "address": "omar@example.org", "number": None},
    ]
    asked.say(json.dumps({"rows": people}).encode())


def test_a_service_can_be_the_directory_and_is_not_believed_about_others() -> None:
    with service(finds) as (url, asked):
        directory = portal(url, directory=True)
        assert [one.account.id for one in match(company(directory), ["rana@example.com"])] == ["4001"]
        assert [one.account.id for one in match(company(directory), ["4002"])] == ["4002"]
    assert [json.loads(body)["type"] for _, body in asked] == ["person.find_address", "person.find_account"]

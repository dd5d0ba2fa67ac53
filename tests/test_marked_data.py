"""Marked personal data goes through every door; no log, plain column, file, address or process shows any.

What may be found, and why, stands in PLAIN, UNPRESSED and `typing.TELLING`, and nowhere else.
"""

import base64
import json
import quopri
import re
import sqlite3
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import quote

import pytest

from inbox_agent.desk import DOORS
from tests.marked import marks, searches
from tests.marked.day import Day, lived
from tests.marked.typing import TELLING
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres

PLAIN = {
    "staff.display_name": "a colleague's name, as the desk shows it to colleagues",
    "events.by": "who did something: that is what a history is for, and it outlives what was done",
    **dict.fromkeys(
        (
            *("checklist_rows.by", "checks.by", "parties.added_by", "suppressions.by"),
            *("packages.begun_by", "packages.built_by", "packages.handed_over_by", "packages.destroyed_by"),
            *("package_parts.by", "download_links.made_by", "download_links.dead_by"),
            *("chosen_accounts.by", "holdings.by", "system_erasures.shown_by", "system_erasures.done_by"),
        ),
        "the same, on what was done",
    ),
}
"""Columns in which names of staff stand as they are, and why; nothing of a customer may."""
UNPRESSED: dict[str, str] = {}
"""Doors of the desk that this test does not open, and why."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """On PostgreSQL mail also comes by LMTP, and a system of the company repeats rows in its errors."""
    folder = tmp_path_factory.mktemp("marked")
    with Dovecot() as dovecot, pytest.MonkeyPatch.context() as monkeypatch:
        if request.param == "sqlite":
            yield lived(folder, dovecot, monkeypatch)
            return
        with Postgres() as server, Postgres() as company:
            urls = {"DATABASE_URL": server.create("record"), "KEYS_URL": server.create("keys")}
            lmtp = {"RECEIVE__PROTOCOL": "lmtp", "RECEIVE__SOCKET": str(folder / "door.sock")}
            one = lived(folder, dovecot, monkeypatch, company.create("calls"), **urls, **lmtp)
            one.server_log = (server.folder / "log").read_bytes()
            yield one


def test_the_marks_went_through_every_door(day: Day) -> None:
    """Where nothing passes, nothing can be found."""
    assert day.states >= {"filed", "left", "set_aside", "needs_staff"}
    assert "550 5.1.1" in day.log
    assert "554 5.7.1" in day.log
    assert (day.watch.killed, len(day.watch.children) >= 5) == (1, True)
    assert day.clerk.failed == []
    pressed = {key.partition(" ")[2] for key in day.clerk.pressed}
    assert {door.path for door in DOORS if door.method == "POST"} - pressed == UNPRESSED.keys()


def test_copies_are_handed_over_and_data_is_erased(day: Day) -> None:
    """By the desk and by the shell; the systems said what they could against it."""
    for handed in day.handed:
        [archive] = handed.archives
        assert archive.startswith(b"PK")
        assert [one.status_code for one in handed.answers][-1] == 200
        assert {one.status_code for one in handed.answers} == {200, 403, 404, 413}
    told = "".join(out for handed in day.handed for out in handed.done)
    assert told.count('"state": "erased"') >= 2
    assert "system_wrong_answer" in told
    assert len(set(re.findall(r"system_\w+", told))) >= 2, told


def test_the_listener_for_downloads_repeats_nothing_that_it_was_asked(day: Day) -> None:
    pages = [
        one for handed in day.handed for one in handed.answers if "zip" not in one.headers["content-type"]
    ]
    heads = [(one.url.path, str(one.headers)) for handed in day.handed for one in handed.answers]
    assert len(pages) >= 2 * 7
    assert [found for page in pages for found in searches.in_text("a page", page.text, day.secrets)] == []
    assert [found for path, head in heads for found in searches.in_text(path, head, day.secrets)] == []


def test_staff_see_what_nobody_else_does(day: Day) -> None:
    shown = "".join(answer.out for verb, _, answer in day.typed if verb == "show")
    assert marks.LATIN in shown


def test_logs_hold_none(day: Day) -> None:
    assert "letter_refused" in day.log
    assert list(searches.in_text("log", day.log, day.secrets)) == []


def test_the_log_of_the_database_server_holds_none(day: Day) -> None:
    assert list(searches.in_bytes("log of the server", day.server_log, day.secrets)) == []


def test_what_is_said_when_the_machine_fails_holds_none(day: Day) -> None:
    assert all("out of reach" in said or "trying again" in said for said in day.faults[::2]), day.faults
    assert [found for said in day.faults for found in searches.in_text("fault", said, day.secrets)] == []


def test_commands_complain_without_naming_anybody(day: Day) -> None:
    """They may repeat what was typed on that very line, and ask which of the accounts it was."""
    assert sum(answer.code != 0 for _, _, answer in day.typed) > 5
    told = [
        (line, without(answer.err, line))
        for verb, line, answer in day.typed
        if not (verb == "data find" and "say with --account" in answer.err)
    ]
    assert [found for line, err in told for found in searches.in_text(line, err)] == []


def without(said: str, line: str) -> str:
    typed = line.split()
    for word in sorted({*typed, *(Path(one).name for one in typed)} - {""}, key=len, reverse=True):
        said = said.replace(word, "")
    return said


def test_commands_print_only_what_was_asked_for(day: Day) -> None:
    quiet = [(line, without(answer.out, line)) for verb, line, answer in day.typed if verb not in TELLING]
    assert {"data find", "data erase", "package build", "requests", "notice", "keys"} <= {
        verb for verb, _, _ in day.typed
    }
    assert [found for line, out in quiet for found in searches.in_text(line, out, day.secrets)] == []


@pytest.mark.parametrize("store", ["record", "keys"])
def test_plain_columns_hold_none(day: Day, store: str) -> None:
    assert list(searches.in_columns(day.stores[store], day.secrets)) == []


def test_names_of_staff_stand_where_they_must_and_nowhere_else(day: Day) -> None:
    found = list(searches.in_columns(day.stores["record"], stems=(marks.STAFF,)))
    assert {"staff.display_name", "events.by"} <= {one.where for one in found} <= PLAIN.keys()


def test_no_file_of_ours_holds_any_nor_its_name(day: Day) -> None:
    there = {file.name for folder in (day.living, day.data) for file in folder.iterdir()}
    own = {"record.db", "record.db-wal", "keys.db"} if day.stores["record"].startswith("sqlite") else set()
    assert {"heads.log", *own} <= there
    found = [*searches.in_files(day.living, day.secrets), *searches.in_files(day.data, day.secrets)]
    assert found == []


def test_no_temporary_file_holds_any(day: Day) -> None:
    assert list(searches.in_files(day.temporary)) == []
    passing = day.watch.passing.items()
    assert [found for name, content in passing for found in searches.in_bytes(name, content)] == []


def test_children_are_told_nothing_by_arguments_or_environment(day: Day) -> None:
    assert {environment for _, environment in day.watch.children.values()} == {b""}
    arguments = [one for one, _ in day.watch.children.values()]
    assert [found for one in arguments for found in searches.in_bytes("arguments", one)] == []


def test_addresses_and_cookies_of_the_desk_hold_none(day: Day) -> None:
    """They stand in histories of browsers, in logs of proxies, in what is sent on as Referer."""
    assert len(day.clerk.told) > 1000
    own = [marks.REFERENCE.lower(), marks.latin("query")]  # typed into the address by ourselves
    told = [(where, text) for where, text in day.clerk.told if not any(one in text.lower() for one in own)]
    assert [found for where, text in dict.fromkeys(told) for found in searches.in_text(where, text)] == []


def test_mail_to_staff_and_automatic_letters_repeat_nothing(day: Day) -> None:
    """But to whom they go, and to which mail they answer."""
    letters = [without_its_thread(letter.content) for letter in day.letters]
    automatic = [letter for letter in letters if marks.latin("note") not in letter]  # which staff typed
    assert len(automatic) >= 5
    assert [found for letter in automatic for found in searches.in_text("a letter", letter)] == []


def without_its_thread(content: bytes) -> str:
    letter = message_from_bytes(content, policy=default)
    for name in ("To", "In-Reply-To", "References"):
        del letter[name]
    parts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in letter.items()), *parts])


@pytest.mark.parametrize("stem", marks.STEMS)
@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_a_mark_is_found_in_every_form(stem: str, before: str) -> None:
    """So that no search above finds nothing because it cannot."""
    text = f"{before}{stem}more"
    octets = text.encode()
    forms = {
        "capitals": text.upper().encode(),
        "base64": base64.encodebytes(b"x" * 53 + octets),
        "url": base64.urlsafe_b64encode(octets),
        "quoted-printable": quopri.encodestring(b"x" * 70 + octets),
        "percent": quote(text).encode(),
        "hex": octets.hex().upper().encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "json": json.dumps({"a": text}).encode(),
        "repr": repr(octets).encode(),
    }
    assert [form for form, content in forms.items() if not list(searches.in_bytes("x", content))] == []


def test_a_mark_is_found_in_each_place(tmp_path: Path) -> None:
    (tmp_path / f"{marks.LATIN}.txt").write_bytes(b"x")
    (tmp_path / "plain").write_text(marks.PHONE)
    database = sqlite3.connect(tmp_path / "x.db")
    database.execute("CREATE TABLE t (sealed_a TEXT, b BLOB, c TEXT)")
    database.execute("INSERT INTO t VALUES (?, ?, ?)", (marks.LATIN, marks.ARABIC.encode(), marks.PHONE))
    database.commit()
    database.close()
    assert {found.where for found in searches.in_columns(f"sqlite:///{tmp_path}/x.db")} == {"t.b", "t.c"}
    places = {found.where for found in searches.in_files(tmp_path)}
    assert places >= {f"name of {marks.LATIN}.txt", "plain", "x.db"}

"""Copies are handed over and data is erased, by the shell and at the desk; marks go through all of it."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx2

from inbox_agent import settings as settings_room
from inbox_agent.agent import now_utc
from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.cases.right import Right
from tests.marked import marks
from tests.marked.forms import Clerk
from tests.marked.premises import Premises
from tests.marked.systems import account_of
from tests.marked.typing import BY, Shell

_REFERENCE = re.compile(r"MC-\w{4}-\w{4}")
PASSWORD = re.compile(r"\b\d{4} \d{4} \d{4}\b")
_ITEMS = (
    "account",
    "usage",
    "call",
    "payment",
    "device",
    "cookies",
    "recipients",
    "backups",
    "marketing_list",
)
_MORE_ITEMS = ("mailbox", "exports")
_NOW = (*BY, "--yes")


@dataclass
class Handed:
    """What opens a package, how the listener answered, and what came of it."""

    secrets: list[str] = field(default_factory=list)
    answers: list[httpx2.Response] = field(default_factory=list)
    archives: list[bytes] = field(default_factory=list)
    done: list[str] = field(default_factory=list)


def proved(shell: Shell, who: str, kind: str) -> str:
    """The reference of a case whose person has shown who they are, its work begun."""
    opened = shell.type("open", "--from", marks.address(who), "--type", kind, *BY)
    ref = _REFERENCE.findall(opened.out)[0]
    with _right(ref) as right:
        right.trust = right.needed
    assert shell.type("case", ref, "start", *_NOW).code == 0
    return ref


def agreed(ref: str) -> None:
    """Its person confirmed the deletion days ago, and somebody else agreed that it be carried out."""
    with _right(ref) as right:
        right.confirmed_at, right.erase_after = now_utc() - timedelta(days=4), now_utc() - timedelta(days=1)
        right.submitted_by, right.submitted_at, right.approved_by = "mona", now_utc(), "huda"


@contextmanager
def _right(ref: str) -> Iterator[Right]:
    record = Record.open(settings_room.load())
    with record.writing() as session:
        yield search.case(session, ref).rights[0]
    record.close()


def by_shell(shell: Shell, premises: Premises, folder: Path) -> Handed:
    """A copy from the systems to its customer, and a deletion; nothing of it is done twice."""
    handed = Handed()
    copy, gone = proved(shell, "copy", "access"), proved(shell, "gone", "deletion")
    for ref in (copy, gone):
        shell.type("data", ref, "find", "--identifier", f"+{marks.PHONE}0", *BY)
        shell.type(
            "data", ref, "find", "--identifier", marks.address("nobody"), "--account", marks.digits(9), *BY
        )
        assert shell.type("data", ref, "find", *BY).code == 0
    agreed(gone)
    for verb in ("preview", "erase"):
        shell.type("data", copy, verb, *(_NOW if verb == "erase" else BY))
        for _ in range(3):  # one system fails, then the next one
            shell.type("data", gone, verb, *(_NOW if verb == "erase" else BY))
    handed.done += [shell.type("data", ref, "status", *BY, "--json").out for ref in (copy, gone)]
    _handed_over(shell, premises, folder, copy, handed)
    return handed


def _handed_over(shell: Shell, premises: Premises, folder: Path, ref: str, handed: Handed) -> None:
    rows, file = folder / f"{marks.latin('rows')}.csv", folder / marks.FILE_NAME
    rows.write_text(f"{marks.latin('column')},b\n{marks.NOTE},{marks.PHONE}\n", "utf-8")
    file.write_text(marks.FILE)
    for item in _ITEMS + _MORE_ITEMS:
        shell.type("case", ref, "row", item, "done", *_NOW)
    of = ("package", ref)
    for verb, from_file in (("add-rows", rows), ("add-file", file), ("add-rows", folder / "data")):
        shell.type(*of, verb, str(from_file), "--item", "account", *_NOW)
    file.write_bytes(b"\xff" + marks.FILE.encode("cp1256"))
    shell.type(*of, "add-rows", str(file), "--item", "account", *_NOW)
    shell.type(*of, "remove", marks.latin("nopart"), *_NOW)
    shell.type(*of, "build", *_NOW)
    told = shell.type(*of, "hand-over", "--as-it-is", "--words", marks.NOTE, *_NOW)
    shell.type(*of, "hand-over", *_NOW)
    fetched(premises, "copy", PASSWORD.findall(told.out)[-1], handed)
    shell.type(*of, "show")
    shell.type(*of, "revoke", *_NOW)
    shell.type(*of, "destroy", *_NOW)


def fetched(premises: Premises, who: str, password: str, handed: Handed) -> None:
    """The customer and others at the listener for downloads, with right and wrong secrets, and none."""
    link = _link(premises, who)
    token = link.rpartition("/")[2]
    handed.secrets += [token, password, password.replace(" ", "")]
    with httpx2.Client(timeout=30) as browser:
        handed.answers += [
            browser.get(link),
            browser.get(f"{link}?q={marks.latin('query')}", headers={"user-agent": marks.latin("browser")}),
            browser.post(link, data={"password": marks.PASSWORD}),
            browser.post(f"{premises.downloads}/{'A' * 43}", data={"password": password}),
            browser.post(link, content=b"%FF%" + marks.NOTE.encode() * 9000),
            browser.get(
                f"{premises.downloads}/{marks.latin('path')}", headers={"x-forwarded-for": marks.LATIN}
            ),
            browser.post(f"{premises.downloads}/{marks.latin('path')}", data={"password": marks.PASSWORD}),
        ]
        given = browser.post(link, data={"password": password})
        handed.answers.append(given)
        handed.archives.append(given.content)
    _broken_off(premises, token, password)


def _broken_off(premises: Premises, token: str, password: str) -> None:
    """Who goes away in the middle, and who speaks another language."""
    host = ("127.0.0.1", int(premises.downloads.rpartition(":")[2]))
    form = f"password={password.replace(' ', '+')}"
    head = f"POST /{token} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    for said in (
        f"{head}Content-Length: {len(form)}\r\n\r\n{form}",
        f"{marks.LATIN} /{token} {marks.NOTE}\r\n\r\n",
    ):
        with socket.create_connection(host, timeout=5) as client, suppress(OSError):
            client.sendall(said.encode())


def _link(premises: Premises, who: str) -> str:
    found: list[str] = []

    def is_there() -> bool:
        mine = [one for one in premises.sink.taken() if marks.address(who) in one.recipients]
        found[:] = [
            hit
            for one in mine
            for hit in re.findall(rf"{premises.downloads}/[\w-]{{43}}", _text(one.content))
        ]
        return bool(found)

    premises.until(is_there)
    return found[-1]


def _text(content: bytes) -> str:
    body = message_from_bytes(content, policy=default).get_body(("plain",))
    return str(body.get_content()) if body else ""


def at_the_desk(clerk: Clerk, shell: Shell, premises: Premises) -> Handed:
    """The same by forms; each that must have an effect is seen to have it."""
    handed = Handed()
    copy, gone = proved(shell, "deskcopy", "access"), proved(shell, "deskgone", "deletion")
    for ref, who, kind in ((copy, "deskcopy", "access"), (gone, "deskgone", "deletion")):
        right = {"right": kind}
        form(clerk, f"/cases/{ref}/data/find", 200, right | {"identifiers": f"+{marks.PHONE}0\n{marks.NOTE}"})
        form(clerk, f"/cases/{ref}/data/choose", 303, right | {"account": account_of(who), "why": marks.NOTE})
        form(clerk, f"/cases/{ref}/data/look", 303, right)
        form(clerk, f"/cases/{ref}/data/rows", 200, right | {"system": "crm"})
        form(clerk, f"/cases/{ref}/data/rows", 200, right | {"system": "portal"})
        more = {"system": "crm", "column": "number", "why": marks.NOTE}
        form(clerk, f"/cases/{ref}/data/mask", 303, right | more)
    agreed(gone)
    form(clerk, f"/cases/{gone}/data/preview", 303, {"right": "deletion"})
    form(clerk, f"/cases/{gone}/data/erase", 303, {"right": "deletion"})
    for _ in range(2):  # where a system failed it goes on
        clerk.post(f"/cases/{gone}/data/erase", {"csrf": clerk.token(), "right": "deletion"})
    handed.done.append(shell.type("data", gone, "status", *BY, "--json").out)
    for item in _ITEMS + _MORE_ITEMS:
        shell.type("case", copy, "row", item, "done", *_NOW)
    password = _packed(clerk, copy)
    fetched(premises, "deskcopy", password, handed)
    form(clerk, f"/cases/{copy}/package/revoke", 303)
    form(clerk, f"/cases/{copy}/package/destroy", 303)
    return handed


def _packed(clerk: Clerk, ref: str) -> str:
    path = f"/cases/{ref}/package"
    form(
        clerk,
        f"{path}/file",
        303,
        {"item": "account"},
        files={"file": (marks.FILE_NAME, marks.FILE.encode())},
    )
    form(
        clerk,
        f"{path}/rows",
        303,
        {"item": "usage", "rows": f"{marks.latin('column')} | b\n{marks.NOTE} | c"},
    )
    form(clerk, f"{path}/build", 303)
    page = clerk.browser.get(path).text
    last = re.search(r'name="last_mail" value="([^"]*)"', page)
    assert last
    page = form(
        clerk, f"{path}/hand-over", 200, {"last_mail": last[1], "words": marks.NOTE, "as_it_is": "yes"}
    ).text
    letter = re.search(rf"/cases/{ref}/letters/([0-9a-f]{{32}})", page)
    assert letter
    _released(clerk, ref, f"/cases/{ref}/letters/{letter[1]}")
    return PASSWORD.findall(re.sub(r"<[^>]+>", " ", page))[-1]


def _released(clerk: Clerk, ref: str, path: str) -> None:
    """As it was read; nobody here waits half a minute for a colleague's second thought."""
    [given] = [one for one in clerk.get(path).forms if one.action == f"{path}/release"]
    form(clerk, given.action, 303, {name: value for _, name, value in given.fields} | {"csrf": clerk.token()})
    with _right(ref) as right:
        right.case.letters[-1].next_try_at = now_utc()


def form(
    clerk: Clerk, path: str, status: int, given: dict[str, object] | None = None, **more: object
) -> httpx2.Response:
    answer = clerk.post(path, {"csrf": clerk.token(), **(given or {})}, **more)
    assert answer.status_code == status, (
        path,
        answer.status_code,
        re.sub(r"<[^>]+>|\s+", " ", answer.text)[-1500:],
    )
    return answer

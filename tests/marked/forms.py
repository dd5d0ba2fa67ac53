"""The desk as somebody uses it who presses every button and types marks wherever something can be typed."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

import httpx2

from inbox_agent.desk import DOORS
from inbox_agent.desk.gate import Door
from tests.marked import marks

_NAMES = re.compile(r"MC-[0-9A-Z]{4}-[0-9A-Z]{4}|\b[0-9a-f]{32}\b|(?<==)[^&]*|\d+")
_OF_A_KIND, _CASES = 2, 12
"""Pages behind one door that are opened; of each form a few are sent."""
_AT_THE_END = re.compile(r"/sign-out|/settings/me/|/settings/staff/|/settings/suppression|/discard|/withdraw")
"""What ends what others need is pressed when the rest is done."""


_IN_PATHS = dict.fromkeys(("mail", "letter", "document", "link", "file", "piece", "package"), "0" * 32)


@dataclass
class Form:
    """A form of a page, and the buttons it can be sent by."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The links and forms of a page; fields and buttons may stand elsewhere and name their form."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.path, self.links, self.forms, self.addresses = path, set[str](), list[Form](), set[str]()
        self._named: dict[str, Form] = {}
        self._inside: Form | None = None
        self._select = ""
        self._elsewhere: list[tuple[str, str, str, str]] = []
        self.feed(text)
        for form, kind, name, value in self._elsewhere:
            if form in self._named:
                self._add(self._named[form], kind, name, value)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.addresses |= {given[name] for name in ("href", "src", "action", "formaction") if given.get(name)}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.add(given["href"].partition("#")[0])
        elif tag == "form" and given.get("method") != "dialog":
            action = given.get("action") or self.path
            self._inside = Form(action, given.get("method", "get"))
            self.forms.append(self._inside)
            self._named[given.get("id", "")] = self._inside
        elif tag in {"input", "textarea", "button"}:
            self._field(tag, given)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and given.get("value"):
            self._put(given, "option", self._select, given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select":
            self._select = ""

    def _field(self, tag: str, given: dict[str, str]) -> None:
        if tag == "button":
            if given.get("type", "submit") == "submit":
                action = given.get("formaction", "")
                self._put(given, f"button {action}", given.get("name", ""), given.get("value", ""))
            return
        kind = "area" if tag == "textarea" else given.get("type", "text")
        if "checked" in given and kind == "radio":
            kind = "chosen"
        if "readonly" not in given and given.get("name"):
            self._put(given, kind, given["name"], given.get("value", ""))

    def _put(self, given: dict[str, str], kind: str, name: str, value: str) -> None:
        if "form" in given:
            self._elsewhere.append((given["form"], kind, name, value))
        elif self._inside is not None:
            self._add(self._inside, kind, name, value)

    def _add(self, form: Form, kind: str, name: str, value: str) -> None:
        (form.buttons if kind.startswith("button") else form.fields).append((kind, name, value))


class Clerk:
    """Somebody with a browser. `told` is all that went over the wire beside the pages: addresses, cookies."""

    def __init__(self, desk: str) -> None:
        self.told: list[tuple[str, str]] = []
        self.pressed = Counter[str]()
        self.failed: list[str] = []
        self.browser = httpx2.Client(base_url=desk, timeout=60, follow_redirects=False)
        self.secrets: list[str] = []
        self._sent = Counter[str]()
        self._tokens: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()

    def get(self, path: str) -> Page:
        return self._page(path, self.browser.get(path))

    def post(self, path: str, data: dict[str, object], **more: object) -> httpx2.Response:
        answer = self.browser.post(path, data=data, **more)  # type: ignore[arg-type]
        self._note(path, answer)
        door = door_of(path, "POST")
        self.pressed[f"{answer.status_code // 100}xx {door.path if door else path}"] += 1
        return answer

    def join(self, link: str, name: str) -> None:
        """Become a member of staff by an invitation."""
        words = {
            "name": name,
            "display_name": f"{marks.STAFF} {name}",
            "password": marks.PASSWORD,
            "again": marks.PASSWORD,
        }
        answer = self.browser.post(link, data={"csrf": self.token(link), **words})
        assert answer.status_code == 303, answer.text
        self._name = name
        self.secrets += [link.rpartition("/")[2], *self.browser.cookies.values()]

    def enter(self) -> None:
        """Sign in again, where what was pressed ended the session."""
        if self.browser.get("/help").status_code == 303:
            self.sign_in(self._name)

    def sign_in(self, name: str) -> None:
        self._name = name
        words = {"csrf": self.token("/sign-in"), "name": name, "password": marks.PASSWORD, "then": "/"}
        answer = self.post("/sign-in", words)
        assert answer.status_code == 303, answer.text
        self.secrets += self.browser.cookies.values()

    def token(self, path: str = "/queue/all") -> str:
        """What a form must bring, of this browser as it is now."""
        session = str(self.browser.cookies)
        if session not in self._tokens:
            found = re.search(r'name="csrf" value="([^"]+)"', self.browser.get(path).text)
            assert found, f"no form on {path}"
            self._tokens[str(self.browser.cookies)] = found[1]
        return self._tokens[str(self.browser.cookies)]

    def _page(self, path: str, answer: httpx2.Response) -> Page:
        self._note(path, answer)
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        page = Page(path.partition("?")[0], answer.text if is_page else "")
        self.told += [(f"an address on {_NAMES.sub('*', path)}", one) for one in page.addresses]
        return page

    def _note(self, path: str, answer: httpx2.Response) -> None:
        shape = _NAMES.sub("*", path)
        self.told.append((f"the address {shape}", path))
        if answer.status_code >= 500:
            self.failed.append(f"{answer.status_code} {path}")
        for name in ("location", "set-cookie", "link", "refresh", "hx-redirect"):
            for value in answer.headers.get_list(name):
                self.told.append((f"{name} of {shape}", value))

    def work(self, start: str = "/queue/decide") -> None:
        """Open every page that can be reached, send every form of it; last what ends something."""
        waiting, seen, later = [start], {start}, dict[str, Form]()
        while waiting:
            path = waiting.pop(0)
            shape = "/settings/letters" if path.startswith("/settings/letters/") else _NAMES.sub("*", path)
            self._sent[shape] += 1
            if self._sent[shape] > (_CASES if shape == "/cases/*" else _OF_A_KIND):
                continue
            page = self.get(path)
            now = [form for form in page.forms if not _AT_THE_END.search(form.action)]
            later |= {form.action: form for form in page.forms if form not in now}
            for form in now:
                self._send_all(form)
            new = page.links - seen
            seen |= new
            waiting += sorted(new)
        for form in later.values():
            self.enter()
            self._send_all(form)

    def knock(self, refs: list[str]) -> None:
        """What no page offered as it was: a form of marks and a large file, on a case that there is."""
        self.enter()
        anything = dict.fromkeys(
            ("text", "words", "note", "why", "who", "account", "value", "name"), marks.NOTE
        )
        file = (marks.FILE_NAME, marks.FILE.encode() * 30_000)
        for path in list(unpressed(self)):
            for ref in refs:
                filled = re.sub(r"\{(\w+)[^}]*\}", lambda part, ref=ref: _IN_PATHS.get(part[1], ref), path)
                self.post(filled, {"csrf": self.token(), "right": "access", **anything}, files={"file": file})
                self.post(filled, {"csrf": self.token(), "right": "access", **anything})

    def press_all(self, path: str) -> None:
        """Every form of one page, also those whose like was sent before."""
        self._sent.clear()
        for form in self.get(path).forms:
            self.enter()
            self._send_all(form)

    def _send_all(self, form: Form) -> None:
        """By each of its buttons."""
        for kind, name, value in form.buttons or [("button ", "", "")]:
            action = kind.partition(" ")[2] or form.action
            shape = f"{_NAMES.sub('*', action)} {name} {value if len(value) < 20 else ''}"
            if self._sent[shape] < _OF_A_KIND:
                self._sent[shape] += 1
                self._send(form, action, {name: value} if name else {})

    def _send(self, form: Form, action: str, pressed: dict[str, str]) -> None:
        data: dict[str, object] = {}
        for kind, name, value in form.fields:
            if kind in {"checkbox", "hidden", "chosen", "option", "radio"}:
                _choose(data, kind, name, value)
            elif kind != "file":
                data[name] = typed(kind, name, value)
        data |= pressed
        if form.method == "get":
            self._note(action, self.browser.get(action, params=data))  # type: ignore[arg-type]
            return
        data |= {"csrf": self.token()} if "csrf" in data else {}
        files = [
            (name, (marks.FILE_NAME, marks.FILE.encode())) for kind, name, _ in form.fields if kind == "file"
        ]
        self.post(action, data, **({"files": files} if files else {}))


def _choose(data: dict[str, object], kind: str, name: str, value: str) -> None:
    """All boxes are ticked; of several choices the one that is chosen, else the first."""
    there = data.get(name)
    if kind == "checkbox" and isinstance(there, list):
        there.append(value)
    elif kind == "checkbox":
        data[name] = [value]
    elif kind == "chosen" or name not in data:
        data[name] = value


def typed(kind: str, name: str, value: str) -> str:
    """What is typed into a field of this kind and name."""
    if kind == "password":
        return marks.PASSWORD
    if kind in {"date", "number"}:
        return value
    if "address" in name or kind == "email":
        return marks.address("typed")
    if name == "display_name":
        return marks.STAFF
    if name == "q":
        return marks.SOUGHT
    return f"{value} {marks.NOTE}".strip()


def door_of(path: str, method: str) -> Door | None:
    """Which door of the desk an address leads to."""
    plain = path.partition("?")[0]
    for door in DOORS:
        if door.method == method and re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", door.path), plain):
            return door
    return None


def unpressed(clerk: Clerk) -> Iterator[str]:
    """The doors that take something and were never opened by it."""
    opened = {key.partition(" ")[2] for key in clerk.pressed}
    return (door.path for door in DOORS if door.method == "POST" and door.path not in opened)

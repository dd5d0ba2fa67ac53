"""One day of the marked company: everything goes through every door, then the doors are shut."""

import base64
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from inbox_agent.agent import now_utc
from tests.cli.office import Answer, Office
from tests.desk.office import totp_code
from tests.marked import faults, handing, mails, marks, systems, typing
from tests.marked.forms import Clerk
from tests.marked.handing import Handed
from tests.marked.premises import RELAY_LOGIN, Premises
from tests.marked.typing import Shell
from tests.marked.watch import Watch
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.sink import Envelope, SmtpSink

CODE = re.compile(r"(?<!\d)\d{4} \d{4}(?!\d)")


@dataclass
class Day:
    """What is left of it: files, what was printed, letters; `living` is `data` while the agent ran."""

    data: Path
    living: Path
    temporary: Path
    log: str
    watch: Watch
    clerk: Clerk
    letters: list[Envelope]
    states: set[str]
    handed: list[Handed]
    stores: dict[str, str]
    typed: list[tuple[str, str, Answer]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    server_log: bytes = b""

    @property
    def secrets(self) -> list[str]:
        """What opens doors: codes, tokens, passwords; none of it may stand anywhere."""
        codes = {code for letter in self.letters for code in CODE.findall(text_of(letter))}
        return [
            *codes,
            *(code.replace(" ", "") for code in codes),
            *dict.fromkeys(self.clerk.secrets),
            *(secret for one in self.handed for secret in one.secrets),
            PASSWORD,
        ]


def text_of(letter: Envelope) -> str:
    body = message_from_bytes(letter.content, policy=default).get_body(("plain",))
    return str(body.get_content()) if body else ""


def lived(
    folder: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, shouting: str = "", **settings: str
) -> Day:
    """`shouting`: the URL of a company's PostgreSQL whose errors repeat rows; `settings` are the agent's."""
    with (
        SmtpSink(login=RELAY_LOGIN, certificate=dovecot.certificate) as sink,
        systems.connected(folder / "company", shouting) as connectors,
    ):
        premises = Premises(folder, dovecot, sink, CONNECTORS=str(connectors), **settings)
        shell = Shell(_office(premises, folder, monkeypatch))
        invitation = invited(shell.office, "--admin")
        with premises:
            _mail_comes(premises)
            with Clerk(premises.desk) as clerk, Clerk(premises.desk) as other:
                clerk.join(invitation, "sara")
                other.join(invited(shell.office, "--role", "approver"), "omar")
                handed = [handing.at_the_desk(clerk, shell, premises)]
                _work_is_done(clerk)
                clerk.knock(premises.asked("SELECT ref FROM cases WHERE state != 'closed'")[:3])
            handed.append(handing.by_shell(shell, premises, folder))
            _answers_come(premises)
            premises.mistyped()
            shutil.copytree(premises.data, folder / "living", ignore=shutil.ignore_patterns("*.sock"))
        states = set(premises.asked("SELECT state FROM inbound_emails"))
        day = Day(
            data=premises.data,
            living=folder / "living",
            temporary=premises.temporary,
            log=premises.out.read_text() + premises.err.read_text(),
            watch=premises.watch,
            clerk=clerk,
            letters=sink.taken(),
            states=states,
            handed=handed,
            stores={"record": premises.record_url, "keys": premises.keys_url},
        )
        typing.by_hand(shell, folder)
        day.typed = shell.answers
        day.faults = faults.told(shell.office, monkeypatch, premises)
        return day


def _office(premises: Premises, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A shell beside the agent, with its settings and its folder for temporary files."""
    office = Office(folder, monkeypatch)
    for name, value in premises.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(tempfile, "tempdir", str(premises.temporary))
    return office


def invited(office: Office, *role: str) -> str:
    """The path of a link for somebody new."""
    return "/first/" + office.told("invite", *role).rpartition("/first/")[2].strip()


def _mail_comes(premises: Premises) -> None:
    """By each door; the relay names the person when it refuses, and one child is killed."""
    rana = f"<{marks.address()}> {marks.latin('unknown')} {marks.latin('user')}"
    premises.sink.will_answer("RCPT", f"550 5.1.1 {rana}", f"451 4.2.2 {rana} is busy")
    premises.sink.will_answer("DATA", f"554 5.7.1 {rana} writes too much")
    doors: list[Callable[[bytes], None]] = [premises.by_imap, premises.by_maildir, premises.by_smtp]
    every = mails.of_every_kind()
    premises.watch.kill_next()
    for number, raw in enumerate(every.values()):
        doors[number % 3](raw)
    premises.until(lambda: settled(premises, len(every)))
    premises.until(lambda: len(premises.sink.taken()) >= 4)


def settled(premises: Premises, mails: int) -> bool:
    there = premises.asked("SELECT state FROM inbound_emails")
    return len(there) >= mails and "received" not in there


def _answers_come(premises: Premises) -> None:
    """A code, an absence note that quotes it, protest, thanks, a bounce."""
    before = len(premises.asked("SELECT state FROM inbound_emails"))
    letters = [one for one in premises.sink.taken() if "staff@" not in one.recipients[0]][:4]
    for letter in letters:
        code = next(iter(CODE.findall(text_of(letter))), "1234 5678")
        premises.by_imap(mails.answer(letter.content, f"My code is {code}. {marks.DETAILS}"))
        premises.by_maildir(
            mails.answer(letter.content, f"I am away. {code}", "away", Auto_Submitted="auto-replied")
        )
    premises.by_smtp(mails.bounce(letters[0].content, letters[0].recipients[0]))
    premises.by_imap(mails.answer(letters[-1].content, f"This was not me! {marks.DETAILS}", "victim"))
    premises.until(lambda: settled(premises, before + 2 * len(letters) + 2))


def _work_is_done(clerk: Clerk) -> None:
    clerk.work()
    clerk.enter()
    _second_factor(clerk)
    clerk.press_all("/settings/staff")
    clerk.enter()
    clerk.post("/search", {"csrf": clerk.token(), "q": marks.SOUGHT})
    clerk.post("/search", {"csrf": clerk.token(), "q": marks.address()})
    for path in ("/sign-in", "/new", "/search"):  # forms that break the rules
        clerk.browser.post(path, content=b"%FF%" + marks.NOTE.encode(), headers=_FORM)
        clerk.browser.post(path, content=marks.NOTE.encode() * 30, headers=_PARTS)
        clerk.browser.post(path, content=marks.NOTE.encode() * 40_000, headers=_FORM)
    clerk.get(f"/cases/{marks.REFERENCE}?q={marks.latin('query')}")


_FORM = {"content-type": "application/x-www-form-urlencoded"}
_PARTS = {"content-type": f"multipart/form-data; boundary={marks.latin('boundary')}"}


def _second_factor(clerk: Clerk) -> None:
    page = clerk.browser.get("/settings/me/second-factor").text
    found = re.search(r'name="secret" value="([^"]+)"', page)
    assert found
    given = {"csrf": clerk.token(), "secret": found[1], "code": totp_code(found[1], now_utc())}
    clerk.post("/settings/me/second-factor", given)
    clerk.secrets += [found[1], base64.b32decode(found[1]).hex()]
    given = {"csrf": clerk.token(), "code": totp_code(found[1], now_utc()), "password": marks.PASSWORD}
    clerk.post("/settings/me/second-factor/off", given)

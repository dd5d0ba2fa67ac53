"""`inbox-agent demo`: all of it on this machine, with a mail server of its own and invented customers."""

import secrets
import smtplib
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from inbox_agent.agent import Agent, now_utc
from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role, Staff
from inbox_agent.cli import sample_company, sample_office
from inbox_agent.cli.demo_table import DemoTable
from inbox_agent.cli.output import log_to_stderr, say
from inbox_agent.cli.rereading import Rereader
from inbox_agent.cli.sample_mails import samples
from inbox_agent.cli.trial import send_test
from inbox_agent.cli.wiring import handing_out, local_sources, relay, stationery, understanding
from inbox_agent.desk import application, serving
from inbox_agent.desk.sign_in import hire
from inbox_agent.letters import Stationery
from inbox_agent.mailbox import MaildirDoor, SmtpDoor, Source, make_maildir
from inbox_agent.settings import DownloadsSettings, MaildirSettings, Settings, SmtpSettings, models_folder

ANSWER_SECONDS = 10.0
_PEOPLE = (
    ("sara", "Sara Nasser", Role.ADMIN, "en"),
    ("omar", "Omar Haddad", Role.APPROVER, "en"),
    ("huda", "هدى العلي", Role.AGENT, "ar"),
)
_WORDS = (
    *("amber", "brook", "cedar", "delta", "fjord", "grove", "harbor", "island"),
    *("jasmine", "kettle", "lantern"),
)


def demo() -> None:
    """Show everything on this machine: no mail server, no account, nothing to install.

    A built-in mail server takes sample mails in English and Arabic; the agent reads them, opens cases and
    answers; a page in the browser shows the queue and the letters. Runs until Ctrl-C; keeps nothing.
    """
    log_to_stderr("error")
    with tempfile.TemporaryDirectory(prefix="inbox-agent-demo-") as folder, ExitStack() as stack:
        company, customers = Path(folder) / "company", Path(folder) / "customers"
        server = stack.enter_context(_mail_server(company, customers))
        record = Record.open(_settings(Path(folder), company, server.port))
        stack.callback(record.close)
        letters = stationery(record.settings)
        say("Five weeks of an invented company pass …")
        sample_office.fill(record, letters, understanding(record.settings.models), now_utc())
        say("… and today this mail arrives:\n")
        table = stack.enter_context(DemoTable())
        stack.enter_context(_agent(record, letters, company, table))
        stack.enter_context(handing_out(record))
        _deliver(server.port, record.settings.address, customers, table)
        table.finish()
        reread, trial = Rereader(local_sources(record.settings)), partial(send_test, record.settings)
        console = application(record, letters, now_utc, send_test=trial, reread=reread)
        with serving(console, "127.0.0.1", 0) as address:
            password = _hired(record)
            say("\nThe desk (Ctrl-C ends the demo):")
            say(address)
            say("Sign in as sara (administrator), omar (approver) or huda (agent, in Arabic). The password:")
            say(password)
            _until_interrupted()


@contextmanager
def _mail_server(company: Path, customers: Path) -> Iterator[SmtpDoor]:
    make_maildir(company)
    make_maildir(customers)
    ours = Settings.model_fields["address"].default

    def maildir_of(recipient: str) -> Path:
        return company if recipient.lower() == ours else customers

    with SmtpDoor("127.0.0.1", 0, maildir_of, max_bytes=1 << 24) as server:
        yield server


def _settings(folder: Path, company: Path, port: int) -> Settings:
    # Built without the environment: a demo must never touch somebody's real mailbox.
    return Settings.model_construct(
        **{
            name: field.get_default(call_default_factory=True)
            for name, field in Settings.model_fields.items()
        }
        | {
            "data_dir": folder / "data",
            "models": models_folder(),
            "sending": "live",
            "time_zone": "Asia/Amman",
            "maildir": MaildirSettings(path=company),
            "connectors": sample_company.found(folder / "telephony", now_utc()),
            "smtp": SmtpSettings(host="127.0.0.1", port=port, tls="none"),
            "downloads": DownloadsSettings(port=_free_port()),
        }
    )


def _free_port() -> int:
    """One that nobody listens on now; links are made before the first of them is asked for."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _agent(record: Record, letters: Stationery, company: Path, table: DemoTable) -> Iterator[None]:
    agent = Agent(
        record,
        understanding(record.settings.models),
        letters,
        sources=[Source.of(MaildirDoor(company, max_bytes=record.settings.max_mail_bytes))],
        carrier=relay(record.settings),
        on_outcome=table.tell,
    )
    thread = threading.Thread(target=agent.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        agent.stop()
        thread.join(timeout=10)
        agent.close()


def _deliver(port: int, to: str, customers: Path, table: DemoTable) -> None:
    """Send the mails as their writers would: first what is new, then what reacts to our letters."""
    writers: dict[str, str] = {}
    sent = 0
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for sample in samples():
            answered = _letter_to(customers, writers[sample.answers]) if sample.answers else None
            if sample.answers is None or answered is not None:
                smtp.sendmail(sample.sender, [to], sample.mail(to, now_utc(), answered))
                writers[sample.name] = sample.sender
                sent += 1
    table.wait(sent, ANSWER_SECONDS)


def _letter_to(customers: Path, address: str) -> bytes | None:
    """Our letter to this customer, once it has arrived; None when none comes in time."""
    wanted = f"Delivered-To: {address}\r\n".encode()
    deadline = now_utc() + timedelta(seconds=ANSWER_SECONDS)
    while now_utc() < deadline:
        for file in (customers / "new").iterdir():
            content = file.read_bytes()
            if wanted in content:
                return content.partition(wanted)[2]
        time.sleep(0.05)
    return None


def _hired(record: Record) -> str:
    """The people of the office, all with one password, which is another one in each demo."""
    password = "-".join(secrets.choice(_WORDS) for _ in range(4))
    for name, display_name, role, language in _PEOPLE:
        person = hire(record, now_utc(), name=name, display_name=display_name, role=role, password=password)
        with record.writing() as session:
            session.get_one(Staff, person.id).language = language
    return password


def _until_interrupted() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("")

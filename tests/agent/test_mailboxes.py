"""Several mailboxes: each is read by itself, under a name that stays, and a broken one stops none."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Mailbox
from inbox_agent.cli.wiring import sources
from inbox_agent.errors import InboxAgentError, WrongSetting
from inbox_agent.letters import Relay
from inbox_agent.settings import ImapSettings, MailboxSettings, Settings
from tests.company import COPY_PLEASE, DELETE_PLEASE, agent, cases, mail, mails, running, settings
from tests.servers.dovecot import Dovecot
from tests.servers.programs import free_port
from tests.servers.sink import SmtpSink


@pytest.fixture
def second() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def further(server: Dovecot, name: str = "support", **changes: object) -> MailboxSettings:
    return MailboxSettings(**{"name": name, **server.settings(**changes).model_dump()})


@pytest.fixture
def both(dovecot: Dovecot, second: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Settings:
    return settings(
        tmp_path, smtp=smtp_sink.settings(), imap=dovecot.settings(), mailboxes=(further(second),)
    )


def look(given: Settings) -> tuple[list[str], list[str | None]]:
    """One look at all of them: what is out of reach, and who has a case."""
    record = Record.open(given)
    one = agent(record, [], Relay(given.smtp), sources=sources(given))
    try:
        troubles = one.once()
        return [_kind(trouble) for trouble in troubles], [case["requester"] for case in cases(record)]
    finally:
        one.close()
        record.close()


def _kind(trouble: InboxAgentError) -> str:
    return "refused" if isinstance(trouble, WrongSetting) else "away"


def test_each_is_read_and_folders_keep_their_names(both: Settings, dovecot: Dovecot, second: Dovecot) -> None:
    look(both)
    dovecot.append(mail(COPY_PLEASE, "rana@example.com"))
    second.append(mail(DELETE_PLEASE, "lina@example.com"))
    assert look(both) == ([], ["rana@example.com", "lina@example.com"])
    record = Record.open(both)
    with record.reading() as session:
        names = set(session.scalars(select(Mailbox.name)))
    record.close()
    assert names == {"imap:INBOX", "imap:Junk", "imap@support:INBOX", "imap@support:Junk"}


def test_the_same_mail_in_two_mailboxes_is_one_case(
    both: Settings, dovecot: Dovecot, second: Dovecot
) -> None:
    look(both)
    raw = mail(COPY_PLEASE, "rana@example.com")
    dovecot.append(raw)
    second.append(raw)
    assert look(both) == ([], ["rana@example.com"])


@pytest.mark.parametrize("fault", ["away", "refused"])
def test_one_that_is_broken_stops_none_of_the_others(
    both: Settings, dovecot: Dovecot, second: Dovecot, fault: str
) -> None:
    look(both)
    second.append(mail(COPY_PLEASE, "rana@example.com"))
    broken: ImapSettings = dovecot.settings(
        **({"port": free_port()} if fault == "away" else {"password": "no"})
    )
    assert look(both.model_copy(update={"imap": broken})) == ([fault], ["rana@example.com"])


def test_a_running_agent_reads_the_one_that_is_left(
    both: Settings, second: Dovecot, dovecot: Dovecot
) -> None:
    look(both)
    broken = both.model_copy(update={"imap": dovecot.settings(password="wrong")})
    record = Record.open(broken)
    with running(record, [], Relay(broken.smtp), sources=sources(broken)):
        second.append(mail(COPY_PLEASE, "rana@example.com"))
        deadline = time.monotonic() + 20
        while not cases(record) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert [case["requester"] for case in cases(record)] == ["rana@example.com"]
    assert [state for state, _ in mails(record)] == ["filed"]
    record.close()


def test_where_every_one_is_refused_the_agent_ends(both: Settings, dovecot: Dovecot, second: Dovecot) -> None:
    refused = both.model_copy(
        update={"imap": dovecot.settings(password="no"), "mailboxes": (further(second, password="no"),)}
    )
    record = Record.open(refused)
    one = agent(record, [], sources=sources(refused))
    with pytest.raises(WrongSetting, match="sign-in refused"):
        one.run()
    one.close()
    record.close()

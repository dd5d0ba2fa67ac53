"""Killed without warning, at moments nobody chose, while mail arrives: nothing lost, nothing twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

from inbox_agent.cases.record import Record
from tests.company import COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, cases, mail, mails, settings
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

KILLS = 10
PER_ROUND = 8


def test_killed_ten_times_every_request_has_one_case_and_one_acknowledgement(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    moments = random.Random(20_261_124)
    environment = _environment(dovecot, smtp_sink, tmp_path)
    _run(environment, "--once")
    for kill in range(KILLS):
        agent = _started(environment)
        for number in range(PER_ROUND):
            dovecot.append(_mail(kill * PER_ROUND + number))
            time.sleep(moments.uniform(0, 0.1))
        time.sleep(moments.uniform(0, 0.5))
        os.kill(agent.pid, signal.SIGKILL)
        agent.wait()
    _run(environment, "--once")

    record = Record.open(settings(tmp_path))
    requests = {f"request{number}@example.com" for number in range(KILLS * PER_ROUND) if _is_request(number)}
    assert sorted(case["requester"] for case in cases(record)) == sorted(requests)
    assert len(mails(record)) == KILLS * PER_ROUND
    assert {state for state, _ in mails(record)} == {"filed", "left", "set_aside"}
    record.close()
    ids = defaultdict(set)
    for envelope in smtp_sink.taken():
        ids[envelope.recipients].add(message_from_bytes(envelope.content)["Message-ID"])
    assert {recipients: len(one) for recipients, one in ids.items()} == {(one,): 1 for one in requests}


def test_an_agent_that_starts_before_its_mail_server_waits_for_it(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    environment = _environment(dovecot, smtp_sink, tmp_path)
    del environment["INBOX_AGENT_IMAP__FOLDERS"]  # so that the server is asked which there are
    dovecot.kill()
    agent = subprocess.Popen(_command(), env=environment, stderr=subprocess.PIPE)
    assert agent.stderr is not None
    with agent.stderr:
        assert any(b"trying_again_later" in line for line in agent.stderr)
        dovecot.start()
        assert any(b"collecting" in line for line in agent.stderr)
    agent.kill()
    agent.wait()


def _is_request(number: int) -> bool:
    return number % 4 in {0, 1}


def _mail(number: int) -> bytes:
    kinds: dict[int, Callable[[], bytes]] = {
        0: lambda: mail(COPY_PLEASE, f"request{number}@example.com"),
        1: lambda: mail(DELETE_PLEASE, f"request{number}@example.com"),
        2: lambda: mail(PHONE_BROKEN, f"ordinary{number}@example.com"),
        3: lambda: mail(COPY_PLEASE, f"machine{number}@example.com", Auto_Submitted="auto-replied"),
    }
    return kinds[number % 4]()


def _environment(dovecot: Dovecot, sink: SmtpSink, folder: Path) -> dict[str, str]:
    imap = dovecot.settings(tls="none")
    ours = {
        "DATA_DIR": str(folder),
        "SENDING": "live",
        "LETTERS_PER_DAY": "100",
        "IMAP__HOST": imap.host,
        "IMAP__PORT": str(imap.port),
        "IMAP__TLS": imap.tls,
        "IMAP__USER": imap.user,
        "IMAP__PASSWORD": imap.password.get_secret_value(),
        "IMAP__FOLDERS": "INBOX",
        "SMTP__HOST": "127.0.0.1",
        "SMTP__PORT": str(sink.port),
        "SMTP__TLS": "none",
    }
    return {**os.environ, **{f"INBOX_AGENT_{name}": value for name, value in ours.items()}}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "inbox_agent", "run", *arguments]


def _run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run(_command(*arguments), env=environment, check=True, timeout=120)


def _started(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """An agent that has begun to collect, not only to load."""
    agent = subprocess.Popen(_command(), env=environment, stderr=subprocess.PIPE)
    assert agent.stderr is not None
    with agent.stderr:
        for line in agent.stderr:
            if b"collecting" in line:
                break
    return agent

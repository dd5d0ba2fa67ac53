"""`make bench`: the whole chain beside a bare loop of the same input and output, on SQLite.

Both run in turns, each in a process of its own, on the same mails, the same Dovecot and the same SMTP sink;
medians are printed with the range, because other work on the machine moves them.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.mails import mails
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Mailbox
from inbox_agent.settings import Settings
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

MAILS = 1000
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ROUNDS = 3


def main() -> None:
    with Dovecot() as dovecot, SmtpSink() as sink:
        with dovecot.client() as client:
            for mail in mails(MAILS):
                client.append("INBOX", mail)
        rounds = [(_run("bare", dovecot, sink), _run("agent", dovecot, sink)) for _ in range(ROUNDS)]
        assert len(sink.taken()) == 2 * ROUNDS * MAILS, f"{len(sink.taken())} letters came"
    bare, agent = zip(*rounds, strict=True)
    print(f"{MAILS} mails of 2 KB, {ROUNDS} rounds, median (range)")
    print(f"bare loop          {_rate(bare)} mails/s")
    print(f"Inbox Agent        {_rate(agent)} mails/s")
    print(f"ratio              {median(b['seconds'] / a['seconds'] for b, a in rounds):.2f} of the bare loop")
    print(f"CPU                {median(a['cpu'] for a in agent) / MAILS * 1000:.2f} ms a mail")
    print(f"peak memory        {max(a['peak_mb'] for a in agent):.0f} MB")
    print(f"start-up           {_start_up():.2f} s from the command to the first answer")


def _run(what: str, dovecot: Dovecot, sink: SmtpSink) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        if what == "agent":
            _begin_before_all(Path(folder), dovecot)
        command = [sys.executable, "-m", "benchmarks.chain", what, folder, str(dovecot.port), str(sink.port)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _begin_before_all(folder: Path, dovecot: Dovecot) -> None:
    """A first start that was there before the mails, so that none of them is old."""
    with dovecot.client() as client:
        status: dict[bytes, Any] = client.folder_status("INBOX", ["UIDVALIDITY"])
    record = Record.open(Settings(data_dir=folder))
    with record.writing() as session:
        session.add(
            Mailbox(
                name="imap:INBOX",
                uidvalidity=status[b"UIDVALIDITY"],
                first_uid=1,
                next_uid=1,
                reread_below=0,
                started_at=LONG_AGO,
                answer_from=LONG_AGO,
                polled_at=LONG_AGO,
                swept_at=LONG_AGO,
            )
        )
    record.close()


def _rate(answers: tuple[dict[str, float], ...]) -> str:
    rates = sorted(MAILS / answer["seconds"] for answer in answers)
    return f"{median(rates):6.0f} ({rates[0]:.0f}-{rates[-1]:.0f})"


def _start_up() -> float:
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(mails(1)[0])
        file.flush()
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "inbox_agent", "triage", file.name], check=True, stdout=-3)
            times.append(time.perf_counter() - began)
    return median(times)


main()

"""The whole chain on this machine: IMAP in, case, letter, SMTP out; in a process of its own, for its memory.

`python -m benchmarks.chain agent|bare FOLDER IMAP_PORT SMTP_PORT` prints one JSON object.
"""

import json
import resource
import smtplib
import sqlite3
import sys
import time
from pathlib import Path

from imapclient import IMAPClient

from benchmarks.mails import ACKNOWLEDGEMENT_BYTES, ADDRESS, HOST, PASSWORD, USER

BATCH = 50
SCHEMA = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE mail (uid INTEGER PRIMARY KEY, raw BLOB); CREATE TABLE cases (uid INTEGER, ref TEXT);
CREATE TABLE letter (uid INTEGER, content BLOB);
"""


def bare(folder: Path, imap_port: int, smtp_port: int) -> None:
    """The same input and output with nothing in between: what any program would have to pay."""
    letter = b"From: a@b\r\nTo: c@d\r\n\r\n" + (b"x" * 76 + b"\r\n") * (ACKNOWLEDGEMENT_BYTES // 78)
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.executescript(SCHEMA)
    with IMAPClient(HOST, imap_port, ssl=False) as client, smtplib.SMTP(HOST, smtp_port) as smtp:
        client.login(USER, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        uids = client.search("ALL")
        for first in range(0, len(uids), BATCH):
            mails = client.fetch(uids[first : first + BATCH], ["BODY.PEEK[]"])
            database.execute("BEGIN IMMEDIATE")
            database.executemany(
                "INSERT INTO mail VALUES (?, ?)", [(u, m[b"BODY[]"]) for u, m in mails.items()]
            )
            database.executemany("INSERT INTO cases VALUES (?, ?)", [(u, f"MC-{u}") for u in mails])
            database.executemany("INSERT INTO letter VALUES (?, ?)", [(u, letter) for u in mails])
            database.execute("COMMIT")
            for uid in mails:
                smtp.sendmail(ADDRESS, [f"c{uid}@example.com"], letter)
    database.close()


def agent(folder: Path, imap_port: int, smtp_port: int) -> None:
    """Inbox Agent as `run --once` has it, on SQLite.

    Its rooms are imported here: the memory of the bare loop is measured, too, and must be its own.
    """
    from pydantic import SecretStr  # noqa: PLC0415

    from inbox_agent.agent import Agent  # noqa: PLC0415
    from inbox_agent.cases.record import Record  # noqa: PLC0415
    from inbox_agent.letters import Relay, Stationery  # noqa: PLC0415
    from inbox_agent.mailbox import ImapDoor, Source  # noqa: PLC0415
    from inbox_agent.settings import ImapSettings, Settings, SmtpSettings  # noqa: PLC0415
    from inbox_agent.understanding import Understanding  # noqa: PLC0415

    imap = ImapSettings(host=HOST, port=imap_port, tls="none", user=USER, password=SecretStr(PASSWORD))
    smtp = SmtpSettings(host=HOST, port=smtp_port, tls="none")
    record = Record.open(Settings(data_dir=folder, sending="live", imap=imap, smtp=smtp))
    understanding, stationery = Understanding.load(), Stationery(ADDRESS)
    door = ImapDoor(imap, "INBOX", max_bytes=1 << 24)
    one = Agent(record, understanding, stationery, sources=[Source.of(door)], carrier=Relay(smtp))
    began, cpu = time.perf_counter(), time.process_time()
    troubles = one.once()
    answer(time.perf_counter() - began, time.process_time() - cpu)
    one.close()
    record.close()
    assert not troubles, troubles


def answer(seconds: float, cpu: float) -> None:
    """One line of JSON; memory in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak}))


def main() -> None:
    what, folder, imap_port, smtp_port = sys.argv[1:]
    arguments = Path(folder), int(imap_port), int(smtp_port)
    if what == "agent":
        agent(*arguments)
    else:
        began, cpu = time.perf_counter(), time.process_time()
        bare(*arguments)
        answer(time.perf_counter() - began, time.process_time() - cpu)


if __name__ == "__main__":
    main()

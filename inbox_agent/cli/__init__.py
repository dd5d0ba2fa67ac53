"""The commands, and the only wiring: here the rooms are put together.

Exit codes: 0 done, 1 something failed or does not exist, 2 wrong setting or usage, 75 another collector runs.
"""

import os
import sys
from typing import NoReturn

import typer

from inbox_agent.cli import (
    audit,
    by_hand,
    case,
    data,
    demo,
    desk,
    doctor,
    erasures,
    keys,
    letters,
    model,
    notice,
    package,
    quarantine,
    requests,
    retention,
    running,
    showing,
    staff,
    suppressed,
    triage,
)
from inbox_agent.cli.output import complain, log_to_stderr
from inbox_agent.errors import AlreadyRunning, InboxAgentError, WrongSetting, where

HELP = """Inbox Agent: privacy requests in a company mailbox become tracked cases.

Start with `inbox-agent demo`; it needs no mail server and no account. For your own mailbox set the
INBOX_AGENT_… variables (docs/settings.md), try them with `inbox-agent doctor`, then `inbox-agent run`."""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("run")(running.run)
app.command("doctor")(doctor.doctor)
app.command("triage")(triage.triage)
app.command("cases")(staff.cases)
app.command("show")(showing.show)
app.command("decide")(staff.decide)
app.command("open")(by_hand.open_case)
app.command("train")(model.train)
app.command("evaluate")(model.evaluate)
app.command("invite")(desk.invite)
app.command("notice")(notice.notice)
app.command("requests")(requests.requests)
app.command("suppressions")(suppressed.suppressions)
app.command("retention")(retention.retention)
app.add_typer(audit.app, name="audit")
app.add_typer(case.app, name="case")
app.add_typer(data.app, name="data")
app.add_typer(erasures.app, name="erasures")
app.add_typer(keys.app, name="keys")
app.add_typer(letters.app, name="letters")
app.add_typer(package.app, name="package")
app.add_typer(quarantine.app, name="quarantine")


def main() -> NoReturn:
    """Run a command; every error is one clear line on standard error."""
    log_to_stderr("info")
    try:
        app()
    except InboxAgentError as error:
        complain(str(error))
        sys.exit(_exit_code(error))
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        complain(f"unexpected error, please report it: {where(error)}")
        sys.exit(1)
    sys.exit(0)


def _exit_code(error: InboxAgentError) -> int:
    return {WrongSetting: 2, AlreadyRunning: 75}.get(type(error), 1)

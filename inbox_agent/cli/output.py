"""What the commands print: tables for people, JSON for scripts, complaints on standard error."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import structlog
import typer
from rich.console import Console
from rich.table import Table

from inbox_agent.errors import WrongSetting

_UNFOLDED = 10_000
"""Characters in a line for those who read our tables with a program."""


def _named(name: str) -> str:
    if not name.strip():
        raise WrongSetting("--by must be your name: it is recorded with what you did")
    return name.strip()


ById = typer.Option("--by", callback=_named, help="Your name; it is recorded with what you did.")
AsJson = typer.Option("--json", help="Print JSON instead of a table.")


def complain(line: str) -> None:
    """One line for the person at the keyboard, on standard error."""
    one_line = " ".join(harmless(line).split())
    print(f"inbox-agent: {one_line}", file=sys.stderr)  # noqa: T201 - this is where printing lives


def say(text: str) -> None:
    """One answer on standard output, at once."""
    print(text, flush=True)  # noqa: T201


def answer_json(value: Any) -> None:
    """JSON in ASCII, times in UTC with Z, on standard output."""
    say(json.dumps(value, default=_plain))


def table(columns: list[str], rows: list[list[str]], *, empty: str) -> None:
    """Rows under their headings; a sentence where there is none."""
    if not rows:
        say(empty)
        return
    shown = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        shown.add_row(*(harmless(cell) for cell in row))
    width = None if sys.stdout.isatty() else _UNFOLDED
    Console(markup=False, highlight=False, width=width).print(shown)


def moment(value: datetime | None) -> str:
    """A time for people, to the minute, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if value else ""


def log_to_stderr(level: str) -> None:
    """Lines of key=value on standard error; ids and counts, no personal data."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def harmless(cell: str) -> str:
    """A stranger's words on one line, without anything that could steer the terminal."""
    return "".join(char if char.isprintable() else " " for char in cell)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no JSON form")

"""The demo's live table: what became of each mail, and why. Plain lines where there is no terminal."""

import sys
import threading
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from inbox_agent.cli.output import harmless, say
from inbox_agent.process import Outcome
from inbox_agent.understanding import Decision

COLUMNS = ("from", "language", "what became of it", "why")
_BECAME = {
    ("filed", Decision.OPEN_CASE): "case opened, acknowledged",
    ("filed", Decision.ASK_STAFF): "to triage: a person decides",
    ("left", Decision.LEAVE): "left alone: not a request",
}


class DemoTable:
    """Grows a row with each mail that is brought to its end."""

    def __init__(self) -> None:
        self._console = Console()
        self._live = Live(console=self._console, auto_refresh=False) if self._console.is_terminal else None
        self._rows: list[tuple[str, ...]] = []
        self._grown = threading.Condition()

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        else:
            say(_line(COLUMNS))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def tell(self, outcome: Outcome) -> None:
        """Add what became of a mail; called by the agent."""
        row = _row(outcome)
        with self._grown:
            self._rows.append(row)
            if self._live is not None:
                self._live.update(self._table(), refresh=True)
            else:
                say(_line(row))
            self._grown.notify_all()

    def wait(self, count: int, seconds: float) -> None:
        """Until so many mails are told of, or the time is over."""
        with self._grown:
            self._grown.wait_for(lambda: len(self._rows) >= count, timeout=seconds)

    def finish(self) -> None:
        """No more rows: leave the table standing on the screen."""
        if self._live is not None:
            self._live.stop()
        sys.stdout.flush()

    def _table(self) -> Table:
        table = Table(*COLUMNS, title="Mails to info@", title_justify="left")
        for row in self._rows:
            table.add_row(*row)
        return table


def _row(outcome: Outcome) -> tuple[str, ...]:
    finding = outcome.finding
    sender = finding.message.sender or "(no sender)"
    return harmless(sender), finding.reading.language or "-", _became(outcome), _why(outcome)


def _became(outcome: Outcome) -> str:
    if outcome.filing is not None:
        return f"on its case: {outcome.filing.kind.replace('_', ' ')}"
    if outcome.state == "filed" and outcome.decision is Decision.OPEN_CASE and not outcome.letters:
        return "case opened"
    decision = outcome.decision or outcome.finding.reading.decision
    return _BECAME.get((outcome.state, decision), outcome.state.replace("_", " "))


def _why(outcome: Outcome) -> str:
    message, reading = outcome.finding.message, outcome.finding.reading
    if message.automatic is not None:
        return f"a machine wrote it: {message.automatic.replace('_', ' ')} ({message.rule})"
    if outcome.reason is not None:
        return outcome.reason.replace("_", " ")
    flags = [flag.replace("_", " ") for flag in sorted(reading.flags)]
    types = [f"{kind.replace('_', ' ')} {score:.2f}" for kind, score in reading.request_types.items()]
    return ", ".join([*types, *flags]) or "nothing in it asks for a privacy right"


def _line(row: tuple[str, ...]) -> str:
    widths = (32, 9, 34, 0)
    return " ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

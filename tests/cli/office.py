"""A small office: a Maildir that mail arrives in, and a person who types commands."""

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from inbox_agent.cli import main, wiring
from inbox_agent.letters import Stationery
from inbox_agent.mailbox import deliver, make_maildir
from inbox_agent.resources import MODELS
from inbox_agent.understanding import Understanding
from tests.company import understanding


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """What it told the person on standard error, without the log."""
        return [line for line in self.err.splitlines() if not line.startswith("timestamp=")]


class Office:
    """Types commands as a person does; the settings are in the environment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.maildir = folder / "maildir"
        self._monkeypatch = monkeypatch
        self._begun = False
        for name in os.environ:
            if name.startswith("INBOX_AGENT_"):
                monkeypatch.delenv(name)
        monkeypatch.chdir(folder)
        make_maildir(self.maildir)
        _read_once(monkeypatch)
        self.set(DATA_DIR=str(folder / "data"), MAILDIR__PATH=str(self.maildir), TIME_ZONE="Asia/Amman")

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(f"INBOX_AGENT_{name}", value)

    def type(self, *arguments: str) -> Answer:
        """One command, to its end."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        self._monkeypatch.setattr(sys, "argv", ["inbox-agent", *arguments])
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            main()
        code = end.value.code
        assert isinstance(code, int)
        return Answer(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]

    def told(self, *arguments: str) -> str:
        """What a command that succeeds says."""
        answer = self.type(*arguments)
        assert (answer.code, answer.complaints) == (0, [])
        return answer.out

    def json(self, *arguments: str) -> Any:
        """The JSON that a command that succeeds answers: in ASCII, and nothing else."""
        out = self.told(*arguments, "--json")
        assert out.isascii()
        return json.loads(out)

    def refused(self, code: int, *arguments: str) -> str:
        """The one line of complaint of a command that fails."""
        answer = self.type(*arguments)
        assert (answer.code, answer.out) == (code, "")
        assert "Traceback" not in answer.err
        [line] = answer.complaints
        return line

    def receive(self, *mails: bytes) -> None:
        """Mail arrives and is brought to its end."""
        if not self._begun:  # what came before the first run is never answered
            self.told("run", "--once")
            self._begun = True
        for raw in mails:
            deliver(self.maildir, raw)
        self.told("run", "--once")

    def reference(self) -> str:
        """The reference of the only case."""
        [case] = self.json("cases")
        return str(case["ref"])


def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All commands share what each would read anew: the product's own models and wordings."""
    ours, load = understanding(), Understanding.load

    def loaded(models: Path = MODELS) -> Understanding:
        return ours if models == MODELS else load(models)

    monkeypatch.setattr(Understanding, "load", loaded)
    monkeypatch.setattr(wiring, "Stationery", _stationery)


def _stationery(address: str, *, plus_addresses: bool, overrides: Path | None) -> Stationery:
    if overrides is None:
        return _own_wordings(address, plus_addresses)
    return Stationery(address, plus_addresses=plus_addresses, overrides=overrides)


@cache
def _own_wordings(address: str, plus_addresses: bool) -> Stationery:
    return Stationery(address, plus_addresses=plus_addresses)

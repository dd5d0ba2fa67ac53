"""One target under atheris, in a process of its own: libFuzzer ends the process that it runs in."""

import json
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["inbox_agent.message", "email"]):
    from tests.fuzz.targets import REPEATED, TARGETS

SLOWEST = 5
LARGE = 2_000  # octets; below that the cost of any mail at all would stand for its megabyte


class Timed:
    """Runs the target and keeps the slowest inputs in a file, which survives a crash."""

    def __init__(self, name: str, folder: Path) -> None:
        self._target = TARGETS[name]
        self._least = REPEATED if name == "repeated" else LARGE
        self._folder = folder
        self._slowest: list[tuple[float, int, str]] = []
        self._runs = 0

    def __call__(self, data: bytes) -> None:
        began = time.process_time()
        self._target(data)
        seconds = time.process_time() - began
        self._runs += 1
        pace = seconds / max(len(data), self._least) * 1e6
        if len(self._slowest) < SLOWEST or pace > self._slowest[-1][0]:
            self._keep(pace, data)
        elif self._runs % 5_000 == 0:
            self._write()

    def _keep(self, pace: float, data: bytes) -> None:
        name = f"slow-{len(data)}-{abs(hash(data)):x}"
        (self._folder / name).write_bytes(data)
        for _, _, dropped in sorted([*self._slowest, (pace, len(data), name)], reverse=True)[SLOWEST:]:
            (self._folder / dropped).unlink(missing_ok=True)
        self._slowest = sorted([*self._slowest, (pace, len(data), name)], reverse=True)[:SLOWEST]
        self._write()

    def _write(self) -> None:
        (self._folder / "report.json").write_text(json.dumps({"runs": self._runs, "slowest": self._slowest}))


def main() -> None:
    name, folder, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], *options], Timed(name, Path(folder)))
    atheris.Fuzz()


main()

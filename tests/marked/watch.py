"""What a process shows to others while it works: its children, and files that are there for a moment."""

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_EVERY_SECONDS = 0.004


class Watch:
    """Looks at a process and its children again and again, in a thread of its own.

    `children` are arguments and environment of each that was seen, `passing` the contents of files in
    `folder`, also of such as have no name any more. `kill_next` ends the next child that appears.
    """

    def __init__(self, pid: int, folder: Path) -> None:
        self.children: dict[int, tuple[bytes, bytes]] = {}
        self.passing: dict[str, bytes] = {}
        self.killed = 0
        self._pid, self._folder = pid, folder
        self._to_kill = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def kill_next(self) -> None:
        self._to_kill += 1

    def _look_on(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            with suppress(OSError):  # it may be over before it is read
                self._look_at_children()
            with suppress(OSError):
                self._look_at_files()

    def _look_at_children(self) -> None:
        for task in Path(f"/proc/{self._pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                self._look_at_child(int(child))

    def _look_at_child(self, pid: int) -> None:
        place = Path(f"/proc/{pid}")
        arguments = (place / "cmdline").read_bytes()
        if b"inbox_agent.attachments" not in arguments:
            return  # between fork and exec it is still a copy of its parent
        self.children[pid] = (arguments, (place / "environ").read_bytes())
        if self._to_kill:
            self._to_kill -= 1
            self.killed += 1
            _kill(pid)

    def _look_at_files(self) -> None:
        for file in self._folder.rglob("*"):
            if file.is_file():
                self.passing[str(file)] = file.read_bytes()
        for opened in Path(f"/proc/{self._pid}/fd").iterdir():
            with suppress(OSError):
                name = str(opened.readlink())
                if name.startswith((str(self._folder), "/tmp/#")):
                    self.passing[name] = self.passing.get(name, b"") + opened.read_bytes()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)

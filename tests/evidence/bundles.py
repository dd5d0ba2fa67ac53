"""Bundles for tests, unpacked and verified as a regulator would: by the script, outside of our program."""

import hashlib
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inbox_agent.cases.record import Record
from inbox_agent.desk.exhibit import Teller
from inbox_agent.evidence import bundle

SCRIPT_BEGINS = (
    "---------------------------------------- verify.sh ----------------------------------------\n"
)
SCRIPT_ENDS = "\n---------------------------------------- the end of verify.sh"


@dataclass(frozen=True)
class Verdict:
    """What the script said."""

    code: int
    out: str

    @property
    def faults(self) -> list[str]:
        """Each by its first line."""
        return [line.removeprefix("FAULT  ") for line in self.out.splitlines() if line.startswith("FAULT")]


@dataclass(frozen=True)
class Unpacked:
    """A bundle's files in a folder of their own."""

    folder: Path
    key: str

    def read(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def names(self) -> list[str]:
        files = (one for one in self.folder.rglob("*") if one.is_file())
        return sorted(str(one.relative_to(self.folder)) for one in files)

    def verified(self, *, script: str = "", key: str | None = None) -> Verdict:
        """What `sh verify.sh KEY` says, or another copy of the script, without our own environment."""
        keys = [given] if (given := self.key if key is None else key) else []
        done = subprocess.run(
            ["sh", *(["-s"] if script else ["verify.sh"]), *keys],
            cwd=self.folder,
            input=script,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Verdict(done.returncode, done.stdout + done.stderr)

    def signed_anew(self, by: Ed25519PrivateKey) -> "Unpacked":
        """As whoever has this key could: the list and the signature fit what is there now."""
        names = (name for name in self.names() if not name.startswith("SHA256SUMS"))
        sums = {name: hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in names}
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()
        (self.folder / "SHA256SUMS").write_bytes(listed)
        (self.folder / "SHA256SUMS.sig").write_bytes(by.sign(listed))
        return self


def bundled(record: Record, ref: str, folder: Path, now: datetime, *, by: str = "omar") -> Unpacked:
    """The bundle of this case as it stands, unpacked."""
    folder.mkdir(parents=True)
    file = folder.parent / f"{folder.name}.zip"
    with bundle.new_file(file) as out:
        made = bundle.give(record, ref, out, Teller(), by=by, now=now)
    return unpacked(file, folder, made.key)


def unpacked(file: Path, folder: Path, key: str) -> Unpacked:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return Unpacked(folder, key)

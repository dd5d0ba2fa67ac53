"""`make model-check`: two full trainings, in two processes, give the same bytes.

Ends with 1 when the two differ. That they differ from the product's own models is no fault on another machine
or with other versions of the libraries, and is only said.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from inbox_agent.resources import MODELS


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        first, second = (_trained(Path(folder) / name) for name in ("first", "second"))
        names = sorted(first)
        differing = [name for name in names if first[name] != second.get(name)]
        stale = [name for name in names if first[name] != (MODELS / name).read_bytes()]
    for name in names:
        told = "differs between the two" if name in differing else "the same twice"
        print(f"{name}: {told}{', not as in models/' if name in stale else ', as in models/'}")
    return 1 if differing else 0


def _trained(out: Path) -> dict[str, bytes]:
    subprocess.run([sys.executable, "-m", "inbox_agent", "train", "--out", str(out)], check=True)
    return {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}


sys.exit(main())

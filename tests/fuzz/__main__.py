"""`make fuzz` or `python -m tests.fuzz [MINUTES] [TARGET…]`: every target in turn, then a summary.

Exit 1 where an input crashed a target or held it up; such inputs stay in the folder that is named.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS

HERE = Path(__file__).parent
SEEDS = HERE.parent / "messages"
FOUND = Path("build/fuzz")
HANG_SECONDS = 10
LARGEST = 128 * 1024
BREAKS = ("crash", "timeout", "oom", "leak")


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    names = sys.argv[2:] or list(TARGETS)
    bad = [inputs for name in names if (inputs := run(name, minutes * 60 / len(names)))]
    print(f"{len(bad)} of {len(names)} targets failed" if bad else "no crash and no hang")
    return 1 if bad else 0


def run(name: str, seconds: float) -> list[Path]:
    """The inputs that broke the target."""
    folder = FOUND / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*-*"), *folder.glob("report.json")):
        old.unlink()
    print(f"{name}: {seconds:.0f} s", flush=True)
    options = [
        f"-max_total_time={seconds:.0f}",
        f"-timeout={HANG_SECONDS}",
        f"-max_len={LARGEST}",
        "-len_control=20",
        "-rss_limit_mb=2048",
        "-verbosity=0",
        f"-dict={HERE / 'pieces.dict'}",
        f"-artifact_prefix={folder}/",
    ]
    one = [sys.executable, "-m", "tests.fuzz.one", name, str(folder)]
    command = [*one, *options, str(corpus), str(SEEDS)]
    with (folder / "log.txt").open("w") as log:
        ended = subprocess.run(command, stdout=log, stderr=log, check=False)
    return report(folder, ended.returncode)


def report(folder: Path, code: int) -> list[Path]:
    told = folder / "report.json"
    known = json.loads(told.read_text()) if told.exists() else {"runs": 0, "slowest": []}
    print(f"  {known['runs']} inputs; slowest, seconds per MB (of at least 2 kB):")
    for pace, size, name in known["slowest"]:
        print(f"  {pace:8.2f}  {size:7} octets  {folder / name}")
    broken = sorted(path for kind in BREAKS for path in folder.glob(f"{kind}-*"))
    for path in broken:
        print(f"  FAILED: {path}")
    if code and not broken:
        print(f"  ENDED with {code}: see {folder / 'log.txt'}")
        return [folder / "log.txt"]
    return broken


sys.exit(main())

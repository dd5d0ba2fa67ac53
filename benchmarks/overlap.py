"""`make check-overlap DIR=…`: do our examples share wording with sets outside the repository?

Names the mails that do, without their texts; ends with 1 when there are any.
"""

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from inbox_agent.resources import MODELS
from inbox_agent.understanding.examples import near_duplicates, read_examples, texts_of
from inbox_agent.understanding.reading import ReplyAct, RequestType

KINDS: dict[str, type[StrEnum]] = {"requests": RequestType, "replies": ReplyAct}


def main(folder: Path) -> int:
    outside = list(_outside(folder))
    if not outside:
        print(f"{folder}: no *.jsonl with texts here", file=sys.stderr)
        return 2
    found = 0
    for name, labels in KINDS.items():
        ours = texts_of(read_examples(MODELS / name / "examples", labels))
        alike = near_duplicates(ours, outside)
        found += len(alike)
        print(f"{name}: {len(ours)} examples beside {len(outside)} mails outside, {len(alike)} alike")
        for theirs, own in alike:
            print(f"  {own} ~ {theirs}")
    return 1 if found else 0


def _outside(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            row = json.loads(line)
            if isinstance(row, dict) and row.get("text"):
                yield f"{file.name}:{number}", f"{row.get('subject') or ''}\n{row['text']}"


sys.exit(main(Path(sys.argv[1])))

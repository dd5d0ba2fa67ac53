"""Files that another program drops into a folder: CSV or XLSX, of which the newest counts."""

import csv
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from inbox_agent.company.failing import failed
from inbox_agent.company.systems import FileSystem

LARGEST = 200 << 20
LARGEST_UNPACKED = 1 << 30
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload")


def newest(system: FileSystem) -> Path:
    """The file that was written last and is whole; raises PersonNeeded where there is none."""
    try:
        files = [one for one in system.folder.glob(system.pattern) if _counts(one)]
        file = max(files, key=lambda one: (one.stat().st_mtime_ns, one.name))
        too_large = file.stat().st_size > LARGEST
    except ValueError:
        raise failed(system.name, "no_file") from None
    except OSError as error:
        raise failed(system.name, "out_of_reach", type(error).__name__) from None
    if too_large:
        raise failed(system.name, "too_many")
    return file


def _counts(file: Path) -> bool:
    ours = file.suffix.lower() in {".csv", ".xlsx"} and not file.name.startswith((".", "~"))
    return ours and not file.is_symlink() and file.is_file() and not file.name.endswith(_UNFINISHED)


def is_stale(system: FileSystem, now: datetime) -> bool:
    written = datetime.fromtimestamp(newest(system).stat().st_mtime, UTC)
    return now - written > timedelta(days=system.stale_days)


def rows(system: FileSystem) -> Iterator[Mapping[str, Any]]:
    """All rows under the names of the first one; raises PersonNeeded for a file that is none.

    Also for one that takes too long: a small workbook can say that it has rows without end.
    """
    file, ends = newest(system), time.monotonic() + system.seconds
    read = _sheet if file.suffix.lower() == ".xlsx" else _lines
    try:
        for row in read(system, file):
            if time.monotonic() > ends:
                raise failed(system.name, "timed_out")
            yield row
    except (OSError, ValueError, KeyError, csv.Error, zipfile.BadZipFile) as error:
        raise failed(system.name, "wrong_answer", type(error).__name__) from None


def _lines(system: FileSystem, file: Path) -> Iterator[Mapping[str, Any]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        lines = csv.reader(opened, delimiter=system.delimiter, strict=True)
        yield from _named(lines)


def _sheet(system: FileSystem, file: Path) -> Iterator[Mapping[str, Any]]:
    with zipfile.ZipFile(file) as packed:
        if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
            raise failed(system.name, "too_many")
    with closing(openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)) as book:
        sheet = book[system.sheet] if system.sheet else book.worksheets[0]
        yield from _named(sheet.iter_rows(values_only=True))


def _named(lines: Iterator[Sequence[Any]]) -> Iterator[Mapping[str, Any]]:
    names = [str(one or "").strip() for one in next(lines, ())]
    for line in lines:
        yield dict(zip(names, line, strict=False))


def written(cell: Any) -> str:
    """A cell as an account number is compared: a spreadsheet keeps 4001 as 4001.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "").strip()

"""The beginning of a record, made once and copied for each test: databases migrated, keys made."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from inbox_agent.cases.record import Record
from inbox_agent.settings import Settings
from tests.company import settings
from tests.servers.postgres import Postgres


def new_record(given: Settings) -> Record:
    """What `Record.open` gives in an empty folder, only sooner."""
    begin_in(given.data_dir)
    return Record.open(given)


def begin_in(folder: Path) -> None:
    """The data folder of a record on SQLite that was opened once and closed again."""
    shutil.copytree(_opened_once(), folder, dirs_exist_ok=True)


class Beginning:
    """The same on a server: a record's database, and one for its keys."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        with tempfile.TemporaryDirectory() as folder:
            _give_master_key(Path(folder))
            urls = {"database_url": server.create("record"), "keys_url": server.create("keys")}
            Record.open(settings(Path(folder), **urls)).close()

    @contextmanager
    def record(self, folder: Path) -> Iterator[Record]:
        """A new record, all of it on the server but the master key."""
        with self.databases(folder) as urls:
            opened = Record.open(settings(folder, **urls))
            yield opened
            opened.close()

    @contextmanager
    def databases(self, folder: Path) -> Iterator[dict[str, str]]:
        """The settings that name the two of such a record; its master key is put into the folder."""
        _give_master_key(folder)
        with self._server.database(like="record") as record, self._server.database(like="keys") as keys:
            yield {"database_url": record, "keys_url": keys}


def _give_master_key(folder: Path) -> None:
    shutil.copy(_opened_once() / "master.key", folder)


@cache
def _opened_once() -> Path:
    """A folder where a record was opened and closed again."""
    folder = Path(tempfile.mkdtemp(prefix="beginning-"))
    atexit.register(shutil.rmtree, folder)
    Record.open(settings(folder)).close()
    return folder

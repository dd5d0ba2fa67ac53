"""A real PostgreSQL in a temporary folder, on a port of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Self

import psycopg

from tests.servers.programs import free_port, program

PACKAGE = "postgresql"
SPEED_BEFORE_SAFETY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class Postgres:
    """A server whose every database is new; it does not outlive the test run."""

    def __init__(self) -> None:
        self._initdb, self._pg_ctl = program("initdb", PACKAGE), program("pg_ctl", PACKAGE)
        self._owner = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        self._numbers = count(1)
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))

    def __enter__(self) -> Self:
        if self._owner:
            shutil.chown(self.folder, self._owner)
        self._run(self._initdb, "--auth=trust", "--username=inbox", "--encoding=UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {SPEED_BEFORE_SAFETY}"
        self._run(self._pg_ctl, "start", "--wait", f"--log={self.folder}/log", f"--options={options}")

    def kill(self) -> None:
        self._run(self._pg_ctl, "stop", "--mode=immediate")

    @contextmanager
    def database(self, like: str = "template1") -> Iterator[str]:
        """The SQLAlchemy URL of a database that is empty, or a copy of another, and gone afterwards."""
        name = f"test{next(self._numbers)}"
        try:
            yield self.create(name, like)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def create(self, name: str, like: str = "template1") -> str:
        """The SQLAlchemy URL of a new database."""
        self._execute(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy")
        return f"postgresql+psycopg://inbox@127.0.0.1:{self.port}/{name}"

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="inbox", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def _run(self, *command: str) -> None:
        subprocess.run(
            command,
            check=True,
            user=self._owner,
            group=self._owner,
            extra_groups=[] if self._owner else None,
            cwd=self.folder,
            env={**os.environ, "PGDATA": str(self.folder / "data"), "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
        )

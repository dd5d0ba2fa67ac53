"""Where the real servers' programs are on this machine."""

import os
import shutil
import socket
from pathlib import Path

import pytest


def program(name: str, debian_package: str) -> str:
    """The program's path. Without it the test skips on a developer's machine and fails where CI=true."""
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = [os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", *map(str, newest_first)]
    if found := shutil.which(name, path=os.pathsep.join(places)):
        return found
    missing = f"{name} is not installed; on Debian it is in the package {debian_package}"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port

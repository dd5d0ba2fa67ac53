"""Settings that stand in files: a TOML file, or a secret in one of its own."""

import tomllib
from pathlib import Path
from typing import Any

from inbox_agent.errors import WrongSetting


def toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongSetting(f"{path}: {_reason(error)}") from None


def secret(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{name}: {path}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)

"""Where settings come from: the environment, and one TOML file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource, PydanticBaseSettingsSource

from inbox_agent.settings.files import secret, toml
from inbox_agent.settings.names import CONFIG_NAME, PREFIX, secrets_in

DEFAULT_CONFIG = Path("inbox-agent.toml")


class Environment(EnvSettingsSource):
    """The environment with secret files read in place of the secrets they stand for; empty is unset."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        found: dict[str, str | None] = {
            k.lower(): v for k, v in os.environ.items() if k.startswith(PREFIX) and v
        }
        for name in secrets_in(self.settings_cls):
            if path := found.pop(f"{name}_FILE".lower(), None):
                found[name.lower()] = secret(f"{name}_FILE", Path(path))
        return found


class Toml(PydanticBaseSettingsSource):
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        named = os.environ.get(CONFIG_NAME)
        path = Path(named) if named else DEFAULT_CONFIG
        return toml(path) if named or path.exists() else {}

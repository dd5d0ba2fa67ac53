"""The names that settings have in the environment."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from inbox_agent.settings.sections import Section

PREFIX = "INBOX_AGENT_"
CONFIG_NAME = PREFIX + "CONFIG"


def names_in(settings: type[BaseModel]) -> list[str]:
    """Every name the environment may carry, without the `_FILE` ones."""
    return [name_of(path) for path, _ in _fields(settings.model_fields)]


def secrets_in(settings: type[BaseModel]) -> list[str]:
    """The names of secrets, each of which may stand in a file under the same name with `_FILE` behind it."""
    return [name_of(path) for path, field in _fields(settings.model_fields) if field.annotation is SecretStr]


def name_of(path: tuple[int | str, ...]) -> str:
    return PREFIX + "__".join(part for part in path if isinstance(part, str)).upper()


def _fields(fields: Mapping[str, FieldInfo]) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    for name, field in fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from (((name, *path), f) for path, f in _fields(field.annotation.model_fields))
        else:
            yield (name,), field

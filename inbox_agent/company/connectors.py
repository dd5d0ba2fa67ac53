"""The connectors file, read once and checked as a whole: what is wrong is one line with system and key."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inbox_agent.company import places
from inbox_agent.company.systems import Company
from inbox_agent.errors import WrongSetting
from inbox_agent.settings.files import secret, toml

_SECRETS = ("url", "write_url", "secret")


def load(path: Path | None) -> Company | None:
    """What the setting names, None where it names nothing; raises WrongSetting."""
    if path is None:
        return None
    try:
        given = toml(path)
        return Company.model_validate(given | {"systems": [_filled(one, path) for one in _tables(given)]})
    except ValidationError as error:
        raise WrongSetting("; ".join(_line(given, e) for e in error.errors())) from None
    except WrongSetting as error:
        raise WrongSetting(f"INBOX_AGENT_CONNECTORS: {error}") from None


def _tables(given: dict[str, Any]) -> list[dict[str, Any]]:
    systems = given.get("systems", [])
    if not isinstance(systems, list) or not all(isinstance(one, dict) for one in systems):
        raise WrongSetting("must have a [[systems]] table for each system")
    return systems


def _filled(given: dict[str, Any], path: Path) -> dict[str, Any]:
    """The table with what its `…_file` entries name; paths are read as from the folder of the file."""
    name = f"system {given.get('name', '?')}"
    read = dict(given)
    for key in _SECRETS:
        inline, file = read.get(key), read.pop(f"{key}_file", None)
        if file is not None:
            read[key] = secret(f"{name}: {key}_file", path.parent / str(file))
        elif inline is not None and (key == "secret" or places.has_password(str(inline))):
            raise WrongSetting(f"{name}: {key}: is a secret; put it into a file and name that by {key}_file")
    for key in ("folder", "ca_file"):
        if key in read:
            read[key] = path.parent / str(read[key])
    return read


def _line(given: dict[str, Any], error: Any) -> str:
    """`system crm: query: must hold :account`; numbers of lists count from one."""
    place: list[Any] = list(error["loc"])
    said = error["msg"].removeprefix("Value error, ")
    if place[:1] == ["systems"] and len(place) > 1:
        name = given["systems"][place[1]].get("name", place[1] + 1)
        kinds = {"sql", "file", "http", "by_hand"}
        keys = [str(one + 1) if isinstance(one, int) else str(one) for one in place[2:] if one not in kinds]
        said = ": ".join([f"system {name}", *keys, said])
    elif place:
        said = f"{place[0]}: {said}"
    return f"INBOX_AGENT_CONNECTORS: {said}"

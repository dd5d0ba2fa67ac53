"""Whether an authority reads along: its domain among those who got the mail too."""

from collections.abc import Iterable
from pathlib import Path


class Regulators:
    """Domains from a list; read-only once built."""

    def __init__(self, lines: Iterable[str]) -> None:
        names = [line.strip().lower() for line in lines]
        kept = [name for name in names if name and not name.startswith("#")]
        self._whole = tuple(name for name in kept if not name.endswith("."))
        self._parts = tuple(name for name in kept if name.endswith("."))

    @classmethod
    def load(cls, file: Path) -> "Regulators":
        return cls(file.read_text(encoding="utf-8").splitlines())

    def among(self, addresses: Iterable[str]) -> bool:
        return any(self._is_one(address.rpartition("@")[2].lower()) for address in addresses)

    def _is_one(self, domain: str) -> bool:
        dotted = f"{domain}."
        return any(f".{domain}".endswith(f".{name}") for name in self._whole) or any(
            part in dotted for part in self._parts
        )

"""Addresses of the desk's own pages and files."""

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.requests import Request

STATIC = Path(__file__).parent / "static"


def static(name: str) -> str:
    """A file's address; it changes with the content of any, as they name each other, and is kept for ever."""
    return f"/static/{_content()}/{name}"


@cache
def _content() -> str:
    files = sorted(STATIC.iterdir())
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()[:12]


def whole(text: str, otherwise: int) -> int:
    """A number of few digits; whatever else was given becomes `otherwise`."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def quoted(path: str) -> str:
    """A path as the value of a query."""
    return quote(path, safe="")


def address(path: str, **query: object) -> str:
    """A path of ours with its query, without what is empty."""
    given = {name: str(value) for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def here(request: Request) -> str:
    """The page that is shown, to come back to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def ours(path: str, otherwise: str = "/") -> str:
    """A path that stays on this desk; whatever leads elsewhere, or nowhere, becomes `otherwise`."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and "\\" not in path else otherwise

"""The copy of a person's data as a page to read, in their language, that needs nothing but itself."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from inbox_agent import dates, resources
from inbox_agent.cases.findings import Findings, Value
from inbox_agent.rendering import LeftToRight, Reference, Templates

_DIRECTIONS = {"en": "ltr", "ar": "rtl"}
_FIGURES = re.compile(r"[+(]?\d[\d\s.,:;/()+TZ-]*", re.ASCII)
"""Numbers, times and telephone numbers: they read left to right, whatever stands around them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the package: where it stands in the archive, and what is said of it.

    `sources` calls the system that it is from in each language; what the company calls it is no customer's.
    """

    item: str
    file: str
    sources: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    size: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What the page says of the package as a whole; `other` is the same page in the other language."""

    ref: str
    address: str
    made: datetime
    country: str
    other: str = ""


def words(language: str) -> dict[str, Any]:
    return tomllib.loads((resources.TEMPLATES / "package" / f"{language}.toml").read_text("utf-8"))


def page(
    language: str,
    about: About,
    tables: Sequence[Listed],
    files: Sequence[Listed],
    found: Iterable[Findings],
) -> str:
    """`found` are the rows of the tables, in their order; each is asked for when its turn has come."""
    say = words(language)
    return Templates().render(
        "package/page.html",
        lang=language,
        direction=_DIRECTIONS[language],
        say=say,
        ref=Reference(about.ref),
        address=LeftToRight(about.address),
        made=dates.day(about.made.date(), dates.locale(language, about.country)),
        other=about.other,
        ltr=LeftToRight,
        contents=[_heading(language, one, number, say) for number, one in enumerate(tables, 1)],
        tables=_tables(language, say, tables, found),
        files=[_file(one, say) for one in files],
    )


def _heading(language: str, one: Listed, number: int, say: dict[str, Any]) -> dict[str, Any]:
    source = one.sources.get(language, "")
    return {"anchor": f"part-{number}", "title": say["category"][one.item], "source": source}


def _tables(
    language: str, say: dict[str, Any], tables: Sequence[Listed], found: Iterable[Findings]
) -> Iterator[dict[str, Any]]:
    for number, (one, findings) in enumerate(zip(tables, found, strict=True), 1):
        yield {
            **_heading(language, one, number, say),
            "file": quote(one.file),
            "count": len(findings.rows),
            "columns": [column.ar if language == "ar" else column.en for column in findings.columns],
            "rows": ([_cell(value, say) for value in row] for row in findings.rows),
        }


def _cell(value: Value, say: dict[str, Any]) -> str:
    match value:
        case None | "":
            return str(say["empty"])
        case bool():
            return str(say["yes"] if value else say["no"])
        case str():
            return LeftToRight(value) if _FIGURES.fullmatch(value) else value
    return LeftToRight(str(value))


def _file(one: Listed, say: dict[str, Any]) -> dict[str, Any]:
    kilobytes = LeftToRight(str(max(1, round(one.size / 1024))))
    title = say["category"][one.item]
    return {"href": quote(one.file), "name": one.name, "title": title, "kilobytes": kilobytes}

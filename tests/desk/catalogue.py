"""The texts of the desk and their Arabic: `python -m tests.desk.catalogue` brings desk.po up to date.

New texts are added without a translation, those that nobody says any more are dropped.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import inbox_agent
from inbox_agent.desk.words import LOCALE
from inbox_agent.resources import TEMPLATES

PO = LOCALE / "ar" / "LC_MESSAGES" / "desk.po"
DESK = Path(inbox_agent.__file__).parent / "desk"
WORDS = {
    "_": None,
    "N_": None,
    "say": None,
    "count": (1, 2),
    "ngettext": (1, 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "false", "silent": "false"}}


def said() -> Catalog:
    """Every text that the desk says, in English."""
    catalog = Catalog(locale="ar", fuzzy=False)
    for folder in (DESK, TEMPLATES / "desk", TEMPLATES / "evidence"):
        for _file, _line, message, _comments, context in _extracted(folder):
            catalog.add(message, context=context)
    return catalog


def _extracted(folder: Path) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    found = extract_from_dir(
        folder, METHODS, OPTIONS, keywords=WORDS, strip_comment_tags=True, directory_filter=lambda _: True
    )
    yield from sorted(found, key=lambda one: (one[0], one[1]))


def translated() -> Catalog:
    with PO.open("rb") as lines:
        return read_po(lines, locale="ar")


def untranslated() -> list[str]:
    """The texts that have no Arabic, or not in all six forms of its numbers."""
    return [str(one.id) for one in translated() if one.id and not _is_whole(one.string)]


def _is_whole(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def up_to_date() -> bytes:
    """The file as it should be: every text once, in the order in which the desk says them."""
    old, new = translated(), said()
    for message in new:
        before = old.get(message.id) if message.id else None
        if before is not None and before.string:
            message.string = before.string
    out = BytesIO()
    write_po(out, new, width=110, omit_header=False, no_location=True, sort_output=False)
    head = (
        '# The desk in Arabic.\nmsgid ""\nmsgstr ""\n"Language: ar\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {old.plural_forms}\\n"\n'
    )
    body = out.getvalue().decode().split("\n\n", 1)[1]
    return (head + "\n" + body).encode()


if __name__ == "__main__":
    PO.write_bytes(up_to_date())
    print(f"{len(translated())} texts, {len(untranslated())} of them without Arabic")

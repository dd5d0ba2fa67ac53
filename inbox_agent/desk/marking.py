"""Paragraphs of a mail with the words that decided marked, each with the number of its type."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from types import MappingProxyType

from markupsafe import Markup, escape

from inbox_agent.desk.harmless import harmless
from inbox_agent.understanding import RequestType

MOST_MARKS = 6
NUMBERS = {str(kind): number for number, kind in enumerate(RequestType, 1)}
"""A type's number is its place, and the key that chooses it in triage."""

_GAP = re.compile(r"(\n[ \t]*\n\s*)")


Place = tuple[int, int]
Marks = Mapping[Place, Sequence[str]]
"""Places of the text, from where to where, and the types that the words there spoke for."""

_NONE: Marks = MappingProxyType({})


def places(text: str, evidence: Mapping[str, Sequence[str]]) -> Marks:
    """Where the words that decided stand; each type's best words first, as only a few are marked."""
    by_type = [[(kind, one) for one in evidence.get(kind, ())] for kind in NUMBERS]
    marks: dict[Place, list[str]] = {}
    for kind, words in filter(None, chain.from_iterable(zip_longest(*by_type))):
        place = _place(text, harmless(words), kind, marks)
        if place and (place in marks or len(marks) < MOST_MARKS):
            marks.setdefault(place, []).append(kind)
    return dict(sorted(marks.items()))


def _place(text: str, words: str, kind: str, marks: Marks) -> Place | None:
    """Where these words stand by themselves, and no others are marked in part."""
    for found in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text) if words.strip() else ():
        start, end = place = found.span()
        touching = [one for one in marks if one[0] < end and start < one[1]]
        if not touching or (touching == [place] and kind not in marks[place]):
            return place
    return None


def paragraphs(text: str, marks: Marks = _NONE, mail: str = "") -> Iterator[Markup]:
    """The text between its blank lines; `mail` is the id of the list of reasons to which numbers lead."""
    at = 0
    for place, piece in enumerate(_GAP.split(text)):
        if place % 2 == 0 and piece.strip():
            yield _paragraph(text, at, at + len(piece), marks, mail)
        at += len(piece)


def _paragraph(text: str, start: int, end: int, marks: Marks, mail: str) -> Markup:
    written, at = Markup(), start
    for place, types in marks.items():
        first, last = max(place[0], start), min(place[1], end)
        if first < last:
            written += _lines(text[at:first]) + _marked(text[first:last], types, mail)
            at = last
    return written + _lines(text[at:end])


def _marked(words: str, types: Sequence[str], mail: str) -> Markup:
    link = Markup('<a class="evidence__number" href="#why-{}-{}">{}</a>')
    numbers = Markup().join(link.format(mail, kind, NUMBERS[kind]) for kind in types)
    mark = Markup('<mark class="evidence" data-type="{}">{}</mark>')
    return mark.format(" ".join(types), _lines(words)) + numbers


def _lines(text: str) -> Markup:
    return escape(text).replace("\n", Markup("<br>\n"))

"""The privacy notice of this agent itself: what it keeps, why and how long, as its settings say.

The words stand in `templates/notice/`, where an operator's own folder of templates goes before ours:

# The title
## A heading
- A bullet
? What the company must decide and write itself; it stands out, so that nobody publishes it unread
Any other line is a paragraph. A line with nothing but one {% … %} leaves no trace.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from markupsafe import Markup

from inbox_agent import dates
from inbox_agent.cases.clocks import HOUSE_RULE, Law
from inbox_agent.rendering import LeftToRight, Templates
from inbox_agent.settings import Settings

LANGUAGES = ("en", "ar")

_MARKS = {"# ": "title", "## ": "heading", "- ": "bullet", "? ": "decide"}
_TO_DECIDE = {"en": "The company must write here:", "ar": "تكتب الشركة هنا:"}
_WIDTH = 78


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice in one language, line by line: each with what it is (title, heading, bullet, …)."""

    language: str
    address: str
    lines: Sequence[tuple[str, str]]

    @property
    def title(self) -> str:
        return next((text for kind, text in self.lines if kind == "title"), "")

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"

    @property
    def to_decide(self) -> str:
        return _TO_DECIDE[self.language]

    @property
    def parts(self) -> Iterator[tuple[str, list[Markup]]]:
        """Lines of one kind that follow each other, together and as HTML."""
        for kind, lines in groupby(self.lines, key=itemgetter(0)):
            yield kind, [self._html(text) for _, text in lines]

    def _html(self, text: str) -> Markup:
        """Escaped; our address reads from the left in Arabic, too."""
        return Markup(LeftToRight(self.address).__html__()).join(text.split(self.address))  # noqa: S704

    def as_html(self) -> str:
        """A page of its own, which asks for no other file."""
        return Templates().render("notice/page.html", notice=self)

    def as_text(self) -> str:
        """Plain text in short lines: a blank one between paragraphs, bullets close together."""
        parts = groupby(self.lines, key=itemgetter(0))
        told = (self._text(kind, [text for _, text in lines]) for kind, lines in parts)
        return "\n\n".join(told) + "\n"

    def _text(self, kind: str, lines: Sequence[str]) -> str:
        if kind == "bullet":
            wrapped = (
                textwrap.fill(one, _WIDTH, initial_indent="- ", subsequent_indent="  ") for one in lines
            )
            return "\n".join(wrapped)
        told = (f"[{self.to_decide} {one}]" if kind == "decide" else one for one in lines)
        return "\n\n".join(textwrap.fill(one, _WIDTH) for one in told)


def notice(settings: Settings, law: Law, language: str, *, today: date) -> Notice:
    """What holds under these settings today; raises WrongSetting where an own wording cannot be used."""
    templates, name = Templates(settings.templates), f"notice/{language}.txt"
    told = facts(settings, law, language, today=today)
    words = templates.compile(name, templates.source(name), knows=told).render(**told)
    return Notice(language, settings.address, [_line(line) for line in words.splitlines() if line.strip()])


def facts(settings: Settings, law: Law, language: str, *, today: date) -> dict[str, Any]:
    """All that the wording can name: lengths of time in words, and what is switched on."""
    days = {
        "bodies": settings.keep_bodies_days,
        "quarantine": settings.keep_quarantine_days,
        "identity_document": settings.identity_document_days,
        "code": settings.code_days,
        "cooloff": settings.cooloff_days,
        "key_backup": settings.key_backup_days,
        "link": settings.downloads.days,
        "package": settings.downloads.days + settings.downloads.keep_days,
    }
    return {
        "address": settings.address,
        "today": dates.day(today, dates.locale(language, law.calendar.country)),
        "law": None if law.name == HOUSE_RULE else law.title[language],
        "downloads": bool(settings.downloads.address),
        "letters_wait": settings.sending != "live",
        "keeps_corrections": settings.keep_corrections,
        "record": dates.span(settings.keep_record_months, "month", language),
        **{name: dates.span(count, "day", language) for name, count in days.items()},
    }


def _line(line: str) -> tuple[str, str]:
    for mark, kind in _MARKS.items():
        if line.startswith(mark):
            return kind, line.removeprefix(mark).strip()
    return "paragraph", line.strip()

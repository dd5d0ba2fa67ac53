"""The letters as docs/letters.md shows them; `python -m tests.letters.page` writes them there."""

import re
from pathlib import Path
from typing import Any

from inbox_agent.letters import KINDS, compose
from tests.company import stationery
from tests.letters.drafts import WITH_RIGHTS, Read, draft, facts

PAGE = Path(__file__).parents[2] / "docs" / "letters.md"
BEGIN = "## The letters\n"
HEAD = f"""{BEGIN}
As they are for a mail of 22 November 2026, in the order English, Arabic. A letter is in one language, but for
the first one, the digest, and letters to those who mix languages.
"""
_CODE = {"code": "4821 7730", "expires": "2026-12-06", "tries": 5, "lapses": "2026-12-13"}
_SHOWN = {
    "acknowledgement": facts("access", "deletion", "opt_out", done_on="2026-11-22", **_CODE),
    "child_acknowledgement": facts("child_data", "deletion"),
}


def shown() -> str:
    """All of the section: every letter in English, then in Arabic."""
    return "".join((HEAD, *map(_letter, KINDS)))


def _letter(kind: str) -> str:
    given: dict[str, Any] = {"facts": _SHOWN[kind]} if kind in WITH_RIGHTS else {}
    parts = []
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        letter = Read(compose(draft(kind, (language,), token=None, **given), stationery()))
        text = f"Subject: {letter.mail['subject']}\n\n{_body(letter, language)}"
        parts.append(f'<div lang="{language}" dir="{direction}">\n\n{text}\n</div>\n')
    return f"\n### {kind}\n\n" + "\n".join(parts)


def _body(letter: Read, language: str) -> str:
    text = letter.text.replace("\u200f", "")
    greeting = {"en": ("Hello,", "Good morning,"), "ar": ("تحية طيبة،", "صباح الخير،")}[language]
    begins = min(text.index(one) for one in greeting if one in text)
    own = text[begins:].split("-" * 40)[0].strip()
    closing = re.sub(r"\n(?=.+\n?)", "  \n", own[own.rindex("\n\n") + 2 :])
    return f"{own[: own.rindex(chr(10) * 2)]}\n\n{closing}\n"


if __name__ == "__main__":
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page.split(BEGIN)[0] + shown(), encoding="utf-8")

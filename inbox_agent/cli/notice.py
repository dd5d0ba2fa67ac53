"""`inbox-agent notice`: the privacy notice of this agent itself, as its settings are."""

from typing import Annotated

import typer

from inbox_agent import evidence
from inbox_agent.agent import now_utc
from inbox_agent.cli.output import say
from inbox_agent.cli.wiring import opened_record
from inbox_agent.errors import WrongSetting

In = Annotated[str, typer.Argument(metavar="[en|ar]", help="Its language.", show_default=False)]
AsHtml = Annotated[bool, typer.Option("--html", help="Print a page to publish instead of plain text.")]


def notice(language: In = "en", as_html: AsHtml = False) -> None:
    """Print the privacy notice of this agent: what it keeps, why, how long, who sees it."""
    if language not in evidence.NOTICE_LANGUAGES:
        raise WrongSetting(f"the notice is in: {', '.join(evidence.NOTICE_LANGUAGES)}")
    with opened_record() as record:
        today = record.law.day(now_utc())
        found = evidence.notice(record.settings, record.law, language, today=today)
    say((found.as_html() if as_html else found.as_text()).rstrip("\n"))

"""The privacy notice of this agent: as staff read it, and as a page to publish."""

from starlette.responses import Response

from inbox_agent import evidence
from inbox_agent.desk.visit import Visit
from inbox_agent.desk.words import LANGUAGES, other
from inbox_agent.errors import PersonNeeded
from inbox_agent.evidence import Notice


def show(visit: Visit) -> Response:
    """In the reader's language, or in the other one that they asked for."""
    asked = visit.query("language")
    language = asked if asked in LANGUAGES else visit.words.language
    return visit.page(
        "notice.html", notice=_notice(visit, language), other=other(language), languages=LANGUAGES
    )


def page(visit: Visit) -> Response:
    """The same as a file that needs no other."""
    language = visit.path("language")
    if language not in LANGUAGES:
        raise PersonNeeded("no_such_id")
    headers = {"Content-Disposition": f'attachment; filename="privacy-notice-{language}.html"'}
    return Response(_notice(visit, language).as_html(), media_type="text/html", headers=headers)


def _notice(visit: Visit, language: str) -> Notice:
    record = visit.record
    return evidence.notice(record.settings, record.law, language, today=record.law.day(visit.now))

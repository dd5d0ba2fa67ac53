"""The wordings of letters: every kind with a sample, and the company's own words in place of ours."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as readable

import structlog
from starlette.responses import HTMLResponse, Response

from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit
from inbox_agent.desk.words import LANGUAGES
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.letters import KINDS, Kind, Stationery, compose, own_words
from inbox_agent.letters.finished import LONGEST
from inbox_agent.letters.samples import sample

log = structlog.get_logger()

FRAME_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Letters carry their style in their elements, as mail programs want it; nothing else is allowed in."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter in one language as a customer would get it, and where its words come from."""

    language: str
    subject: str
    text: str
    source: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of a wording: as in ours ("same"), only in theirs ("more"), only in ours ("less")."""

    how: str
    text: str


def show(visit: Visit) -> Response:
    """All kinds, in the order of the catalogue."""
    kinds = [(kind, [one for one in LANGUAGES if _is_own(visit, kind, one)]) for kind in KINDS.values()]
    return menu.page(visit, "letters", kinds=kinds, folder=visit.desk.stationery.overrides, labels=labels)


def show_kind(visit: Visit) -> Response:
    kind = _kind(visit)
    samples = [_sample(visit, kind, language) for language in LANGUAGES]
    return menu.page(visit, "letters", "letter_kind", kind=kind, samples=samples, labels=labels)


def body(visit: Visit) -> Response:
    """The HTML of a sample, for a frame without rights."""
    mail = _mail(visit.desk.stationery, _kind(visit), _language(visit))
    return HTMLResponse(mail["html"], headers=FRAME_HEADERS)


def edit(visit: Visit) -> Response:
    kind, language = _kind(visit), _language(visit)
    return _editor(visit, kind, language, own_words.source_of(visit.desk.stationery, kind, language))


def save(visit: Visit) -> Response:
    """Keep the wording, or only look at what would come of it; one that cannot be used is not kept."""
    kind, language = _kind(visit), _language(visit)
    source = visit.given("source", LONGEST + 1).replace("\r\n", "\n")
    try:
        if visit.given("do") == "save":
            own_words.keep(visit.desk.stationery, kind, language, source)
            log.info("wording_changed", kind=kind.name, language=language, by=str(visit.me.id))
            return visit.to(f"/settings/letters/{kind.name}", N_("The new wording is in use."))
        tried = own_words.tried(visit.desk.stationery, kind, language, source)
    except WrongSetting as error:
        return _editor(visit, kind, language, source, problem=str(error))
    return _editor(visit, kind, language, source, preview=_mail(tried, kind, language))


def give_up(visit: Visit) -> Response:
    """Back to the product's wording."""
    kind, language = _kind(visit), _language(visit)
    try:
        own_words.give_up(visit.desk.stationery, kind, language)
    except WrongSetting as error:
        return _editor(visit, kind, language, own_words.ours(kind, language), problem=str(error))
    log.info("wording_given_up", kind=kind.name, language=language, by=str(visit.me.id))
    return visit.to(f"/settings/letters/{kind.name}", N_("The product's wording is in use again."))


def _editor(
    visit: Visit,
    kind: Kind,
    language: str,
    source: str,
    *,
    problem: str = "",
    preview: dict[str, str] | None = None,
) -> Response:
    return menu.page(
        visit,
        "letters",
        "letter_edit",
        status=422 if problem else 200,
        kind=kind,
        language=language,
        source=source,
        problem=problem,
        preview=preview,
        is_own=_is_own(visit, kind, language),
        folder=visit.desk.stationery.overrides,
        differences=list(_differences(own_words.ours(kind, language), source)),
        facts=sorted(kind.facts | {"ref", "address"}),
        labels=labels,
    )


def _differences(ours: str, theirs: str) -> Iterator[Difference]:
    """Line by line, without what is the same far from any change; nothing where all is the same."""
    names = {"+": "more", "-": "less", " ": "same", "@": "gap"}
    for line in list(difflib.unified_diff(ours.splitlines(), theirs.rstrip().splitlines(), lineterm="", n=2))[
        2:
    ]:
        yield Difference(names[line[0]], "" if line[0] == "@" else line[1:])


def _sample(visit: Visit, kind: Kind, language: str) -> Sample:
    mail, source = (
        _mail(visit.desk.stationery, kind, language),
        own_words.source_of(visit.desk.stationery, kind, language),
    )
    return Sample(language, mail["subject"], mail["plain"], source, _is_own(visit, kind, language))


def _mail(stationery: Stationery, kind: Kind, language: str) -> dict[str, str]:
    """Subject, plain text and HTML of a sample letter whose first language this is."""
    mail = message_from_bytes(compose(sample(kind.name, (language,)), stationery), policy=readable)
    parts = {name: mail.get_body((name,)) for name in ("plain", "html")}
    return {"subject": mail["Subject"]} | {
        name: part.get_content() if part else "" for name, part in parts.items()
    }


def _is_own(visit: Visit, kind: Kind, language: str) -> bool:
    own = own_words.own_file(visit.desk.stationery, kind, language)
    return own is not None and own.is_file()


def _kind(visit: Visit) -> Kind:
    kind = KINDS.get(visit.path("kind"))
    if kind is None:
        raise PersonNeeded("no_such_id")
    return kind


def _language(visit: Visit) -> str:
    language = visit.path("language")
    if language not in LANGUAGES:
        raise PersonNeeded("no_such_id")
    return language

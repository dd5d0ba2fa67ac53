"""The access package of a case: what is in it, building it, handing it over, the links that lead to it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from inbox_agent.cases import erasing, search
from inbox_agent.cases import package as packages
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.findings import Column, Findings
from inbox_agent.cases.package import handing, links, pieces
from inbox_agent.cases.package.tables import DownloadLink, Package, PackagePart
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.desk import labels, mail
from inbox_agent.desk.case_facts import last_mail, looked_at, people_of
from inbox_agent.desk.harmless import harmless_file_name, harmless_line
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import PersonNeeded
from inbox_agent.evidence import package as archives
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import RequestType

MOST_SHOWN = 200
"""Rows on one page; all of them stand in the package."""
_IN = tuple(one for one in Item if one is not Item.DOWNLOAD_LINKS)
"""What a part can belong to."""


def show(visit: Visit) -> Response:
    return _page(visit)


def part(visit: Visit) -> Response:
    """The rows of a part, or its file to be saved; that somebody looked is an event."""
    looked_at(visit)
    keyring = visit.record.keyring
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        package = packages.current(session, case)
        if package is None:
            raise PersonNeeded("no_such_id")
        one = packages.part_of(session, package, visit.path("part"))
        if one.kind == "file":
            octets = b"".join(pieces.read(session, keyring, one.id))
            return Response(octets, headers=mail.to_be_saved(one.name(keyring)))
        found = packages.findings_in(session, keyring, one)
        return visit.page(
            "package_rows.html",
            case=case,
            ref=LeftToRight(case.ref),
            labels=labels,
            part=one,
            columns=[_in_words(visit, column) for column in found.columns],
            rows=found.rows[:MOST_SHOWN],
            total=len(found.rows),
        )


def attach(visit: Visit) -> Response:
    """A file as it is: nothing opens it here, and it is called by a name that does no harm."""
    given = visit.file("file")
    if given is None:
        return _page(visit, PersonNeeded("no_file"))
    name, item = harmless_file_name(given[0], "file"), _item(visit)
    return _done(
        visit,
        lambda session, act, case: packages.attach(act, session, case, item, name=name, octets=given[1]),
    )


def fill(visit: Visit) -> Response:
    """Rows that a person typed, or pasted from a spreadsheet."""
    item = _item(visit)
    head, *rows = _cells(visit.given("rows", 200_000)) or [[]]
    columns = [Column(name, name, name) for name in head]
    findings = Findings(item, packages.BY_HAND, columns, rows)
    return _done(visit, lambda session, act, case: packages.fill(act, session, case, findings))


def _cells(text: str) -> list[list[str]]:
    """A line for each row; its cells stand apart by tabs, as spreadsheets copy them, else by |."""
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip()]
    between = "\t" if any("\t" in line for line in lines) else "|"
    return [[cell.strip() for cell in line.split(between)] for line in lines]


def remove(visit: Visit) -> Response:
    part_id = visit.path("part")
    return _done(visit, lambda session, act, case: packages.take_out(act, session, case, part_id))


def build(visit: Visit) -> Response:
    return _done(visit, lambda session, act, case: archives.build(act, session, case))


def hand_over(visit: Visit) -> Response:
    """Its letter waits until somebody has read and released it; the password is shown now and never again."""
    reason = visit.given("reason")
    told = Told(
        reason=Reason(reason) if reason in set(Reason) else None,
        words=[
            one.strip() for one in visit.given("words", 20_000).replace("\r", "").split("\n\n") if one.strip()
        ],
        by_other_means=bool(visit.given("otherwise")),
        as_it_is=bool(visit.given("as_it_is")),
    )
    try:
        with visit.acting() as (session, act):
            case = search.case(session, visit.path("ref"))
            if visit.given("last_mail") != last_mail(session, case):
                raise PersonNeeded("new_mail")
            act.hold = "preview"
            outcome = Outcome.PARTIAL if told.reason else Outcome.FULFILLED
            password = handing.hand_over(act, session, case, outcome, told)
            case.is_seen_to()
    except PersonNeeded as error:
        return _page(visit, error)
    return _page(visit, password=password) if password else visit.to(_path(visit), N_("Done."))


def password_told(visit: Visit) -> Response:
    """Somebody told the customer the password by the second channel."""
    return _done(visit, lambda session, act, case: links.note_told(act, session, case))


def revoke(visit: Visit) -> Response:
    return _done(visit, lambda session, act, case: handing.revoke(act, session, case))


def destroy(visit: Visit) -> Response:
    def verb(session: Session, act: Any, case: Case) -> None:
        package = packages.current(session, case)
        if package is None:
            raise PersonNeeded("no_package")
        handing.destroy(act, session, case, package, handing.BY_STAFF)

    answer = _done(visit, verb)
    erasing.carry_out(visit.record, visit.now)
    return answer


def _done(visit: Visit, verb: Any) -> Response:
    try:
        with visit.acting() as (session, act):
            verb(session, act, search.case(session, visit.path("ref")))
    except PersonNeeded as error:
        return _page(visit, error)
    return visit.to(_path(visit), N_("Done."))


def _item(visit: Visit) -> Item:
    given = visit.given("item")
    if given not in set(_IN):
        raise PersonNeeded("no_such_id")
    return Item(given)


def _path(visit: Visit) -> str:
    return f"/cases/{visit.path('ref')}/package"


def _page(visit: Visit, refusal: PersonNeeded | None = None, password: str = "") -> Response:
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        package = packages.current(session, case)
        parts = packages.parts_of(session, package) if package else []
        led = links.of_package(session, package) if package else []
        waiting = links.not_used(session, case, visit.now)
        say = visit.words.say
        return visit.page(
            "package.html",
            status=409 if refusal else 200,
            case=case,
            ref=LeftToRight(case.ref),
            labels=labels,
            people=people_of(session),
            package=package,
            missing=_missing(visit, case),
            open_rows=_open_rows(case),
            not_covered=[say(labels.ITEMS[one]) for one in _not_covered(session, package, case)],
            parts=[_part(visit, one) for one in parts],
            links=_links(led, visit),
            to_tell=waiting is not None and not links.is_told(case),
            items=[(one, say(labels.ITEMS[one])) for one in _IN],
            reasons=[(value, say(text)) for value, text in labels.REASONS.items()],
            by_link=bool(visit.record.settings.downloads.address),
            limits=visit.record.settings.downloads,
            last_mail=last_mail(session, case),
            letters=[
                one.id.hex for one in case.letters if one.kind == "access_ready" and one.state == "held"
            ],
            password=LeftToRight(password),
            refusal=say(REFUSALS.get(refusal.reason, refusal.reason)) if refusal else "",
            typed=visit.given,
        )


def _open_rows(case: Case) -> int:
    """How many places nobody has looked at: until then the right cannot be answered."""
    rights = [one for one in case.rights if one.type is RequestType.ACCESS and not one.is_decided]
    return sum(row.found == Found.OPEN for one in rights for row in one.checklist)


def _not_covered(session: Session, package: Package | None, case: Case) -> list[str]:
    rights = [one for one in case.rights if one.type is RequestType.ACCESS]
    return [item for one in rights for item in packages.not_covered(session, package, one)] if package else []


def _missing(visit: Visit, case: Case) -> str:
    """Why nothing may be disclosed; "" where it may."""
    try:
        packages.must_be_disclosable(case)
    except PersonNeeded as error:
        return visit.words.say(REFUSALS.get(error.reason, error.reason))
    return ""


def _part(visit: Visit, one: PackagePart) -> dict[str, Any]:
    source = "" if one.source == packages.BY_HAND or one.kind == "file" else one.source
    return {
        "id": one.id.hex,
        "item": one.item,
        "kind": one.kind,
        "name": harmless_line(one.name(visit.record.keyring)),
        "source": source,
        "count": one.count,
        "kilobytes": max(1, round(one.size / 1024)),
        "by": one.by,
        "at": one.at,
    }


def _links(led: Sequence[DownloadLink], visit: Visit) -> list[dict[str, Any]]:
    return [{"link": one, "is_live": one.is_live(visit.now)} for one in led]


def _in_words(visit: Visit, column: Column) -> str:
    return column.ar if visit.words.language == "ar" else column.en

"""What the pages of a person's data say, and the right that they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from inbox_agent.cases import holdings
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import CHECKED
from inbox_agent.cases.holdings import Holding, SystemErasure
from inbox_agent.cases.right import SECOND_PERSON, Right
from inbox_agent.company import ByHand, SqlSystem, System
from inbox_agent.desk import labels
from inbox_agent.desk.case_facts import people_of
from inbox_agent.desk.harmless import harmless_line
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import Erased, PersonNeeded
from inbox_agent.process import erasing_data, persons_data
from inbox_agent.process.persons_data import Matter, company_of
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import RequestType


@dataclass(frozen=True, slots=True)
class Line:
    """One system as the page shows it."""

    name: str
    label: str
    item: str
    by_hand: bool
    erases: bool
    held: Holding | None
    erasure: SystemErasure | None
    held_fault: str
    erasure_fault: str
    goes: Sequence[tuple[str, int]]
    stays: Sequence[tuple[str, str, int]]


def about(visit: Visit, case: Case, checked: Sequence[Right], right: Right | None) -> dict[str, Any]:
    return {
        "case": case,
        "ref": LeftToRight(case.ref),
        "labels": labels,
        "tabs": [one.type for one in checked],
        "kind": right.type if right is not None else "",
        "connected": visit.desk.company is not None,
    }


def state(visit: Visit, session: Session, right: Right) -> dict[str, Any]:
    company = company_of(visit.desk.company)
    held, gone = holdings.holdings(session, right), holdings.erasures(session, right)
    chosen = holdings.chosen(session, right)
    deletes = right.type in SECOND_PERSON
    return {
        "missing": missing(visit, right.case, right.type),
        "accounts": _accounts(visit, session, right),
        "chosen": chosen,
        "people": people_of(session),
        "lines": [_line(visit, one, held.get(one.name), gone.get(one.name)) for one in company.systems],
        "asked": max(held.values(), key=lambda one: one.at, default=None),
        "deletes": deletes,
        "previewed": bool(gone),
        "not_yet": _not_yet(visit, session, right) if deletes and gone else "",
        "all_gone": bool(gone) and all(one.is_done for one in gone.values()),
    }


def missing(visit: Visit, case: Case, kind: RequestType) -> str:
    """Why nothing may be looked up; "" where it may."""
    try:
        persons_data.right_of(case, kind)
    except PersonNeeded as error:
        return said(visit, error)
    return ""


def _not_yet(visit: Visit, session: Session, right: Right) -> str:
    """What is missing before this person may erase; "" where nothing is."""
    act: Act = visit.record.act(visit.now, visit.me.name)
    act.is_known_person = True
    try:
        erasing_data.may_erase(session, act, matter_of(visit, right))
    except PersonNeeded as error:
        return said(visit, error)
    return ""


def _accounts(visit: Visit, session: Session, right: Right) -> list[dict[str, Any]]:
    chosen = holdings.chosen(session, right)
    if chosen is None:
        return []
    try:
        told = chosen.accounts(visit.record.keyring)
    except Erased:
        return []
    return [account(one["id"], one["names"], one["addresses"], one["numbers"]) for one in told]


def account(
    account_id: str, names: Sequence[str], addresses: Sequence[str], numbers: Sequence[str]
) -> dict[str, Any]:
    return {
        "id": account_id,
        "shown": LeftToRight(harmless_line(account_id, 64)),
        "names": [harmless_line(one, 100) for one in names],
        "reached": [LeftToRight(harmless_line(one, 100)) for one in addresses]
        + [LeftToRight(f"+{one}") for one in numbers],
    }


def _line(visit: Visit, system: System, held: Holding | None, erasure: SystemErasure | None) -> Line:
    return Line(
        name=system.name,
        label=in_words(visit, system),
        item=str(system.item),
        by_hand=isinstance(system, ByHand),
        erases=system.erases,
        held=held,
        erasure=erasure,
        held_fault=_fault(visit, held.fault if held else None),
        erasure_fault=_fault(visit, erasure.fault if erasure else None),
        goes=_goes(visit, system, erasure),
        stays=_stays(visit, system, erasure),
    )


def _fault(visit: Visit, kind: str | None) -> str:
    return visit.words.say(REFUSALS.get(kind, kind)) if kind else ""


def _goes(visit: Visit, system: System, erasure: SystemErasure | None) -> list[tuple[str, int]]:
    if erasure is None or not isinstance(system, SqlSystem):
        return []
    counts = erasure.counts("went" if erasure.went else "goes")
    return [(in_words(visit, step), rows) for step, rows in zip(system.erase, counts, strict=False)]


def _stays(visit: Visit, system: System, erasure: SystemErasure | None) -> list[tuple[str, str, int]]:
    if erasure is None or not isinstance(system, SqlSystem):
        return []
    return [
        (in_words(visit, step), visit.words.say(labels.KEPT[step.reason]), rows)
        for step, rows in zip(system.keep, erasure.counts("stays"), strict=False)
        if rows
    ]


def in_words(visit: Visit, of: Any) -> str:
    return str(of.ar if visit.words.language == "ar" else of.en)


def cell(value: object) -> str:
    return "" if value is None else harmless_line(str(value), 300)


def matter_of(visit: Visit, right: Right | None = None) -> Matter:
    """Raises PersonNeeded for no such right, WrongSetting without connectors."""
    company, given = company_of(visit.desk.company), visit.given("right")
    kind = right.type if right is not None else next((one for one in CHECKED if one == given), None)
    if kind is None:
        raise PersonNeeded("which_right")
    return Matter(visit.record, company, visit.acting, visit.path("ref"), kind)


def said(visit: Visit, error: PersonNeeded) -> str:
    texts: Mapping[str, str] = REFUSALS
    return visit.words.say(texts.get(error.reason, error.reason))

"""The addresses that get no marketing: a page with their local parts masked, and the whole list as a file."""

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from starlette.responses import Response

from inbox_agent.cases.case import Case
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.suppression import Suppression, some_suppressed
from inbox_agent.desk.paths import whole
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import Erased
from inbox_agent.evidence import suppressions_csv
from inbox_agent.rendering import LeftToRight

log = structlog.get_logger()

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One address as the page shows it; None where it was erased."""

    address: LeftToRight | None
    since: datetime
    ref: str


def show(visit: Visit) -> Response:
    number = visit.query("page")
    page = max(1, whole(number, 1))
    with visit.record.reading() as session:
        found, total = some_suppressed(session, first=(page - 1) * PAGE, most=PAGE)
        cases = select(Case.id, Case.ref).where(Case.id.in_({row.case_id for row in found}))
        refs = dict(session.execute(cases).all())
        lines = [_line(row, _ref(row, refs), visit.record.keyring) for row in found]
    pages = max(1, math.ceil(total / PAGE))
    return menu.page(visit, "suppression", lines=lines, total=total, page=page, pages=pages)


def csv(visit: Visit) -> Response:
    """All addresses in full; that somebody took them is logged."""
    with visit.record.reading() as session:
        sheet = suppressions_csv(session, visit.record.keyring)
    log.info("suppressions_downloaded", by=str(visit.me.id))
    headers = {"Content-Disposition": 'attachment; filename="no-marketing.csv"'}
    return Response(sheet, media_type="text/csv; charset=utf-8", headers=headers)


def masked_address(address: str) -> str:
    """`l…a@example.com`: enough to recognise who asks about it, too little to write to."""
    local, at, domain = address.rpartition("@")
    if not at:
        return f"{address[:3]}…{address[-2:]}" if len(address) > 7 else "…"
    return f"{local[0]}…{local[-1]}@{domain}" if len(local) > 2 else f"…@{domain}"


def _line(row: Suppression, ref: str, keyring: Keyring) -> Line:
    try:
        address = LeftToRight(masked_address(row.address(keyring)))
    except Erased:
        address = None
    return Line(address, row.at, ref)


def _ref(row: Suppression, refs: Mapping[uuid.UUID, str]) -> str:
    """The case that it came from; "" once that is gone."""
    return refs.get(row.case_id, "") if row.case_id else ""

"""The checklist's row about download links settles itself, once none leads to the person's data any more."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, Row
from inbox_agent.cases.package import links
from inbox_agent.cases.right import Right
from inbox_agent.errors import PersonNeeded


def settle(act: Act, session: Session, case: Case) -> None:
    """On all cases of its person: done where links have ended, nothing held where there never was one."""
    of_person = links.of_person(session, case)
    if any(link.is_live(act.at) for _, link in of_person):
        return
    found = Found.DONE if of_person else Found.NOTHING_HELD
    for right, row in _open_rows(session, case):
        row.found, row.by, row.at = found, act.by, act.at
        right.case.tell(act, "row_settled", right=right.type, item=row.item, found=found, kept_for=None)


def must_be_settled(act: Act, session: Session, case: Case) -> None:
    """Raises PersonNeeded while a link still leads to the person's data."""
    live = [of.ref for of, link in links.of_person(session, case) if link.is_live(act.at)]
    if live:
        raise PersonNeeded("links_live", f"{case.ref}: links still work; revoke them: {', '.join(live)}")


def _open_rows(session: Session, case: Case) -> list[tuple[Right, Row]]:
    theirs = Case.id == case.id
    if case.requester_hash is not None:
        theirs |= Case.requester_hash == case.requester_hash
    cases = session.scalars(select(Case).where(theirs).order_by(Case.id).with_for_update()).all()
    rights = [right for one in cases for right in one.rights if not right.is_decided]
    rows = [(right, row) for right in rights for row in right.checklist]
    return [(right, row) for right, row in rows if (row.item, row.found) == (Item.DOWNLOAD_LINKS, Found.OPEN)]

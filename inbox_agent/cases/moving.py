"""A right goes on in another case: what was sealed for it is sealed anew, under the key of that one."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from inbox_agent.cases import package
from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Row
from inbox_agent.cases.holdings import ChosenAccounts
from inbox_agent.cases.identity import Check
from inbox_agent.cases.right import Right
from inbox_agent.errors import Erased
from inbox_agent.understanding import RequestType


def move(act: Act, right: Right, to: Case) -> None:
    """The very same right, with its clock, trust, checks, checklist, accounts and package.

    The case that it came from may be erased before the other, and takes nothing of it along.
    """
    right.position = len(to.rights) + 1
    if right.type is RequestType.ACCESS:
        package.move(right.case, to)
    session = object_session(right)
    assert session is not None, "a right is moved where it is kept"
    _seal_anew(act, right, to, _checks(session, right))
    if chosen := session.get(ChosenAccounts, right.id):
        chosen.case_id = to.id
        chosen.sealed_accounts = _anew(act, to, chosen.sealed_accounts, "chosen_accounts.accounts", right)
    right.case.rights.remove(right)
    to.rights.append(right)


def _checks(session: Session, right: Right) -> Sequence[Check]:
    return session.scalars(select(Check).where(Check.right_id == right.id)).all()


def _seal_anew(act: Act, right: Right, to: Case, checks: Sequence[Check]) -> None:
    for check in checks:
        check.sealed_how = _anew(act, to, check.sealed_how, "check.how", check)
    for row in right.checklist:
        if row.sealed_note is not None:
            row.sealed_note = _anew(act, to, row.sealed_note, "checklist_row.note", row)


def _anew(act: Act, to: Case, sealed: bytes, column: str, of: Right | Check | Row) -> bytes:
    """What was erased already stays as it is."""
    try:
        return act.seal(to.key_id, opened(act.keyring, sealed, column, of.id), column, of.id)
    except Erased:
        return sealed

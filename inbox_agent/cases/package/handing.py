"""An access package is handed over: by a link in the letter that answers, or otherwise, as staff record."""

from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inbox_agent.cases import answers, erasing
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import NOTHING_TOLD, Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.package import covered, current, link_rows, links, must_be_disclosable, not_covered
from inbox_agent.cases.package.tables import DownloadLink, Package, PackagePart, PackagePiece
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome
from inbox_agent.errors import PersonNeeded

BY_STAFF = "package_by_staff"
"""Why its key is in the ledger."""
_GIVES_A_COPY = frozenset({Outcome.FULFILLED, Outcome.PARTIAL})


def hand_over(
    act: Act, session: Session, case: Case, outcome: Outcome = Outcome.FULFILLED, told: Told = NOTHING_TOLD
) -> str:
    """Answer with the package that was built; where a link goes out, its password, which is told only now.

    Where packages are not downloaded here, `told.words` say how it is handed over: in the letter, or, with
    `by_other_means`, in the history. Raises PersonNeeded where something is missing, like `answers.finish`.
    """
    right = must_be_disclosable(case)
    package = _ready(session, case)
    _must_be_meant(session, package, right, told)
    told = replace(told, covers=covered(session, package))
    _mark(act, package, "link" if act.terms.downloads and not told.by_other_means else "otherwise")
    if package.handed_over_how == "otherwise":
        if not told.words:
            raise PersonNeeded("no_words", f"{case.ref}: say in words how the package is handed over")
        case.tell(act, "package_handed_over", how="otherwise", words=list(told.words))
        _answer(act, right, outcome, told)
        return ""
    link, token, password = links.make(act, session, package)
    until = act.law.day(link.expires_at).isoformat()
    case.tell(act, "package_handed_over", how="link", link=str(link.id), until=until)
    download = {"link": f"{act.terms.downloads}/{token}", "until": until, "times": link.most}
    _answer(act, right, outcome, replace(told, download=download))
    return password


def _ready(session: Session, case: Case) -> Package:
    package = current(session, case)
    if package is None or package.built_at is None:
        raise PersonNeeded("package_not_built", f"{case.ref}: build the package first")
    if package.handed_over_at is not None:
        raise PersonNeeded("package_handed_over", f"{case.ref}: the package is handed over; revoke it first")
    return package


def _must_be_meant(session: Session, package: Package, right: Right, told: Told) -> None:
    """Where a row is done and nothing of it goes out, a person says so: the letter does not name it."""
    missing = not_covered(session, package, right)
    if missing and told.reason is None and not told.as_it_is:
        raise PersonNeeded(
            "rows_not_in_package", f"{right.case.ref}: done, but nothing in the package: {', '.join(missing)}"
        )


def _mark(act: Act, package: Package, how: str) -> None:
    package.handed_over_at, package.handed_over_by, package.handed_over_how = act.at, act.by, how


def _answer(act: Act, right: Right, outcome: Outcome, told: Told) -> None:
    """A right that was answered with a copy before gets its letter once more."""
    if not right.is_decided:
        answers.finish(act, right, outcome, told)
    elif right.outcome not in _GIVES_A_COPY:
        raise PersonNeeded("wrong_state", f"{right.case.ref}: the access right has ended {right.outcome}")
    elif not told.by_other_means:
        right.case.must_be_reachable(act)
        right.case.write(act, "access_ready", **answers.facts_of(act, right, told))


def revoke(act: Act, session: Session, case: Case) -> int:
    """Its links lead nowhere from now on, and the package can be changed and handed over anew.

    Returns how many links still worked. Raises PersonNeeded where nothing is handed over.
    """
    package = current(session, case)
    if package is None or package.handed_over_at is None:
        raise PersonNeeded("package_not_handed_over", f"{case.ref}: no package is handed over")
    count = links.end(act, links.of_package(session, package), links.REVOKED)
    package.handed_over_at = package.handed_over_by = package.handed_over_how = None
    case.tell(act, "package_revoked", links=count)
    link_rows.settle(act, session, case)
    return count


def destroy(act: Act, session: Session, case: Case, package: Package, why: str) -> None:
    """Its key dies and all it holds goes; links are dead at once. `erasing.carry_out` must follow."""
    if package.key_id is None:
        return
    links.end(act, links.of_package(session, package), links.DESTROYED)
    act.rows.extend(erasing.condemned([package.key_id], why))
    for table in (PackagePiece, PackagePart):
        session.execute(delete(table).where(table.package_id == package.id))
    package.key_id = package.built_at = package.built_by = package.size = None
    package.destroyed_at, package.destroyed_by = act.at, act.by
    case.tell(act, "package_destroyed")


def destroy_of(act: Act, session: Session, case: Case, why: str) -> None:
    """All that was ever gathered for this case, whatever became of it."""
    for package in session.scalars(select(Package).where(Package.case_id == case.id)).all():
        destroy(act, session, case, package, why)


def drop_of(session: Session, case: Case) -> None:
    """The last rows about packages of a case that is gone."""
    ids = select(Package.id).where(Package.case_id == case.id)
    session.execute(delete(DownloadLink).where(DownloadLink.package_id.in_(ids)))
    session.execute(delete(Package).where(Package.case_id == case.id))

"""A deletion in the company's own systems: shown first, done system by system, resumed where it stopped.

Before a system is asked to erase, `begun` is committed here; its own transaction comes next, and then what
went. Where we stop between the last two, the next run finds nothing left there and notes what had been shown.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from inbox_agent.cases import holdings, search, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.holdings import ErasureState, SystemErasure
from inbox_agent.cases.right import SECOND_PERSON, Right
from inbox_agent.company import Account, Company, SqlSystem
from inbox_agent.company import erasing as rows_of
from inbox_agent.company.erasing import Counted
from inbox_agent.errors import InboxAgentError, PersonNeeded, TryAgainLater
from inbox_agent.process.persons_data import Matter, accounts_of, chosen_of, must_be_chosen_still, right_of

_SAME_AGAIN = frozenset({"system_out_of_reach", "system_timed_out"})
"""Faults after which the same dry run still counts: the system may even have done it."""
_UNCERTAIN = frozenset({ErasureState.BEGUN, ErasureState.FAILED})


def erasing_systems(company: Company) -> list[SqlSystem]:
    """Those with statements, in the order of the file, the directory last: it says whose the others are."""
    found = [one for one in company.systems if isinstance(one, SqlSystem) and one.erases]
    return sorted(found, key=lambda one: one.directory)


def preview(matter: Matter) -> None:
    """The dry run: what would go and what stays, counted in every system; nothing is changed in any.

    Raises PersonNeeded, also where a system fails: then its row says so, and the others are there.
    """
    with matter.acting() as (session, act):
        right = right_to_delete(session, matter)
        accounts, done = accounts_of(session, act, right), holdings.erasures(session, right)
        of = chosen_of(session, right).sealed_accounts
        waiting = [one for one in done.values() if one.state in _UNCERTAIN]
        if any(_is_young(matter.company, one, act.at) for one in waiting):
            raise PersonNeeded("erasing_begun", f"{matter.ref}: erasing has begun; go on with it (`erase`)")
    counted = [(one, _tried(one, accounts)) for one in erasing_systems(matter.company)]
    with matter.acting() as (session, act):
        right = right_to_delete(session, matter)
        must_be_chosen_still(session, right, of)
        for system, count in counted:
            _note_shown(session, act, right, system, count)
        told = {one.name: count if isinstance(count, str) else sum(count.goes) for one, count in counted}
        right.case.tell(act, "erasure_previewed", right=right.type, systems=told)


def right_to_delete(session: Session, matter: Matter) -> Right:
    """Raises PersonNeeded for a right by which nothing is erased."""
    if matter.kind not in SECOND_PERSON:
        raise PersonNeeded("no_deletion", f"{matter.ref}: by a {matter.kind} right nothing is erased")
    return right_of(search.case(session, matter.ref), matter.kind)


def _tried(system: SqlSystem, accounts: Sequence[Account]) -> Counted | str:
    """The counts, or the kind of fault."""
    try:
        return rows_of.dry_run(system, accounts)
    except PersonNeeded as error:
        return error.reason


def _note_shown(session: Session, act: Act, right: Right, system: SqlSystem, told: Counted | str) -> None:
    known = holdings.erasures(session, right).get(system.name)
    fault, count = (told, Counted((), ())) if isinstance(told, str) else (None, told)
    if known is not None and not fault and not any(count.goes):
        if known.is_done:
            return  # what was erased stays told; there is nothing new
        if known.state in _UNCERTAIN and any(known.counts("goes")):
            _note_went(act, right, known, Counted(known.counts("goes"), count.stays))
            return
    if known is not None:
        session.delete(known)
        session.flush()
    session.add(
        SystemErasure(
            id=act.new_id(),
            right_id=right.id,
            system=system.name,
            item=str(system.item),
            state=ErasureState.SHOWN if fault is None else ErasureState.REFUSED,
            settings_mark=rows_of.fingerprint(system),
            goes=holdings.listed(count.goes),
            stays=holdings.listed(count.stays),
            fault=fault,
            at_least=known is not None and (known.at_least or known.state in _UNCERTAIN),
            shown_by=act.by,
            shown_at=act.at,
        )
    )


def may_erase(session: Session, act: Act, matter: Matter) -> Right:
    """Raises PersonNeeded with the one thing that is missing before anything may be erased."""
    right = right_to_delete(session, matter)
    work.may_erase(act, right)
    chosen = chosen_of(session, right)
    free = chosen.at + timedelta(hours=act.terms.second_person_hours)
    if chosen.after_approval and chosen.by == act.by and act.at < free:
        raise PersonNeeded(
            "accounts_after_approval",
            f"{matter.ref}: the accounts were chosen after the second person agreed: another must erase",
        )
    for system in erasing_systems(matter.company):
        _must_be_shown(matter, system, holdings.erasures(session, right).get(system.name), act.at)
    return right


def _must_be_shown(matter: Matter, system: SqlSystem, known: SystemErasure | None, now: datetime) -> None:
    if known is not None and known.is_done:
        return
    said = f"{matter.ref}: look at a new dry run first (`preview`)"
    if known is None or known.state == ErasureState.REFUSED:
        raise PersonNeeded("no_dry_run", said)
    if known.settings_mark != rows_of.fingerprint(system) or not _is_young(matter.company, known, now):
        raise PersonNeeded("dry_run_old", said)


def _is_young(company: Company, known: SystemErasure, now: datetime) -> bool:
    return now - known.shown_at <= timedelta(hours=company.dry_run_hours)


def erase(matter: Matter) -> bool:
    """Erase in one system after the other; says whether all is done. At the first that fails it stops.

    Raises PersonNeeded where nothing may be erased, TryAgainLater where somebody is just doing it.
    """
    with matter.acting() as (session, act):
        right_id = may_erase(session, act, matter).id
    lock = matter.record.lock(f"erase {right_id}")
    if not lock.acquire():
        raise TryAgainLater(f"{matter.ref}: somebody is erasing just now")
    try:
        done = all(_erased(matter, system) for system in erasing_systems(matter.company))
        _settle(matter)
    finally:
        lock.release(for_good=True)
    return done


def _erased(matter: Matter, system: SqlSystem) -> bool:
    """One system; what a crash left without its note is noted now."""
    with matter.acting() as (session, act):
        right = may_erase(session, act, matter)
        known = holdings.erasures(session, right)[system.name]
        if known.is_done:
            return True
        accounts, again = accounts_of(session, act, right), known.state != ErasureState.SHOWN
        shown = Counted(known.counts("goes"), known.counts("stays"))
        known.state, known.begun_at, known.fault = ErasureState.BEGUN, act.at, None
        told = {"system": system.name, "rows": sum(shown.goes), "settings": known.settings_mark}
        right.case.tell(act, "erasing_begun", right=right.type, **told)
    try:
        if again and rows_of.is_done(system, accounts, shown):
            went, again = shown, False
        else:
            went = rows_of.erase(system, accounts, shown)
    except PersonNeeded as error:
        _note_fault(matter, system, error.reason, again)
        return False
    except InboxAgentError:
        _note_fault(matter, system, "system_refused", again)
        return False
    _note_done(matter, system, went, again)
    return True


def _note_fault(matter: Matter, system: SqlSystem, reason: str, again: bool) -> None:
    with matter.acting() as (session, act):
        right = _right(session, matter)
        known = holdings.erasures(session, right)[system.name]
        known.state = ErasureState.FAILED if reason in _SAME_AGAIN else ErasureState.REFUSED
        known.fault = reason
        known.at_least = known.at_least or (again and known.state == ErasureState.REFUSED)
        right.case.tell(act, "erasing_failed", right=right.type, system=system.name, fault=reason)


def _note_done(matter: Matter, system: SqlSystem, went: Counted, again: bool) -> None:
    """It is done, whatever has happened to the case meanwhile: that must be on record.

    Where rows were there `again`, the first time may have taken as many before: these are at least what went.
    """
    with matter.acting() as (session, act):
        right = _right(session, matter)
        known = holdings.erasures(session, right)[system.name]
        known.at_least = known.at_least or again
        _note_went(act, right, known, went)


def _note_went(act: Act, right: Right, known: SystemErasure, went: Counted) -> None:
    known.state, known.done_at, known.done_by = ErasureState.ERASED, act.at, act.by
    known.went, known.stays, known.fault = holdings.listed(went.goes), holdings.listed(went.stays), None
    told = {"system": known.system, "rows": sum(went.goes), "kept": sum(went.stays)}
    told |= {"at_least": True} if known.at_least else {}
    right.case.tell(act, "data_erased", right=right.type, **told)


def _right(session: Session, matter: Matter) -> Right:
    return next(one for one in search.case(session, matter.ref).rights if one.type is matter.kind)


def _settle(matter: Matter) -> None:
    """Rows of the checklist whose systems are all done, and that nobody has settled by hand."""
    with matter.acting() as (session, act):
        right = right_to_delete(session, matter)
        done = holdings.erasures(session, right)
        for row in right.checklist:
            systems = matter.company.of(row.item)
            if row.found != Found.OPEN or not systems:
                continue
            if all(one.name in done and done[one.name].is_done for one in systems):
                _settle_row(act, right, Item(row.item), [(one, done[one.name]) for one in systems])


def _settle_row(act: Act, right: Right, item: Item, systems: Sequence[tuple[object, SystemErasure]]) -> None:
    languages = right.case.languages()
    kept = [one for system, erasure in systems for one in _kept(system, erasure, languages)]
    settle = partial(work.look_at, act, right, item)
    if kept:
        settle(Found.KEPT, kept_for=kept[0][0], note="; ".join(told for _, told in kept))
    elif any(sum(erasure.counts("went")) for _, erasure in systems):
        settle(Found.DONE)
    else:
        settle(Found.NOTHING_HELD)


def _kept(system: object, erasure: SystemErasure, languages: Sequence[str]) -> Iterator[tuple[Kept, str]]:
    """What stays in this system, for which of the three reasons, in the customer's words."""
    assert isinstance(system, SqlSystem), "only those are erased from"
    for step, rows in zip(system.keep, erasure.counts("stays"), strict=True):
        if rows:
            said = " / ".join(step.ar if one == "ar" else step.en for one in languages)
            yield step.reason, f"{said} ({rows})"

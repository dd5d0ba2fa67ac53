"""A verified person's data in the company's own systems: whose, what; for access it goes into the package.

Nothing here trusts the page that calls it: each verb asks the right itself whether its person is known.
Systems are asked outside of any transaction of the record; what came of it is noted afterwards.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from inbox_agent.cases import holdings, package, search, work
from inbox_agent.cases.accounts import told as told_match
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import CHECKED, Found, Item
from inbox_agent.cases.holdings import ChosenAccounts, ErasureState, Holding
from inbox_agent.cases.record import Record
from inbox_agent.cases.right import Right
from inbox_agent.company import Account, ByHand, Company, Looked, Match, System, look, looked, match, own
from inbox_agent.company.identifiers import address_of
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.understanding import RequestType

MOST_IDENTIFIERS = 20
Acting = Callable[[], AbstractContextManager[tuple[Session, Act]]]


@dataclass(frozen=True, slots=True)
class Matter:
    """One right of one case, and how a person acts on it: each `acting` is a transaction of the record."""

    record: Record
    company: Company
    acting: Acting
    ref: str
    kind: RequestType


@dataclass(frozen=True, slots=True)
class Candidates:
    """The accounts that identifiers led to: `theirs`, the address that the case proved, and those `typed`.

    Of a child's data it proves nothing: the address is the adult's (`of_child`).
    """

    matches: Sequence[Match]
    theirs: str
    typed: Sequence[str]
    of_child: bool = False

    @property
    def clear(self) -> Match | None:
        """The one account that needs no choice: it alone was found, and has the proved address."""
        only = self.matches[0] if len(self.matches) == 1 else None
        return None if only is None or self.needs_reason(only.account.id) else only

    def needs_reason(self, account_id: str) -> bool:
        """Whether a person must say why this is their account: not by the address that the case proved."""
        one = next(one for one in self.matches if one.account.id == account_id)
        return self.of_child or one.shared or address_of(self.theirs) not in one.account.addresses


def company_of(company: Company | None) -> Company:
    """Raises WrongSetting where no connectors are set."""
    if company is None:
        raise WrongSetting("INBOX_AGENT_CONNECTORS is not set: it names the file of the company's systems")
    return company


def right_of(case: Case, kind: RequestType) -> Right:
    """The right, if its person's data may be looked at; raises PersonNeeded."""
    right = next((one for one in case.rights if one.type is kind and kind in CHECKED), None)
    if right is None:
        raise PersonNeeded("which_right", f"{case.ref} has no {kind} right whose data could be looked up")
    right.must_be_undecided()
    right.must_be_trusted(right.needed)
    if case.frozen:
        raise PersonNeeded("frozen", f"{case.ref} is frozen: somebody protested; look into it (`lift`)")
    return right


def candidates(matter: Matter, typed: Iterable[str] = ()) -> Candidates:
    """The accounts of the address on the case and of what was typed; an event says how many."""
    with matter.acting() as (session, act):
        case = search.case(session, matter.ref)
        right_of(case, matter.kind)
        theirs = case.request(act.keyring)["requester"] or ""
    more = [one.strip() for one in typed if one.strip()][:MOST_IDENTIFIERS]
    found = match(matter.company, [theirs, *more])
    with matter.acting() as (session, act):
        case = search.case(session, matter.ref)
        case.account_match = told_match(len(found))
        case.tell(act, "accounts_looked_up", right=matter.kind, found=len(found), typed=more)
    return Candidates(found, theirs, more, matter.kind is RequestType.CHILD_DATA)


def choose(matter: Matter, given: Candidates, account_ids: Sequence[str], why: str) -> None:
    """A person says which of these accounts are the person's.

    Raises PersonNeeded for one that the identifiers do not lead to, where a reason is missing, and where
    something was already erased of what was chosen before.
    """
    found = {one.account.id: one.account for one in given.matches}
    if not account_ids or any(one not in found for one in account_ids):
        raise PersonNeeded("which_accounts", f"{matter.ref}: choose of the accounts that were found")
    if any(given.needs_reason(one) for one in account_ids) and not why.strip():
        raise PersonNeeded("why_account", f"{matter.ref}: say why these are the person's accounts")
    accounts, shared = own(matter.company, [found[one] for one in dict.fromkeys(account_ids)])
    with matter.acting() as (session, act):
        right = right_of(search.case(session, matter.ref), matter.kind)
        _must_not_be_begun(session, right)
        _take_out_of_package(session, act, matter, right)
        told = [asdict(one) for one in accounts]
        holdings.choose(session, act, right, told, why=why.strip(), shared=shared, typed=list(given.typed))


def _must_not_be_begun(session: Session, right: Right) -> None:
    if holdings.chosen(session, right) is None:
        return
    states = {one.state for one in holdings.erasures(session, right).values()}
    if states & {ErasureState.BEGUN, ErasureState.FAILED, ErasureState.ERASED}:
        raise PersonNeeded("erasing_begun", f"{right.case.ref}: erasing has begun; the accounts stay")


def _take_out_of_package(session: Session, act: Act, matter: Matter, right: Right) -> None:
    """What was found of other accounts does not stay, even where a system fails to answer for these."""
    there = package.current(session, right.case) if right.type is RequestType.ACCESS else None
    systems = {one.name for one in matter.company.systems}
    for part in package.parts_of(session, there) if there is not None else ():
        if part.source in systems:
            package.take_out(act, session, right.case, part.id.hex)


def look_up(matter: Matter) -> list[Looked]:
    """Ask all systems for what they hold; for access it goes into the package. Raises PersonNeeded."""
    with matter.acting() as (session, act):
        right = right_of(search.case(session, matter.ref), matter.kind)
        accounts, of = accounts_of(session, act, right), chosen_of(session, right).sealed_accounts
        unmasked = {name: one.unmasked.split(",") for name, one in holdings.holdings(session, right).items()}
        now = act.at
    found = look(matter.company, accounts, now, unmasked)
    with matter.acting() as (session, act):
        right = right_of(search.case(session, matter.ref), matter.kind)
        must_be_chosen_still(session, right, of)
        for one in found:
            _note(session, act, right, one)
        told = {one.system.name: one.fault or _rows(one) for one in found}
        right.case.tell(act, "data_looked_up", right=right.type, systems=told)
        if right.type is RequestType.ACCESS:
            _settle(act, right, found)
    return found


def _note(session: Session, act: Act, right: Right, one: Looked) -> None:
    """A count for us; the rows only into the package of an access right."""
    holding = holdings.holdings(session, right).get(one.system.name)
    if holding is None:
        holding = Holding(id=act.new_id(), right_id=right.id, system=one.system.name, unmasked="")
        session.add(holding)
    holding.item, holding.by, holding.at = str(one.system.item), act.by, act.at
    holding.rows, holding.fault = _rows(one), one.fault or None
    holding.stale = one.note == "stale"
    session.flush()
    if right.type is RequestType.ACCESS and one.findings is not None:
        package.fill(act, session, right.case, one.findings)


def _rows(one: Looked) -> int | None:
    return None if one.findings is None else len(one.findings.rows)


def _settle(act: Act, right: Right, found: Sequence[Looked]) -> None:
    """Rows of the checklist that are wholly answered and that nobody has settled yet."""
    for row in right.checklist:
        answers = [_rows(one) for one in found if one.system.item == row.item]
        if row.found == Found.OPEN and answers and None not in answers:
            came = Found.DONE if any(answers) else Found.NOTHING_HELD
            work.look_at(act, right, Item(row.item), came)


def rows_in(matter: Matter, system_name: str) -> Looked:
    """The rows themselves, for a person to look at: asked anew, kept nowhere, and an event of its own."""
    system = system_of(matter.company, system_name)
    with matter.acting() as (session, act):
        right = right_of(search.case(session, matter.ref), matter.kind)
        accounts = accounts_of(session, act, right)
        holding = holdings.holdings(session, right).get(system_name)
        unmasked = holding.unmasked.split(",") if holding is not None else []
        right.case.tell(act, "data_rows_viewed", right=right.type, system=system_name)
        now = act.at
    return looked(system, accounts, now, unmasked)


def raise_mask(matter: Matter, system_name: str, columns: Sequence[str], why: str) -> None:
    """A person decides that these columns are given in full, and says why. Raises PersonNeeded."""
    system = system_of(matter.company, system_name)
    masked = {name for name, column in system.columns.items() if column.is_masked}
    if not columns or not set(columns) <= masked:
        raise PersonNeeded("no_such_id", f"{system_name} masks no such column")
    if not why.strip():
        raise PersonNeeded("no_reason", f"{matter.ref}: say why others' numbers may be given in full")
    with matter.acting() as (session, act):
        right = right_of(search.case(session, matter.ref), matter.kind)
        holding = holdings.holdings(session, right).get(system_name)
        if holding is None:
            raise PersonNeeded("look_up_first", f"{matter.ref}: {system_name} was not looked up yet (`find`)")
        holding.unmasked = ",".join(sorted({*filter(None, holding.unmasked.split(",")), *columns}))
        told = {"system": system_name, "columns": list(columns), "why": why.strip()}
        right.case.tell(act, "mask_raised", right=right.type, **told)


def system_of(company: Company, name: str) -> System:
    system = next((one for one in company.systems if one.name == name), None)
    if system is None or isinstance(system, ByHand):
        raise PersonNeeded("no_such_id", f"there is no system {name} that could be asked")
    return system


def accounts_of(session: Session, act: Act, right: Right) -> list[Account]:
    """Those that were chosen; raises PersonNeeded where none were."""
    return [Account(**one) for one in chosen_of(session, right).accounts(act.keyring)]


def must_be_chosen_still(session: Session, right: Right, sealed: bytes) -> None:
    """Raises PersonNeeded where a colleague chose anew while systems were asked: this is somebody else's."""
    if chosen_of(session, right).sealed_accounts != sealed:
        raise PersonNeeded(
            "attention_changed", f"{right.case.ref}: the accounts were chosen anew meanwhile; ask again"
        )


def chosen_of(session: Session, right: Right) -> ChosenAccounts:
    chosen = holdings.chosen(session, right)
    if chosen is None:
        raise PersonNeeded(
            "no_accounts", f"{right.case.ref}: first say which accounts are the person's (`find`)"
        )
    return chosen

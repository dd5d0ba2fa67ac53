"""A person's data in the company's systems: whose it is, what there is, what would go and what stays.

Who may do what is asked by the verbs themselves; the page says beforehand what is missing.
"""

from starlette.responses import Response

from inbox_agent.cases import holdings, search
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import CHECKED
from inbox_agent.cases.right import Right
from inbox_agent.desk.data_facts import about, account, cell, in_words, matter_of, said, state
from inbox_agent.desk.labels import N_
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import PersonNeeded
from inbox_agent.process import erasing_data, persons_data
from inbox_agent.process.persons_data import Candidates
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import RequestType

MOST_SHOWN = 200
"""Rows on one page; all of them stand in the package."""


def show(visit: Visit) -> Response:
    """What was found and erased so far; no system is asked."""
    return _page(visit)


def find(visit: Visit) -> Response:
    """The accounts of the case's address, and of what was typed, for a person to choose from."""
    return _candidates(visit, persons_data.candidates(matter_of(visit), _typed(visit)))


def choose(visit: Visit) -> Response:
    """These are theirs; then all systems are asked."""
    matter = matter_of(visit)
    given = persons_data.candidates(matter, _typed(visit))
    try:
        persons_data.choose(matter, given, visit.chosen("account"), visit.given("why"))
    except PersonNeeded as error:
        return _candidates(visit, given, said(visit, error))
    persons_data.look_up(matter)
    return visit.to(_path(visit), N_("Done. The systems were asked."))


def look(visit: Visit) -> Response:
    persons_data.look_up(matter_of(visit))
    return visit.to(_path(visit), N_("Done. The systems were asked."))


def rows(visit: Visit) -> Response:
    """The rows of one system; that somebody looked is an event."""
    return _rows(visit, visit.given("system"))


def raise_mask(visit: Visit) -> Response:
    """Others' numbers in full, because a person says so; then the system is asked anew."""
    matter, system = matter_of(visit), visit.given("system")
    try:
        persons_data.raise_mask(matter, system, visit.chosen("column"), visit.given("why"))
    except PersonNeeded as error:
        return _rows(visit, system, said(visit, error))
    persons_data.look_up(matter)
    return visit.to(_path(visit), N_("Done. The columns are given in full now."))


def preview(visit: Visit) -> Response:
    erasing_data.preview(matter_of(visit))
    return visit.to(_path(visit), N_("This is what would go and what stays. Nothing was changed."))


def erase(visit: Visit) -> Response:
    done = erasing_data.erase(matter_of(visit))
    told = N_("Erased in all systems.") if done else N_("A system failed. See below; go on from there.")
    return visit.to(_path(visit), told)


def _page(visit: Visit) -> Response:
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        checked = [one for one in case.rights if one.type in CHECKED]
        right = next((one for one in checked if one.type == visit.query("right")), None)
        right = right or next(iter(checked), None)
        facts = about(visit, case, checked, right)
        if right is None or visit.desk.company is None:
            return visit.page("data.html", **facts)
        return visit.page("data.html", **facts, **state(visit, session, right))


def _candidates(visit: Visit, given: Candidates, refusal: str = "") -> Response:
    with visit.record.reading() as session:
        case = search.case(session, visit.path("ref"))
        facts = about(visit, case, [], None) | {"kind": visit.given("right")}
        found = [
            account(one.account.id, one.account.names, one.account.addresses, one.account.numbers)
            | {"by": one.by, "is_shared": one.shared, "asks_why": given.needs_reason(one.account.id)}
            for one in given.matches
        ]
        return visit.page(
            "data_accounts.html",
            status=409 if refusal else 200,
            found=found,
            typed=given.typed,
            of_child=given.of_child,
            theirs=LeftToRight(given.theirs),
            refusal=refusal,
            why=visit.given("why"),
            **facts,
        )


def _rows(visit: Visit, system_name: str, refusal: str = "") -> Response:
    matter = matter_of(visit)
    system = persons_data.system_of(matter.company, system_name)
    looked = persons_data.rows_in(matter, system_name)
    with visit.record.reading() as session:
        case = search.case(session, matter.ref)
        held = holdings.holdings(session, _right_of(case, matter.kind)).get(system_name)
        raised = held.unmasked.split(",") if held is not None else []
        facts = about(visit, case, [], None) | {"kind": matter.kind}
        found = looked.findings.rows if looked.findings is not None else []
        return visit.page(
            "data_rows.html",
            status=409 if refusal else 200,
            refusal=refusal,
            system=system,
            label=in_words(visit, system),
            fault=visit.words.say(REFUSALS.get(looked.fault, looked.fault)) if looked.fault else "",
            columns=[in_words(visit, one) for one in system.columns.values()],
            rows=[[cell(value) for value in row] for row in found[:MOST_SHOWN]],
            total=len(found),
            masked=[
                (name, in_words(visit, column))
                for name, column in system.columns.items()
                if column.is_masked and name not in raised
            ],
            **facts,
        )


def _right_of(case: Case, kind: RequestType) -> Right:
    return next(one for one in case.rights if one.type is kind)


def _typed(visit: Visit) -> list[str]:
    """Each line is an identifier; the form that chooses brings them again."""
    return [one for value in visit.chosen("identifiers") for one in value[:2000].splitlines()]


def _path(visit: Visit) -> str:
    kind = next(one for one in CHECKED if one == visit.given("right"))
    return f"/cases/{visit.path('ref')}/data?right={kind}"

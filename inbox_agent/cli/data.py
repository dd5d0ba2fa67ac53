"""`inbox-agent data REF VERB`: a verified person's data in the company's own systems."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

import typer

from inbox_agent.agent import now_utc
from inbox_agent.cases import holdings, search
from inbox_agent.cases.record import Record
from inbox_agent.cases.right import Right
from inbox_agent.cli.case.doing import By, Type, right_of
from inbox_agent.cli.output import AsJson, answer_json, moment, say, table
from inbox_agent.cli.wiring import opened_record, stationery
from inbox_agent.company import Company, load
from inbox_agent.errors import PersonNeeded
from inbox_agent.letters import acting
from inbox_agent.process import erasing_data, persons_data
from inbox_agent.process.persons_data import Candidates, Matter, company_of

app = typer.Typer(
    help="Find, show and erase a verified person's data in the company's systems (docs/connectors.md).",
    no_args_is_help=True,
)
Json = Annotated[bool, AsJson]


@app.callback()
def data(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="The case's reference, like MC-7K2Q-9D4X.")],
) -> None:
    """A person's data in the company's systems."""
    context.obj = ref


@app.command()
def find(
    context: typer.Context,
    by: By,
    identifier: Annotated[
        list[str] | None, typer.Option(help="A further address, number or account; repeatable.")
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="Which of the accounts found are theirs; repeatable.")
    ] = None,
    why: Annotated[str, typer.Option(help="Why, where it is not the account of their own address.")] = "",
    right: Type = None,
    as_json: Json = False,
) -> None:
    """Find the person's accounts, then what every system holds; for access it goes into the package.

    One account of the customer's own address is taken by itself; of any other, --account says which.
    """
    with opened_record() as record:
        matter = _matter(record, context.obj, by, right)
        if account or identifier or not _is_chosen(matter):
            given = persons_data.candidates(matter, identifier or ())
            persons_data.choose(matter, given, account or _clear(given), why)
        persons_data.look_up(matter)
        _tell(matter, as_json)


@app.command()
def preview(context: typer.Context, by: By, right: Type = None, as_json: Json = False) -> None:
    """The dry run of a deletion: how many rows would go, what stays and why. Changes nothing."""
    with opened_record() as record:
        matter = _matter(record, context.obj, by, right)
        erasing_data.preview(matter)
        _tell(matter, as_json)


@app.command()
def erase(
    context: typer.Context,
    by: By,
    right: Type = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    as_json: Json = False,
) -> None:
    """Erase what the dry run showed, system by system; after a failure it goes on where it stopped."""
    with opened_record() as record:
        matter = _matter(record, context.obj, by, right)
        if not yes:
            _tell(matter, as_json=False)
            typer.confirm(f"{matter.ref}: erase these rows for good?", abort=True)
        done = erasing_data.erase(matter)
        _tell(matter, as_json)
    raise typer.Exit(0 if done else 1)


@app.command()
def status(context: typer.Context, by: By, right: Type = None, as_json: Json = False) -> None:
    """What was found and erased so far; asks no system."""
    with opened_record() as record:
        _tell(_matter(record, context.obj, by, right), as_json)


def _matter(record: Record, ref: str, by: str, kind: Type) -> Matter:
    company = company_of(load(record.settings.connectors))
    with record.reading() as session:
        case = search.case(session, ref)
        one = right_of(case, kind)
    to_act = partial(acting, record, stationery(record.settings), by=by, now=now_utc())
    return Matter(record, company, to_act, case.ref, one.type)


def _is_chosen(matter: Matter) -> bool:
    with matter.record.reading() as session:
        return holdings.chosen(session, _right(matter, search.case(session, matter.ref).rights)) is not None


def _clear(given: Candidates) -> list[str]:
    """The one account that needs no choice; raises PersonNeeded with those there are."""
    if given.clear is not None:
        return [given.clear.account.id]
    if not given.matches:
        raise PersonNeeded("no_match", "no account has this address; try --identifier")
    found = ", ".join(_candidate(given, one.account.id) for one in given.matches)
    raise PersonNeeded("which_accounts", f"say with --account (and --why) which are theirs: {found}")


def _candidate(given: Candidates, account_id: str) -> str:
    one = next(one for one in given.matches if one.account.id == account_id)
    by = "a number that several share" if one.shared else f"by {', '.join(sorted(one.by))}"
    return f"{account_id} ({by})"


def _right(matter: Matter, rights: list[Right]) -> Right:
    return next(one for one in rights if one.type is matter.kind)


def _tell(matter: Matter, as_json: bool) -> None:
    with matter.record.reading() as session:
        right = _right(matter, search.case(session, matter.ref).rights)
        found, gone = holdings.holdings(session, right), holdings.erasures(session, right)
        rows = [_row(matter.company, one.name, found, gone) for one in matter.company.systems]
    if as_json:
        answer_json({"ref": matter.ref, "right": right.type, "systems": rows})
        return
    say(f"{matter.ref}: {right.type}")
    shown = [[_cell(value) for value in row.values()] for row in rows]
    table(list(rows[0]), shown, empty="The connectors file names no system.")


def _row(company: Company, name: str, found: dict[str, Any], gone: dict[str, Any]) -> dict[str, Any]:
    held, erasure = found.get(name), gone.get(name)
    system = next(one for one in company.systems if one.name == name)
    return {
        "system": name,
        "item": str(system.item),
        "kind": system.kind,
        "rows": held.rows if held else None,
        "stale": bool(held and held.stale),
        "looked_up_at": held.at if held else None,
        "state": erasure.state if erasure else None,
        "goes": sum(erasure.counts("goes")) if erasure else None,
        "stays": sum(erasure.counts("stays")) if erasure else None,
        "went": sum(erasure.counts("went")) if erasure and erasure.went else None,
        "at_least": bool(erasure and erasure.went and erasure.at_least),
        "fault": (held.fault if held else None) or (erasure.fault if erasure else None),
    }


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    return "" if value is None or value is False else "yes" if value is True else str(value)

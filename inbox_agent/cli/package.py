"""`inbox-agent package REF VERB`: the access package of a case, from the shell."""

import csv
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from inbox_agent.agent import now_utc
from inbox_agent.cases import erasing, search
from inbox_agent.cases import package as packages
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Item
from inbox_agent.cases.findings import Column, Findings
from inbox_agent.cases.package import handing, links
from inbox_agent.cases.package.tables import DownloadLink, Package
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.cli.case.doing import By, SomeWords, Yes, do
from inbox_agent.cli.output import AsJson, answer_json, moment, say, table
from inbox_agent.cli.wiring import opened_record
from inbox_agent.desk.harmless import harmless_file_name
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.evidence import package as archives

app = typer.Typer(help="The access package of a case: `inbox-agent package REF VERB`.", no_args_is_help=True)

ForItem = Annotated[Item, typer.Option("--item", help="The row of the checklist that it belongs to.")]
File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The file.")]


@app.callback()
def package(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="The case's reference, like MC-7K2Q-9D4X.")],
) -> None:
    """The access package of one case."""
    context.obj = ref


@app.command()
def show(context: typer.Context, as_json: Annotated[bool, AsJson] = False) -> None:
    """What is in the package, and the links that lead to it."""
    with opened_record() as record, record.reading() as session:
        found = packages.current(session, search.case(session, context.obj))
        parts = packages.parts_of(session, found) if found else []
        rows = [
            {
                "id": part.id.hex,
                "item": part.item,
                "source": part.source,
                "kind": part.kind,
                "name": part.name(record.keyring) or None,
                "rows": part.count,
                "size": part.size,
                "by": part.by,
                "at": part.at,
            }
            for part in parts
        ]
        led = [_link(one) for one in links.of_package(session, found)] if found else []
        state = _state(found)
    if as_json:
        answer_json({"ref": context.obj, **state, "parts": rows, "links": led})
        return
    shown = ("id", "item", "kind", "name", "rows", "size", "by")
    lines = [["" if one[name] is None else str(one[name]) for name in shown] for one in rows]
    table(list(shown), lines, empty="Nothing is in the package.")
    say("; ".join(f"{name}: {moment(at)}" for name, at in state.items() if at) or "It is not built.")
    for link in led:
        say(f"Link until {moment(link['expires_at'])}: {link['downloads']} of {link['most']} downloads")


def _state(found: Package | None) -> dict[str, Any]:
    names = ("built_at", "handed_over_at")
    return {name: getattr(found, name) if found else None for name in names}


def _link(link: DownloadLink) -> dict[str, Any]:
    names = ("made_at", "expires_at", "downloads", "most", "wrong", "dead_at", "dead_why")
    return {name: getattr(link, name) for name in names}


@app.command("add-file")
def add_file(context: typer.Context, file: File, item: ForItem, by: By, yes: Yes = False) -> None:
    """Put a file into the package, as it is."""
    octets, name = file.read_bytes(), harmless_file_name(file.name, "file")

    def verb(session: Session, act: Act, of: Case) -> str:
        packages.attach(act, session, of, item, name=name, octets=octets)
        return f"{name} is in the package"

    do(context, by, yes, verb)


@app.command("add-rows")
def add_rows(context: typer.Context, file: File, item: ForItem, by: By, yes: Yes = False) -> None:
    """Put the rows of a CSV file (UTF-8, names of the columns first) into the package."""
    findings = Findings(item, packages.BY_HAND, *_read(file))

    def verb(session: Session, act: Act, of: Case) -> str:
        packages.fill(act, session, of, findings)
        return f"{len(findings.rows)} rows are in the package"

    do(context, by, yes, verb)


def _read(file: Path) -> tuple[list[Column], list[list[str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            head, *rows = [row for row in csv.reader(lines) if row]
    except (UnicodeDecodeError, csv.Error, ValueError):
        raise WrongSetting(f"{file.name} is no CSV file in UTF-8 with names in its first line") from None
    return [Column(name, name, name) for name in head], rows


@app.command()
def remove(
    context: typer.Context,
    part: Annotated[str, typer.Argument(metavar="PART", help="The part's id, as `show` gives it.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Take a part out of the package."""

    def verb(session: Session, act: Act, of: Case) -> str:
        packages.take_out(act, session, of, part)
        return "the part is removed"

    do(context, by, yes, verb)


@app.command()
def build(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Make the archive of all that is in it."""

    def verb(session: Session, act: Act, of: Case) -> str:
        made = archives.build(act, session, of)
        return f"the package is built ({made.size} bytes)"

    do(context, by, yes, verb)


@app.command("hand-over")
def hand_over(
    context: typer.Context,
    by: By,
    partial: Annotated[
        Reason | None, typer.Option("--partial", help="Something is not in it: the reason.")
    ] = None,
    words: SomeWords = None,
    otherwise: Annotated[
        bool, typer.Option("--otherwise", help="By no letter and no link; --words tells the history how.")
    ] = False,
    as_it_is: Annotated[
        bool, typer.Option("--as-it-is", help="Of some rows that are done nothing is in it: that is right.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Answer the request: the letter brings a link, and the password is printed here, once."""
    told: list[str] = []

    def verb(session: Session, act: Act, of: Case) -> str:
        outcome = Outcome.PARTIAL if partial else Outcome.FULFILLED
        answer = Told(reason=partial, words=words or [], by_other_means=otherwise, as_it_is=as_it_is)
        told.append(handing.hand_over(act, session, of, outcome, answer))
        return "the package is handed over"

    do(context, by, yes, verb)
    if told[-1]:
        say("The password, shown only now. Tell it by phone or SMS, never by e-mail:")
        say(told[-1])


@app.command("password-told")
def password_told(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Note that the customer was told the password by phone or SMS."""

    def verb(session: Session, act: Act, of: Case) -> str:
        links.note_told(act, session, of)
        return "noted: the password was told"

    do(context, by, yes, verb)


@app.command()
def revoke(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Its links work no more; the package can be changed and handed over anew."""

    def verb(session: Session, act: Act, of: Case) -> str:
        return f"revoked, {handing.revoke(act, session, of)} links work no more"

    do(context, by, yes, verb)


@app.command()
def destroy(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Destroy the package with its key: nobody can read it any more."""

    def verb(session: Session, act: Act, of: Case) -> str:
        found = packages.current(session, of)
        if found is None:
            raise PersonNeeded("no_package", f"{of.ref} has no package")
        handing.destroy(act, session, of, found, handing.BY_STAFF)
        return "the package is destroyed"

    do(context, by, yes, verb)
    with opened_record() as record:
        erasing.carry_out(record, now_utc())

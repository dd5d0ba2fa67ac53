"""`inbox-agent requests`: the record of requests, and what a year brought in figures."""

import sys
from typing import Annotated

import typer

from inbox_agent import evidence
from inbox_agent.agent import now_utc
from inbox_agent.cases.record import Record
from inbox_agent.cli.days import day_of
from inbox_agent.cli.output import answer_json, table
from inbox_agent.cli.wiring import opened_record
from inbox_agent.errors import WrongSetting
from inbox_agent.evidence import OfYear
from inbox_agent.evidence.requests import Entry

Since = Annotated[str, typer.Option(metavar="DATE", help="Asked for on this day or later.")]
Until = Annotated[str, typer.Option(metavar="DATE", help="Asked for on this day or before.")]
Yearly = Annotated[int, typer.Option(metavar="YEAR", help="Print that year's figures instead.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print all columns as CSV.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print all columns as JSON.")]


def requests(
    since: Since = "", until: Until = "", yearly: Yearly = 0, as_csv: AsCsv = False, as_json: AsJson = False
) -> None:
    """Print the record of requests that authorities ask for: references and dates, nobody's name or words."""
    if as_csv and as_json:
        raise WrongSetting("--csv and --json are two answers; choose one")
    if yearly and (since or until):
        raise WrongSetting("--yearly is a whole year; leave --since and --until out")
    if yearly and not 1 < yearly < 9999:
        raise WrongSetting("--yearly must be a year like 2026")
    with opened_record() as record:
        if yearly:
            _print_year(record, yearly, as_csv, as_json)
        else:
            _print_requests(record, since, until, as_csv, as_json)


def _print_requests(record: Record, since: str, until: str, as_csv: bool, as_json: bool) -> None:
    days = {"since": day_of(since, "--since"), "until": day_of(until, "--until")}
    with record.reading() as session:
        found = evidence.entries(session, record.keyring, record.law, now=now_utc(), **days)
        if as_csv:
            sys.stdout.write(evidence.requests_csv(found, record.law))
        elif as_json:
            answer_json([evidence.request_json(one) for one in found])
        else:
            table(_HEADS, [_row(one, record) for one in found], empty="No requests in these days.")


_HEADS = ["reference", "asked", "what", "law", "acknowledged", "law's date", "answered", "outcome", "late"]


def _row(one: Entry, record: Record) -> list[str]:
    asked, acknowledged, due, answered = (
        record.law.day(at).isoformat() if at else ""
        for at in (one.received_at, one.acknowledged_at, one.legal_due, one.answered_at)
    )
    late = "late" if one.late else ""
    return [
        *(one.reference, asked, one.nature, one.law, acknowledged, due, answered),
        *(one.outcome or one.state, late),
    ]


def _print_year(record: Record, year: int, as_csv: bool, as_json: bool) -> None:
    with record.reading() as session:
        found = evidence.yearly(session, record.law, year)
    if as_csv:
        sys.stdout.write(evidence.yearly_csv(year, found))
    elif as_json:
        answer_json([evidence.year_json(year, one) for one in found])
    else:
        table(_YEAR_HEADS, [_year_row(year, one) for one in found], empty=f"No requests in {year}.")


_YEAR_HEADS = ["law", "what", "received", "in full", "in part", "denied", "median days", "mean days", "late"]


def _year_row(year: int, one: OfYear) -> list[str]:
    told = evidence.year_json(year, one)
    names = ("law", "type", "received", "fulfilled", "partial", "denied")
    measured = ("median_days_to_respond", "mean_days_to_respond", "late")
    return ["" if told[name] is None else str(told[name]) for name in (*names, *measured)]

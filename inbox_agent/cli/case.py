"""`inbox-agent case REF VERB`: what staff do with a case, until the desk does it.

Each verb says what it did and which letter it will send before anything is kept; `--yes` answers for scripts.
"""

from collections.abc import Callable
from contextlib import suppress as without
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from inbox_agent import settings
from inbox_agent.agent import now_utc
from inbox_agent.cases import answers, conversation, identity, joining, opening, search, steps, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.explaining import explain
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.joining import Role
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.cli.output import ById, moment, say, table
from inbox_agent.cli.wiring import opened_record, stationery
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.letters import acting
from inbox_agent.settings import checked_address
from inbox_agent.understanding import RequestType

app = typer.Typer(
    help="Work on one case: `inbox-agent case REF VERB`; each verb says what it will send.",
    no_args_is_help=True,
)
Type = Annotated[
    RequestType | None, typer.Option("--right", help="Which right; may be left out where there is only one.")
]
By = Annotated[str, ById]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]
Words = Annotated[
    list[str],
    typer.Option("--words", help="A paragraph for the customer, in their language; repeatable."),
]
NoLetter = Annotated[bool, typer.Option("--no-letter", help="The customer was answered by other means.")]
SomeWords = Annotated[
    list[str] | None,
    typer.Option("--words", help="A paragraph for the customer, in their language; repeatable."),
]
Doing = Callable[[Session, Act, Case], str]


@app.callback()
def case(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="The case's reference, like MC-7K2Q-9D4X.")],
) -> None:
    """Work on one case."""
    context.obj = ref


@app.command()
def dates(context: typer.Context) -> None:
    """Say which rule gave each date, in English and Arabic."""
    with opened_record() as record, record.reading() as session:
        found = search.case(session, context.obj)
        rows = [
            [right.type, one.name, moment(one.at)[:10], one.text[language], one.source]
            for right in found.rights
            for one in explain(record.law, right)
            for language in ("en", "ar")
        ]
    table(["right", "date", "until", "why", "source"], rows, empty="The case has no rights.")


@app.command()
def verify(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Ask the customer to prove that the address is theirs: a new code goes out."""

    def verb(_: Session, act: Act, of: Case) -> str:
        steps.verify(act, of, [_right(of, right)] if right else ())
        return "waits for the customer's code"

    _do(context, by, yes, verb)


@app.command()
def check(
    context: typer.Context,
    kind: Annotated[CheckKind, typer.Argument(help="What was checked.")],
    how: Annotated[str, typer.Option("--how", help="How: which number was called, who answered what.")],
    by: By,
    right: Type = None,
    failed: Annotated[bool, typer.Option("--failed", help="It was not passed.")] = False,
    yes: Yes = False,
) -> None:
    """Record a check that was made outside the mail; one that was passed raises trust."""

    def verb(_: Session, act: Act, of: Case) -> str:
        one = _right(of, right)
        identity.record_check(act, one, kind, how, passed=not failed)
        return f"{one.type} now has trust {one.trust}"

    _do(context, by, yes, verb)


@app.command()
def lookup(
    context: typer.Context,
    by: By,
    value: Annotated[str, typer.Option(help="An address or number; else the customer's address.")] = "",
    yes: Yes = False,
) -> None:
    """Look the address up in the company's list of accounts: match, no match or several."""

    def verb(_: Session, act: Act, of: Case) -> str:
        found = steps.look_up(act, of, settings.load().accounts, value)
        return f"the list of accounts says: {found.replace('_', ' ')}"

    _do(context, by, yes, verb)


@app.command()
def start(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Begin to work on a right: its checklist is laid out, its clock for being done runs."""
    _on_right(context, by, yes, right, work.start, "is in progress")


@app.command()
def row(
    context: typer.Context,
    item: Annotated[Item, typer.Argument(help="The row of the checklist.")],
    found: Annotated[Found, typer.Argument(help="What came of it.")],
    by: By,
    right: Type = None,
    kept_for: Annotated[Kept | None, typer.Option("--for", help="Why it is kept.")] = None,
    note: Annotated[str, typer.Option(help="What exactly; it may stand in the letter.")] = "",
    yes: Yes = False,
) -> None:
    """Settle one row of a right's checklist."""

    def verb(_: Session, act: Act, of: Case) -> str:
        one = _right(of, right)
        work.look_at(act, one, item, found, kept_for=kept_for, note=note)
        settled = sum(each.found != Found.OPEN for each in one.checklist)
        return f"{settled} of {len(one.checklist)} rows are settled"

    _do(context, by, yes, verb)


@app.command()
def rows(context: typer.Context, right: Type = None) -> None:
    """Show the checklist of a right."""
    with opened_record() as record, record.reading() as session:
        one = _right(search.case(session, context.obj), right)
        lines = [[r.item, r.found, r.kept_for or "", r.by or "", moment(r.at)] for r in one.checklist]
    table(
        ["row", "found", "kept for", "by", "when (UTC)"],
        lines,
        empty="No checklist yet: `start` lays it out.",
    )


@app.command()
def ask(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(help="clarify_scope, need_identifier, correction_details or optout_which_address."),
    ],
    by: By,
    right: Type = None,
    words: SomeWords = None,
    yes: Yes = False,
) -> None:
    """Ask the customer something; the right waits for the answer."""
    if kind not in {"clarify_scope", "need_identifier", "correction_details", "optout_which_address"}:
        raise WrongSetting(f"{kind} is no question; see `inbox-agent case REF ask --help`")
    if kind == "clarify_scope" and not words:
        raise WrongSetting("clarify_scope needs --words: what you want to know")

    def verb(act: Act, one: Right) -> None:
        work.ask(act, one, kind, words=words or [], done_on=act.law.day(act.at).isoformat())

    _on_right(context, by, yes, right, verb, "waits for the customer")


@app.command()
def guardian(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Tell the adult how to show that they are the child's parent or guardian."""
    _on_right(context, by, yes, right or RequestType.CHILD_DATA, work.ask_guardian, "waits for the guardian")


@app.command("child-types")
def child_types(
    context: typer.Context,
    items: Annotated[list[Item], typer.Argument(help="The kinds of data there are about the child.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Tell a proven parent or guardian which kinds of data there are about the child."""

    def verb(_: Session, act: Act, of: Case) -> str:
        steps.tell_child_types(act, _right(of, RequestType.CHILD_DATA), items)
        return "tells the guardian"

    _do(context, by, yes, verb)


@app.command("confirm-delete")
def confirm_delete(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Ask the customer to confirm the deletion by a code."""
    _on_right(context, by, yes, RequestType.DELETION, work.ask_confirmation, "waits for the confirmation")


@app.command()
def submit(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Ask a second person to agree; from the shell this takes 24 hours."""
    _on_right(context, by, yes, right, work.submit, "waits for a second person, or for 24 hours")


@app.command()
def approve(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Agree as the second person; from the shell possible only once 24 hours have passed."""
    _on_right(context, by, yes, right, work.approve, "is approved")


@app.command()
def extend(
    context: typer.Context,
    by: By,
    words: Words,
    right: Type = None,
    yes: Yes = False,
) -> None:
    """Take the longer time that the law allows, once, with a reason that the letter gives."""
    _on_right(context, by, yes, right, lambda act, one: work.extend(act, one, words), "has more time")


@app.command()
def hold(
    context: typer.Context,
    why: Annotated[str, typer.Option("--why", help="Why; for the case's history.")],
    by: By,
    right: Type = None,
    yes: Yes = False,
) -> None:
    """Stop work on a right; its clock goes on."""
    _on_right(context, by, yes, right, lambda act, one: work.hold(act, one, why), "is on hold")


@app.command()
def resume(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Go on with a right that was on hold."""
    _on_right(context, by, yes, right, work.resume, "is in progress")


@app.command()
def answer(
    context: typer.Context,
    outcome: Annotated[Outcome, typer.Argument(help="How the right ends.")],
    by: By,
    right: Type = None,
    reason: Annotated[Reason | None, typer.Option(help="Why something is refused or kept.")] = None,
    words: SomeWords = None,
    harmless: Annotated[
        bool, typer.Option("--harmless", help="Of a correction: no address, number or billing is changed.")
    ] = False,
    no_letter: NoLetter = False,
    yes: Yes = False,
) -> None:
    """Answer a right; its letter goes out, and it closes when that has left."""
    if outcome in {Outcome.WITHDRAWN, Outcome.MERGED, Outcome.UNVERIFIED_LAPSED, Outcome.NOT_A_REQUEST}:
        raise WrongSetting(f"{outcome} is no answer; see withdraw, merge, decide")

    def verb(act: Act, one: Right) -> None:
        told = Told(reason=reason, words=words or [], harmless=harmless, by_other_means=no_letter)
        answers.finish(act, one, outcome, told)

    _on_right(context, by, yes, right, verb, f"is answered: {outcome}")


@app.command()
def deny(
    context: typer.Context,
    reason: Annotated[Reason, typer.Argument(help="Why.")],
    by: By,
    words: Words,
    right: Type = None,
    no_letter: NoLetter = False,
    yes: Yes = False,
) -> None:
    """Refuse a right, with a reason code and words for the customer."""

    def verb(act: Act, one: Right) -> None:
        answers.finish(act, one, Outcome.DENIED, Told(reason=reason, words=words, by_other_means=no_letter))

    _on_right(context, by, yes, right, verb, "is refused")


@app.command()
def close(
    context: typer.Context,
    by: By,
    letter: Annotated[bool, typer.Option("--letter", help="Send the customer a summary.")] = False,
    yes: Yes = False,
) -> None:
    """Close a case whose rights have all been answered, without waiting for their letters."""

    def verb(_: Session, act: Act, of: Case) -> str:
        steps.close(act, of, with_letter=letter)
        return "is closed"

    _do(context, by, yes, verb)


@app.command()
def reopen(
    context: typer.Context,
    why: Annotated[str, typer.Option("--why", help="Why; for the case's history.")],
    by: By,
    right: Type = None,
    yes: Yes = False,
) -> None:
    """Go on with a right that was answered or closed."""
    _on_right(context, by, yes, right, lambda act, one: one.reopen(act, why), "is in progress", decided=True)


@app.command()
def withdraw(context: typer.Context, by: By, right: Type = None, yes: Yes = False) -> None:
    """Record that the customer took the request back; without --right, all of it."""

    def verb(_: Session, act: Act, of: Case) -> str:
        rights = [_right(of, right)] if right else [one for one in of.rights if not one.is_decided]
        for one in rights:
            one.must_be_undecided()
        conversation.withdraw(act, of, rights)
        return "is withdrawn"

    _do(context, by, yes, verb)


@app.command()
def merge(
    context: typer.Context,
    into: Annotated[str, typer.Argument(metavar="REF", help="The case that goes on.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Let this case go on in another one of the same address; both must be verified."""

    def verb(session: Session, act: Act, of: Case) -> str:
        joining.merge(act, of, search.case(session, into), search.mails_of(session, of))
        return f"goes on in {into}"

    _do(context, by, yes, verb)


@app.command()
def split(
    context: typer.Context,
    types: Annotated[list[RequestType], typer.Argument(help="The rights that go on in a case of their own.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Let some rights go on in a case of their own."""
    _do(context, by, yes, lambda _, act, of: f"is split; {joining.split(act, of, types).ref} is new")


@app.command()
def link(
    context: typer.Context,
    other: Annotated[str, typer.Argument(metavar="REF", help="The other case.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Show two cases beside each other."""

    def verb(session: Session, act: Act, of: Case) -> str:
        of.link(act, search.case(session, other).id, "staff")
        return f"is linked with {other}"

    _do(context, by, yes, verb)


@app.command()
def party(
    context: typer.Context,
    role: Annotated[Role, typer.Argument(help="What they are to the case.")],
    who: Annotated[str, typer.Option("--who", help="Name and how to reach them; kept sealed.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Note somebody else on the case: an agent, a guardian, a business customer."""

    def verb(_: Session, act: Act, of: Case) -> str:
        joining.add_party(act, of, role, who)
        return f"has an {role}" if role == Role.AGENT else f"has a {role}"

    _do(context, by, yes, verb)


@app.command("stop-marketing")
def stop_marketing(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Another address or number of the customer.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Stop marketing to another address; the customer must have shown that mail to their own reaches them."""

    def verb(_: Session, act: Act, of: Case) -> str:
        steps.stop_marketing_to(act, of, _address_or_number(address))
        return "marketing to that address has stopped"

    _do(context, by, yes, verb)


@app.command()
def language(
    context: typer.Context,
    to: Annotated[str, typer.Argument(help="en, ar or both.")],
    by: By,
    yes: Yes = False,
) -> None:
    """Write to the customer in another language from now on."""
    if to not in steps.LETTER_LANGUAGES:
        raise WrongSetting(f"{to} is not en, ar or both")

    def verb(_: Session, act: Act, of: Case) -> str:
        steps.choose_language(act, of, to)
        return f"gets its letters in {to}"

    _do(context, by, yes, verb)


@app.command()
def restrict(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Take data out of every use while the case is open; no service is cut."""

    def verb(_: Session, act: Act, of: Case) -> str:
        opening.restrict(act, of)
        return "is restricted"

    _do(context, by, yes, verb)


@app.command()
def lift(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Say that a protest or complaint has been looked into: the case may go on, its rights by `resume`."""

    def verb(_: Session, act: Act, of: Case) -> str:
        identity.thaw(act, of)
        return "may go on"

    _do(context, by, yes, verb)


@app.command()
def seen(context: typer.Context, by: By, yes: Yes = False) -> None:
    """Say that you have looked at what the case was shown for."""

    def verb(_: Session, act: Act, of: Case) -> str:
        steps.seen(act, of)
        return "needs no look any more"

    _do(context, by, yes, verb)


def _on_right(
    context: typer.Context,
    by: str,
    yes: bool,
    kind: RequestType | None,
    verb: Callable[[Act, Right], None],
    done: str,
    *,
    decided: bool = False,
) -> None:
    def doing(_: Session, act: Act, of: Case) -> str:
        one = _right(of, kind, decided=decided)
        verb(act, one)
        return f"{one.type} {done}"

    _do(context, by, yes, doing)


def _do(context: typer.Context, by: str, yes: bool, verb: Doing) -> None:
    """Say which letters it writes, ask, and do it.

    It is tried first and taken back, so that nobody waits for the database while the person thinks.
    """
    ref: str = context.obj
    with opened_record() as record:
        if not yes:
            done = _tried(record, ref, by, verb)
            if not typer.confirm(f"{ref}: {done}. Do this?"):
                raise typer.Abort
        with acting(record, stationery(record.settings), by=by, now=now_utc()) as (session, act):
            done = verb(session, act, search.case(session, ref))
            if yes:
                _say_letters(act)
    say(f"{ref}: {done}.")


class _TakenBack(Exception):
    """Nothing of what was tried is kept."""


def _tried(record: Record, ref: str, by: str, verb: Doing) -> str:
    done = ""
    with (
        without(_TakenBack),
        acting(record, stationery(record.settings), by=by, now=now_utc()) as (session, act),
    ):
        done = verb(session, act, search.case(session, ref))
        _say_letters(act)
        raise _TakenBack
    return done


def _say_letters(act: Act) -> None:
    for letter in [one for one in act.rows if isinstance(one, Letter)]:
        leaves = "waits for release" if letter.state == "held" else "leaves at once"
        say(f"Letter {letter.kind} ({letter.language}) to {letter.to(act.keyring)}: {leaves}.")


def _right(of: Case, kind: RequestType | None, *, decided: bool = False) -> Right:
    """The right that is meant; raises PersonNeeded when it is not there or not clear."""
    fitting = [one for one in of.rights if one.is_decided is decided or kind is not None]
    named = [one for one in fitting if kind is None or one.type is kind]
    if len(named) != 1:
        there = ", ".join(one.type for one in of.rights)
        raise PersonNeeded("which_right", f"{of.ref} has the rights {there}: say which with --right")
    return named[0]


def _address_or_number(given: str) -> str:
    try:
        return checked_address(given) if "@" in given else given.strip()
    except ValueError as error:
        raise WrongSetting(f"the address {error}") from None
